using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Integrity;

/// <summary>
/// Computes the chains of the log from the store, and compares them with the chains this node read before. A stream that does not fit is
/// quarantined on this node from then on. One walk at a time.
/// </summary>
public sealed class LogAudit(IEventLog log, IWorld world, IEarlyWithdrawals doubts) : IDisposable
{
    private const int Batch = 1000;

    /// <summary>Batch size under a rate limit: some milliseconds of work between two pauses.</summary>
    private const int SmallBatch = 250;

    private readonly SemaphoreSlim _one = new(1);

    /// <summary>The whole log up to its present head.</summary>
    /// <param name="perSecond">Most events a second; null for no limit.</param>
    /// <param name="stop">Cancels it.</param>
    public Task<AuditReport> Whole(int? perSecond = null, CancellationToken stop = default) => Alone(
        async known => await Walk(log.ReadAll, await log.Head(stop), new ChainWalk(new KnownEnds(known)), perSecond, stop), stop);

    /// <summary>One stream.</summary>
    public Task<AuditReport> Stream(string stream, CancellationToken stop = default) => Alone(
        async known =>
        {
            var walk = new ChainWalk(known.EndOf(stream) is { } end ? new Dictionary<string, ChainEnd> { [stream] = end } : null);
            var after = 0L;
            while (await log.ReadStream(stream, after, Batch, stop) is { Count: > 0 } events)
            {
                Add(walk, events);
                after = Math.Max(after + 1, events[^1].Version);
            }

            return Report(walk);
        },
        stop);

    /// <summary>Walks over any readable log.</summary>
    /// <param name="readAll">Events above a position, ascending, at most so many.</param>
    /// <param name="head">Position at which the verification ends.</param>
    /// <param name="walk">Receives the events.</param>
    /// <param name="perSecond">Most events a second; null for no limit.</param>
    /// <param name="stop">Cancels it.</param>
    public static async Task<AuditReport> Walk(
        Func<long, int, CancellationToken, Task<IReadOnlyList<RecordedEvent>>> readAll, long head, ChainWalk walk, int? perSecond = null,
        CancellationToken stop = default)
    {
        while (walk.Position < head && await readAll(walk.Position, perSecond is null ? Batch : SmallBatch, stop) is { Count: > 0 } events)
        {
            Add(walk, events);
            if (perSecond is { } rate)
            {
                await Task.Delay(TimeSpan.FromSeconds((double)events.Count / rate), stop);
            }
        }

        return Report(walk);
    }

    /// <inheritdoc />
    public void Dispose() => _one.Dispose();

    private static void Add(ChainWalk walk, IReadOnlyList<RecordedEvent> events)
    {
        foreach (var one in events)
        {
            walk.Add(one);
        }
    }

    private static AuditReport Report(ChainWalk walk) => new(walk.Events, walk.Streams, walk.Position, walk.Breaks());

    private async Task<AuditReport> Alone(Func<World.World, Task<AuditReport>> walk, CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            var known = world.Current;
            var report = await walk(known);
            if (world.Current.Timeline == known.Timeline)
            {
                doubts.Distrust(report.Broken);
            }

            return report;
        }
        finally
        {
            _one.Release();
        }
    }
}
