using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Metrics.Kept;
using Orchestrator.Grains.Time;

namespace Orchestrator.Grains.Metrics.Signals;

/// <summary>
/// Encodes and stores blocks of signals in the background, one at a time. A grain hands a block over and goes on. While the store fails,
/// blocks wait up to a bound; beyond it the oldest are lost, and the time they tell of is a gap.
/// </summary>
public sealed partial class SignalKeeper(
    ISignalStore store, SignalSettings settings, OrchestratorClock clock, ILogger<SignalKeeper> logger) : BackgroundService
{
    /// <summary>Most points that wait, of some 80 bytes each.</summary>
    private const int MostPoints = 1_000_000;

    /// <summary>Most blocks that wait.</summary>
    private const int MostBlocks = 10_000;

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Retention = TimeSpan.FromHours(1);
    private static readonly TimeSpan LastWrites = TimeSpan.FromSeconds(3);

    private readonly LinkedList<(string Rollout, SignalBlock Block)> _waiting = new();
    private readonly SemaphoreSlim _some = new(0);
    private long _points;
    private bool _failing;

    /// <summary>Blocks that were lost since the start: the store did not take them in time.</summary>
    public long Lost { get; private set; }

    /// <summary>Takes blocks over; never waits.</summary>
    public void Keep(string rollout, params SignalBlock[] blocks)
    {
        foreach (var block in blocks)
        {
            lock (_waiting)
            {
                _waiting.AddLast((rollout, block));
                _points += block.Points;
                while (_waiting.Count > 1 && (_points > MostPoints || _waiting.Count > MostBlocks))
                {
                    Drop(_waiting.First!);
                }
            }

            _some.Release();
        }
    }

    /// <summary>Stores the blocks that wait, in their order.</summary>
    internal async Task StoreWaiting(CancellationToken stop)
    {
        while (First() is { } node)
        {
            await Store(node.Value.Rollout, node.Value.Block, stop);
            Done(node);
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var forgotten = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Retention is measured in days: a look in each hour of the wall clock is enough.
                if (TimeProvider.System.GetUtcNow() - forgotten > Retention)
                {
                    await store.Forget((clock.GetUtcNow() - settings.KeepFor).ToUnixTimeMilliseconds(), stoppingToken);
                    forgotten = TimeProvider.System.GetUtcNow();
                }

                await StoreWaiting(stoppingToken);
                await _some.WaitAsync(Retention, stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                Failed(failure);
                await Task.Delay(Retry, stoppingToken);
            }
        }
    }

    /// <summary>Stores what waits, for a short time: a block that is left behind is a gap of half an hour.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LastWrites);
        try
        {
            await StoreWaiting(patience.Token);
        }
        catch (Exception failure)
        {
            Failed(failure);
        }
    }

    private async Task Store(string rollout, SignalBlock block, CancellationToken stop)
    {
        if (block.LeftOut > 0)
        {
            LogLeftOut(rollout, block.LeftOut, SignalBlock.MostSeries);
        }

        var stored = await Task.Run(() => new StoredBlock(block.From, block.To, SignalCodec.Write(block)), stop);
        if (block.Rewinds)
        {
            await store.Rewind(rollout, block.From, stop);
        }

        await store.Append(rollout, stored, stop);
        if (await store.Bytes(rollout, stop) > settings.MostBytes)
        {
            LogShrunk(rollout, settings.MostMegabytes);
            await store.Shrink(rollout, settings.MostBytes, stop);
        }

        if (_failing)
        {
            _failing = false;
            LogWorks();
        }
    }

    private LinkedListNode<(string Rollout, SignalBlock Block)>? First()
    {
        lock (_waiting)
        {
            return _waiting.First;
        }
    }

    private void Done(LinkedListNode<(string Rollout, SignalBlock Block)> node)
    {
        lock (_waiting)
        {
            // It may have been dropped while it was written.
            if (node.List is not null)
            {
                _waiting.Remove(node);
                _points -= node.Value.Block.Points;
            }
        }
    }

    private void Drop(LinkedListNode<(string Rollout, SignalBlock Block)> node)
    {
        _waiting.Remove(node);
        _points -= node.Value.Block.Points;
        Lost++;
        LogLost(
            node.Value.Rollout, DateTimeOffset.FromUnixTimeMilliseconds(node.Value.Block.From),
            DateTimeOffset.FromUnixTimeMilliseconds(node.Value.Block.To));
    }

    /// <summary>One line until it works again: a full disk stays full for hours.</summary>
    private void Failed(Exception failure)
    {
        if (!_failing)
        {
            _failing = true;
            LogFailed(_waiting.Count, failure.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Signals could not be stored; {Count} blocks wait, and rollouts go on: {Reason}")]
    private partial void LogFailed(int count, string reason);

    [LoggerMessage(LogLevel.Information, "Signals are stored again")]
    private partial void LogWorks();

    [LoggerMessage(LogLevel.Warning, "Signals of rollout {Rollout} from {From:u} to {To:u} are lost: the store took none for too long")]
    private partial void LogLost(string rollout, DateTimeOffset from, DateTimeOffset to);

    [LoggerMessage(LogLevel.Warning, "{Count} series of rollout {Rollout} are not kept: a block has at most {Most}")]
    private partial void LogLeftOut(string rollout, int count, int most);

    [LoggerMessage(LogLevel.Information, "The oldest signals of rollout {Rollout} are deleted: it has more than {Most} MB (Orchestrator:Signals:MostMegabytes)")]
    private partial void LogShrunk(string rollout, int most);
}
