namespace Orchestrator.Grains.Rollouts.Verification;

/// <summary>Verifies the rollbacks of one rollout, once in a cluster.</summary>
internal interface IRollbackVerificationGrain : IGrainWithStringKey
{
    /// <summary>
    /// From this position on, the world has incidents with a missing verification step. Returns at once; while they are in progress, it
    /// changes nothing.
    /// </summary>
    Task Follow(long position);
}
