using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Routing;

namespace Orchestrator.Grains.World;

/// <summary>The one writer of this node's world: follows the log, folds, swaps. A new timeline is folded anew from its first event.</summary>
internal sealed partial class WorldFollower(
    IEventLog log, HeadNews news, LeaseSettings settings, IHostApplicationLifetime application, IEnumerable<IWorldObserver> observers, ILogger<WorldFollower> logger)
    : BackgroundService, IWorld
{
    private const int Batch = 1000;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(250);

    private readonly IWorldObserver[] _observers = [.. observers];
    private volatile World _current = World.Empty;
    private volatile TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _caughtUp;

    public World Current => _current;

    public bool CaughtUp => _caughtUp;

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

    /// <summary>Somebody says that the log holds this position: read now.</summary>
    public void Nudge(long position) => news.Hear(new LogHead(_current.Timeline, position));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Follow(stoppingToken);
                return;
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
        // Positions mean nothing without their timeline, so nothing is read before it is known.
        var world = _caughtUp ? _current : World.Empty with { Timeline = await news.Timeline.WaitAsync(stop) };
        var streams = new HashSet<string>();
        while (true)
        {
            var heard = news.Next;
            if (news.Newest.Timeline > world.Timeline)
            {
                if (!Accepts(world, news.Newest))
                {
                    return;
                }

                (world, streams) = (World.Empty with { Timeline = news.Newest.Timeline }, []);
            }

            var events = await log.ReadAll(world.Position, Batch, stop);
            world = events.Aggregate(world, WorldFolds.Fold);
            streams.UnionWith(events.Select(e => e.Stream));
            if (events.Count == Batch)
            {
                // Whoever is far behind compiles once, at the end.
                continue;
            }

            if (streams.Count > 0 || !_caughtUp || world.Timeline != _current.Timeline)
            {
                Swap(world, streams);
                streams = [];
            }

            _caughtUp = true;
            await News(world.Position, heard, stop);
        }
    }

    /// <summary>News of the log itself or of its head, whichever is first.</summary>
    private async Task News(long position, Task heard, CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var news = log.WaitForNews(position, enough.Token);
        if (await Task.WhenAny(news, heard) == heard)
        {
            await enough.CancelAsync();
            await ((Task)news).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.ThrowIfCancellationRequested();
        }
        else
        {
            await news;
        }
    }

    /// <summary>Grains hold state of the timeline they were loaded in: a node with grains must begin again as a whole.</summary>
    private bool Accepts(World known, LogHead head)
    {
        if (settings.HoldsGrains)
        {
            LogTimelineEnds(head.Timeline, known.Timeline);
            application.StopApplication();
            return false;
        }

        LogTimeline(head.Timeline, known.Timeline);
        return true;
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
