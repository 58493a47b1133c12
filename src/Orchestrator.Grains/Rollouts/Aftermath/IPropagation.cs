using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Grains.Rollouts.Aftermath;

/// <summary>Waits until all nodes route by a rollback.</summary>
internal interface IPropagation
{
    /// <summary>
    /// Waits until every node confirms, or until the lease of every table without it has expired, whichever is first. Null when it is no longer needed.
    /// </summary>
    Task<LegReport.Propagated?> Confirm(RolloutState state, Undone undone, Func<bool> wanted, CancellationToken stop);
}
