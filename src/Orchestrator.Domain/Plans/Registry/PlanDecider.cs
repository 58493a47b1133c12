using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Plans.Registry;

/// <summary>Decides about a named plan.</summary>
public static class PlanDecider
{
    /// <summary>The events that follow from a command; none when the newest revision has the same content.</summary>
    public static Decision<PlanEvent> Decide(PlanState state, PlanCommand command) => command switch
    {
        PlanCommand.Revise c when state.Latest?.Hash == c.Hash => Decision<PlanEvent>.Of(),
        PlanCommand.Revise c => Decision<PlanEvent>.Of(new PlanEvent.PlanRevised(state.Revisions.Count + 1, c.Hash, c.Document, c.Source)),
        _ => throw new InvalidOperationException($"Unknown command {command}."),
    };
}
