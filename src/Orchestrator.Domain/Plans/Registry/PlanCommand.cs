namespace Orchestrator.Domain.Plans.Registry;

/// <summary>Commands on a named plan.</summary>
public abstract record PlanCommand
{
    private PlanCommand()
    {
    }

    /// <summary>Adds a revision. The same content adds none.</summary>
    /// <param name="Hash"><see cref="Plan.Hash"/>.</param>
    /// <param name="Document"><see cref="Plan.Document"/>.</param>
    /// <param name="Source">The text as it was sent, with its comments.</param>
    public sealed record Revise(string Hash, string Document, string Source) : PlanCommand;

    /// <summary>Takes the plan out of use: no new rollout is made of it. Rollouts that exist keep their revision.</summary>
    public sealed record Archive : PlanCommand;
}
