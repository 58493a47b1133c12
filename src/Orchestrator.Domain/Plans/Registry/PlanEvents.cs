using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Plans.Registry;

/// <summary>Streams and stored names of the events of plans. A name, once written, never changes.</summary>
public static class PlanEvents
{
    /// <summary>Start of the names of plans' streams.</summary>
    public const string Prefix = "plan/";

    /// <summary>Stored names.</summary>
    public static EventCatalog<PlanEvent> Catalog { get; } = new(
        ("plan.revised", 1, typeof(PlanEvent.PlanRevised)), ("plan.archived", 1, typeof(PlanEvent.PlanArchived)));

    /// <summary>The stream of a plan.</summary>
    public static string Stream(string plan) => Prefix + plan;
}
