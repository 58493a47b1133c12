using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Plans.Registry;

/// <summary>Decides about a named plan.</summary>
public static class PlanDecider
{
    /// <summary>
    /// The events that follow from a command; none when the newest revision has the same content and is in use. A revision of an archived
    /// plan takes it into use again.
    /// </summary>
    public static Decision<PlanEvent> Decide(PlanState state, PlanCommand command) => command switch
    {
        PlanCommand.Revise c when state.Latest?.Hash == c.Hash && state.ArchivedAt is null => Decision<PlanEvent>.Of(),
        PlanCommand.Revise c => Decision<PlanEvent>.Of(new PlanEvent.PlanRevised(state.Revisions.Count + 1, c.Hash, c.Document, c.Source)),
        PlanCommand.Archive when state.Latest is null => Decision<PlanEvent>.No("plan.not_found", "There is no such plan."),
        PlanCommand.Archive when state.ArchivedAt is not null => Decision<PlanEvent>.Of(),
        PlanCommand.Archive => Decision<PlanEvent>.Of(new PlanEvent.PlanArchived()),
        _ => throw new InvalidOperationException($"Unknown command {command}."),
    };
}
