namespace Orchestrator.Domain.Plans.Registry;

/// <summary>What may be asked of a named plan.</summary>
public abstract record PlanCommand
{
    private PlanCommand()
    {
    }

    /// <summary>The plan reads like this from now on. The same content is no revision.</summary>
    /// <param name="Hash"><see cref="Plan.Hash"/>.</param>
    /// <param name="Document"><see cref="Plan.Document"/>.</param>
    /// <param name="Source">The text as it was sent, comments and all.</param>
    public sealed record Revise(string Hash, string Document, string Source) : PlanCommand;
}
