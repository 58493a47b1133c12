using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Segments;

/// <summary>Streams and stored names of the events of segments. A name, once written, never changes.</summary>
public static class SegmentEvents
{
    /// <summary>Start of the names of segments' streams.</summary>
    public const string Prefix = "segment/";

    /// <summary>Stored names.</summary>
    public static EventCatalog<SegmentEvent> Catalog { get; } = new(
        ("segment.defined", 1, typeof(SegmentEvent.SegmentDefined)),
        ("segment.members_changed", 1, typeof(SegmentEvent.MembersChanged)),
        ("segment.population_measured", 1, typeof(SegmentEvent.PopulationMeasured)));

    /// <summary>The stream of a segment, by <c>{environment}/{key}</c>: segments are shared by all rollouts of their environment.</summary>
    public static string Stream(string name) => Prefix + name;

    /// <summary>The stream of a segment.</summary>
    public static string Stream(string environment, string key) => Stream($"{environment}/{key}");
}
