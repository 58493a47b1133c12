using System.Collections.Concurrent;
using Orchestrator.Grains.Routing;

namespace Orchestrator.Storage.Memory;

/// <summary>Guards of rollouts, in the memory of the only process.</summary>
internal sealed class MemoryGuardStore(TimeProvider time) : IGuardStore
{
    private readonly ConcurrentDictionary<string, long> _renewed = [];

    public Task Renew(IReadOnlyCollection<string> rollouts, CancellationToken stop = default)
    {
        var now = time.GetTimestamp();
        foreach (var rollout in rollouts)
        {
            _renewed[rollout] = now;
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyDictionary<string, TimeSpan>> Ages(CancellationToken stop = default)
    {
        var now = time.GetTimestamp();
        return Task.FromResult<IReadOnlyDictionary<string, TimeSpan>>(
            _renewed.ToDictionary(r => r.Key, r => time.GetElapsedTime(r.Value, now)));
    }
}
