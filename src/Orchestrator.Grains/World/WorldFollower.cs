using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World.Finished;
using Orchestrator.Grains.World.Snapshots;

namespace Orchestrator.Grains.World;

/// <summary>
/// The one writer of this node's world: follows the log, folds, swaps. It begins with the newest snapshot, and so does a new timeline;
/// without one, with the first event.
/// </summary>
internal sealed partial class WorldFollower(
    IEventLog log, LogHeadSignal signal, LeaseSettings settings, IHostApplicationLifetime application,
    IEnumerable<IWorldObserver> observers, WorldSnapshots snapshots, FinishedStates finished, SnapshotSlot slot,
    ILogger<WorldFollower> logger)
    : BackgroundService, IWorld, IEarlyWithdrawals
{
    private const int Batch = 1000;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(250);

    private readonly IWorldObserver[] _observers = [.. observers];
    private volatile World _current = World.Empty;
    private volatile TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _caughtUp;
    private TaskCompletionSource _recall = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Locked while one world replaces another: by the follower and by doubts.</summary>
    private readonly Lock _swapping = new();
    private ImmutableDictionary<string, ChainBreak> _broken = ImmutableDictionary<string, ChainBreak>.Empty;
    private ImmutableDictionary<string, Withdrawal> _withdrawn = ImmutableDictionary<string, Withdrawal>.Empty;
    private long _revision;

    public World Current => _current;

    public bool CaughtUp => _caughtUp;

    public async Task<bool> WaitFor(long position, TimeSpan limit, CancellationToken stop)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            // Taken before the check: a change in between completes it.
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

    /// <summary>Announces this position of the log: read now.</summary>
    public void Notify(long position) => signal.Notify(new LogHead(_current.Timeline, position));

    public void Distrust(IEnumerable<ChainBreak> breaks)
    {
        lock (_swapping)
        {
            var found = breaks.Where(one => !_current.Broken.ContainsKey(one.Stream)).ToArray();
            if (found.Length > 0)
            {
                _broken = _broken.AddRange(found.Select(one => KeyValuePair.Create(one.Stream, one)));
                Doubt(found.Select(one => one.Stream));
                if (found.Any(one => _current.Finished.OfStream(one.Stream) is not null))
                {
                    Interlocked.Exchange(ref _recall, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
                }
            }
        }
    }

    public void Withdraw(string id, Withdrawal withdrawal)
    {
        lock (_swapping)
        {
            if (!_withdrawn.ContainsKey(id))
            {
                _withdrawn = _withdrawn.Add(id, withdrawal);
                Doubt([RolloutEvents.Stream(withdrawal.Rollout)]);
            }
        }
    }

    public void Return(string id)
    {
        lock (_swapping)
        {
            if (_withdrawn.TryGetValue(id, out var withdrawal))
            {
                _withdrawn = _withdrawn.Remove(id);
                Doubt([RolloutEvents.Stream(withdrawal.Rollout)]);
            }
        }
    }

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
        var world = _caughtUp ? _current : await snapshots.Newest(await signal.Timeline.WaitAsync(stop), stop);
        var streams = _caughtUp ? [] : Streams(world);
        while (true)
        {
            var heard = Task.WhenAny(signal.Next, Volatile.Read(ref _recall).Task);
            if (signal.Newest.Timeline > world.Timeline)
            {
                if (!Accepts(world, signal.Newest))
                {
                    return;
                }

                world = await snapshots.Newest(signal.Newest.Timeline, stop);
                streams = Streams(world);
                lock (_swapping)
                {
                    // An event of the previous timeline.
                    _broken = _broken.Clear();
                }
            }

            if (_caughtUp && (world.Timeline, world.Position) == (_current.Timeline, _current.Position))
            {
                world = await finished.Settle(Doubting(world), streams, stop);
            }

            var events = await log.ReadAll(world.Position, Batch, stop);
            world = await finished.Fold(world, events, streams, stop);
            slot.Offer(_broken.IsEmpty ? world : null);
            if (events.Count == Batch)
            {
                // A node far behind compiles once, at the end.
                continue;
            }

            if (streams.Count > 0 || !_caughtUp || world.Timeline != _current.Timeline)
            {
                world = Swap(world, streams);
                streams = [];
            }

            _caughtUp = true;
            if (!world.Broken.Keys.Any(stream => world.Finished.OfStream(stream) is not null))
            {
                await News(world.Position, heard, stop);
            }
        }
    }

    /// <summary>All streams of a world: its observers have seen none of them yet.</summary>
    private static HashSet<string> Streams(World world) => [.. world.Ends.Keys, .. world.Quarantined.Keys];

    /// <summary>
    /// The world with the doubts of this node: the state of a rollout in doubt must be in memory. Only of a world that readers have: of a
    /// stream in doubt no event is folded, and those before the break must be.
    /// </summary>
    private World Doubting(World world)
    {
        lock (_swapping)
        {
            return _broken.Values.Aggregate(world, WorldFolds.Break);
        }
    }

    /// <summary>A change of the log itself, of its head, or a doubt about a rollout that is not in memory, whichever is first.</summary>
    private async Task News(long position, Task heard, CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var arrival = log.WaitForNews(position, enough.Token);
        if (await Task.WhenAny(arrival, heard) != arrival)
        {
            await enough.CancelAsync();
            await ((Task)arrival).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.ThrowIfCancellationRequested();
        }
        else
        {
            await arrival;
        }
    }

    /// <summary>Grains have state of the timeline they were loaded in: a node with grains must restart as a whole.</summary>
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

    /// <summary>The same world at a new revision, with all doubts of this node.</summary>
    private void Doubt(IEnumerable<string> streams)
    {
        _revision++;
        Swap(_current, streams.ToHashSet());
    }

    private World Swap(World after, HashSet<string> streams)
    {
        lock (_swapping)
        {
            var before = _current;
            foreach (var (id, one) in _withdrawn.Where(
                one => after.VersionOf(one.Value.Rollout) > one.Value.Above))
            {
                // The decision that could not be written has been written by now, or another one was made since.
                _withdrawn = _withdrawn.Remove(id);
                _revision++;
                streams.Add(RolloutEvents.Stream(one.Rollout));
            }

            after = _broken.Values.Aggregate(after, WorldFolds.Break) with { Withdrawn = _withdrawn, Revision = _revision };
            if (!ReferenceEquals(before.Quarantined, after.Quarantined))
            {
                foreach (var (stream, reason) in after.Quarantined.Where(held => !before.Quarantined.ContainsKey(held.Key)))
                {
                    LogHeld(stream, reason);
                }
            }

            foreach (var observer in _observers)
            {
                observer.Changed(after, streams);
            }

            _current = after;
        }

        Interlocked.Exchange(ref _moved!, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        return after;
    }
}
