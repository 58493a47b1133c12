using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Grains.Rollouts.Aftermath;

/// <summary>Which nodes route by a rollback.</summary>
internal interface IPropagation
{
    /// <summary>
    /// Waits until every node says so, or until the lease of any table without it has run out, whichever is first. Null when it is no longer wanted.
    /// </summary>
    Task<LegReport.Propagated?> Confirm(RolloutState state, Undone undone, Func<bool> wanted, CancellationToken stop);
}
