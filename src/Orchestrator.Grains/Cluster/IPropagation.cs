using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;

namespace Orchestrator.Grains.Cluster;

/// <summary>Waits until all nodes route by a rollback.</summary>
internal interface IPropagation
{
    /// <summary>
    /// Waits until every node confirms, or until the lease of every table without it has expired, whichever is first. Null when it is no
    /// longer needed.
    /// </summary>
    Task<VerificationReport.Propagated?> Confirm(RolloutState state, RollbackRecord rollback, Func<bool> wanted, CancellationToken stop);
}
