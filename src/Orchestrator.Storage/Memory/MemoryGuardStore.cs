using System.Collections.Concurrent;
using Orchestrator.Grains.Cluster;

namespace Orchestrator.Storage.Memory;

/// <summary>The guards of the only process there is.</summary>
internal sealed class MemoryGuardStore(TimeProvider time) : IGuardStore
{
    private readonly ConcurrentDictionary<string, long> renewed = [];

    public Task Renew(IReadOnlyCollection<string> rollouts, CancellationToken stop = default)
    {
        var now = time.GetTimestamp();
        foreach (var rollout in rollouts)
        {
            renewed[rollout] = now;
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyDictionary<string, TimeSpan>> Ages(CancellationToken stop = default)
    {
        var now = time.GetTimestamp();
        return Task.FromResult<IReadOnlyDictionary<string, TimeSpan>>(renewed.ToDictionary(r => r.Key, r => time.GetElapsedTime(r.Value, now)));
    }
}
