using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Cluster;

/// <summary>The guards of a process that is the only node.</summary>
internal sealed class LocalGuards(IWorld world, RolloutGuards guards) : IGuardStore
{
    public Task Renew(IReadOnlyCollection<string> rollouts, CancellationToken stop = default)
    {
        foreach (var rollout in rollouts)
        {
            guards.Renew(rollout);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyDictionary<string, TimeSpan>> Ages(CancellationToken stop = default) => Task.FromResult<IReadOnlyDictionary<string, TimeSpan>>(
        (from rollout in world.Current.Rollouts.Keys let age = guards.Age(rollout) where age is not null select (rollout, age.Value)).ToDictionary());
}
