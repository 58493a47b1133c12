using System.Collections.Concurrent;
using System.Diagnostics;

namespace Orchestrator.Grains.Cluster;

/// <summary>Guards of a process that shares its store with nobody.</summary>
internal sealed class SingleNodeGuards : IGuardStore
{
    private readonly ConcurrentDictionary<string, long> _renewed = new();

    public Task Renew(IReadOnlyCollection<string> rollouts, CancellationToken stop)
    {
        foreach (var rollout in rollouts)
        {
            _renewed[rollout] = Stopwatch.GetTimestamp();
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyDictionary<string, TimeSpan>> Ages(CancellationToken stop) => Task.FromResult<IReadOnlyDictionary<string, TimeSpan>>(
        _renewed.ToDictionary(one => one.Key, one => Stopwatch.GetElapsedTime(one.Value)));
}

/// <summary>The nodes of a process that shares its store with nobody: itself.</summary>
internal sealed class SingleNodeRegistry : INodeRegistry
{
    private readonly ConcurrentDictionary<string, (NodeReport Report, long At)> _known = new();

    public Task Report(NodeReport report, CancellationToken stop)
    {
        _known[report.Id] = (report, Stopwatch.GetTimestamp());
        return Task.CompletedTask;
    }

    public Task Leave(string node, CancellationToken stop)
    {
        _known.TryRemove(node, out _);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<KnownNode>> All(CancellationToken stop) => Task.FromResult<IReadOnlyList<KnownNode>>(
        [.. _known.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => new KnownNode(one.Value.Report, Stopwatch.GetElapsedTime(one.Value.At)))]);
}
