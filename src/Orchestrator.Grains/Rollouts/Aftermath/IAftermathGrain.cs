namespace Orchestrator.Grains.Rollouts.Aftermath;

/// <summary>Sees to what follows the rollbacks of one rollout, so that in a cluster it is done once.</summary>
internal interface IAftermathGrain : IGrainWithStringKey
{
    /// <summary>The world shows, from this position on, incidents with a leg missing. Returns at once; while they are worked at, it changes nothing.</summary>
    Task Follow(long position);
}
