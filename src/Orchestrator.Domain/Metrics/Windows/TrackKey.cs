using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans.Rules;

namespace Orchestrator.Domain.Metrics.Windows;

/// <summary>Key of a track: series and audience. A null segment is all users together.</summary>
internal readonly record struct TrackKey(Variant Variant, Traffic Traffic, string? Segment, SeriesKind Kind, string Series)
{
    public static TrackKey Seen(Variant variant, Traffic traffic, string? segment) => new(variant, traffic, segment, SeriesKind.Seen, "");
}
