using System.Collections.Concurrent;
using Orchestrator.Grains.Cluster;

namespace Orchestrator.Storage.Memory;

/// <summary>Registry of a single process: it knows its own node only.</summary>
internal sealed class MemoryNodeRegistry(TimeProvider time) : INodeRegistry
{
    private readonly ConcurrentDictionary<string, (NodeReport Report, long At)> _nodes = [];

    public Task Report(NodeReport report, CancellationToken stop = default)
    {
        _nodes[report.Id] = (report, time.GetTimestamp());
        return Task.CompletedTask;
    }

    public Task Leave(string node, CancellationToken stop = default)
    {
        _nodes.TryRemove(node, out _);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<KnownNode>> All(CancellationToken stop = default)
    {
        var now = time.GetTimestamp();
        return Task.FromResult<IReadOnlyList<KnownNode>>([.. _nodes.Values
            .Select(n => new KnownNode(n.Report, time.GetElapsedTime(n.At, now)))
            .Where(n => n.Age <= TimeSpan.FromHours(1))
            .OrderBy(n => n.Report.Id, StringComparer.Ordinal)]);
    }
}
