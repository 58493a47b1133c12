using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Log;

namespace Orchestrator.Grains.World;

/// <summary>The one writer of this node's world: follows the log, folds, swaps.</summary>
internal sealed partial class WorldFollower(IEventLog log, IEnumerable<IWorldObserver> observers, ILogger<WorldFollower> logger) : BackgroundService, IWorld
{
    private const int Batch = 1000;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(250);

    private readonly IWorldObserver[] _observers = [.. observers];
    private volatile World _current = World.Empty;
    private volatile TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _caughtUp;
    private long _freshness = long.MinValue;

    public World Current => _current;

    public bool CaughtUp => _caughtUp;

    public long? Freshness => Interlocked.Read(ref _freshness) is var at && at == long.MinValue ? null : at;

    public async Task<bool> WaitFor(long position, TimeSpan limit, CancellationToken stop)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            // Taken before the look: a move in between completes it.
            var moved = _moved.Task;
            if (_current.Position >= position)
            {
                return true;
            }

            var left = limit - TimeProvider.System.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            await Task.WhenAny(moved, Task.Delay(left, stop));
            stop.ThrowIfCancellationRequested();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Follow(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogReadFailed(_current.Position, e);
                await Task.Delay(RetryAfter, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task Follow(CancellationToken stop)
    {
        var world = _current;
        var streams = new HashSet<string>();
        while (true)
        {
            var began = TimeProvider.System.GetTimestamp();
            var events = await log.ReadAll(world.Position, Batch, stop);
            Interlocked.Exchange(ref _freshness, began);
            world = events.Aggregate(world, WorldFolds.Fold);
            streams.UnionWith(events.Select(e => e.Stream));
            if (events.Count == Batch)
            {
                // Whoever is far behind compiles once, at the end.
                continue;
            }

            if (streams.Count > 0)
            {
                Swap(world, streams);
                streams = [];
            }

            _caughtUp = true;
            await News(world.Position, stop);
        }
    }

    private void Swap(World after, HashSet<string> streams)
    {
        var before = _current;
        if (!ReferenceEquals(before.Held, after.Held))
        {
            foreach (var (stream, reason) in after.Held.Where(held => !before.Held.ContainsKey(held.Key)))
            {
                LogHeld(stream, reason);
            }
        }

        foreach (var observer in _observers)
        {
            observer.Changed(after, streams);
        }

        _current = after;
        Interlocked.Exchange(ref _moved!, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }
}
