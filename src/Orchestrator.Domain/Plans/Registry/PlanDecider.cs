using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Plans.Registry;

/// <summary>What may become of a named plan.</summary>
public static class PlanDecider
{
    /// <summary>The events that follow from a command; none when the newest revision says the same.</summary>
    public static Decision<PlanEvent> Decide(PlanState state, PlanCommand command) => command switch
    {
        PlanCommand.Revise c when state.Latest?.Hash == c.Hash => Decision<PlanEvent>.Of(),
        PlanCommand.Revise c => Decision<PlanEvent>.Of(new PlanEvent.PlanRevised(state.Revisions.Count + 1, c.Hash, c.Document, c.Source)),
        _ => throw new InvalidOperationException($"Unknown command {command}."),
    };
}
