using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Log;

namespace Orchestrator.Grains.World.Finished;

/// <summary>
/// The states of rollouts that have left the memory, read from their streams: for a request, and for the fold when an event brings one
/// back.
/// </summary>
public sealed class FinishedStates(IEventLog log)
{
    /// <summary>Most states that are kept after a request; some 30 KB each.</summary>
    private const int MostKept = 256;

    /// <summary>Number of states that are read at once.</summary>
    private const int AtOnce = 4;

    /// <summary>Requests read in turn, so that they leave the log to the fold.</summary>
    private readonly SemaphoreSlim _turns = new(AtOnce);
    private readonly Lock _gate = new();
    private readonly Dictionary<(long Timeline, string Id, EventHash Hash), LinkedListNode<Read>> _kept = [];
    private readonly LinkedList<Read> _order = new();

    /// <summary>The world with a rollout that is over in its memory; the same world for any other.</summary>
    /// <param name="world">This node's view of the log.</param>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="stop">Ends the reading.</param>
    public async Task<World> With(World world, string id, CancellationToken stop) =>
        world.Finished.Find(id) is { } entry ? Joined(world, await InTurn(world, entry, stop)) with { Recalled = id } : world;

    /// <summary>States of entries in their order. One whose stream was changed outside of the product is that before the break.</summary>
    public async Task<RolloutState[]> Of(World world, IReadOnlyList<FinishedRollout> entries, CancellationToken stop)
    {
        var states = new RolloutState[entries.Count];
        await Parallel.ForAsync(
            0, states.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop },
            async (i, end) => states[i] = (await InTurn(world, entries[i], end)).Rollouts[entries[i].Id].State);
        return states;
    }

    /// <summary>
    /// The world after some events, with the states that they need, and without those that are no longer needed.
    /// </summary>
    /// <param name="world">The world before.</param>
    /// <param name="events">The next events of the log.</param>
    /// <param name="changed">Receives the streams whose states change, come or go.</param>
    /// <param name="stop">Ends it.</param>
    internal async Task<World> Fold(World world, IReadOnlyList<RecordedEvent> events, ISet<string> changed, CancellationToken stop)
    {
        var streams = events.Select(one => one.Stream).ToHashSet(StringComparer.Ordinal);
        changed.UnionWith(streams);
        foreach (var entry in streams.Select(world.Finished.OfStream).OfType<FinishedRollout>().ToArray())
        {
            world = await Back(world, entry, stop);
        }

        var before = world;
        world = events.Aggregate(world, WorldFolds.Fold);
        var places = Leaving.Doubted(world).ToHashSet();
        foreach (var id in streams.Where(stream => stream.StartsWith(RolloutEvents.Prefix, StringComparison.Ordinal))
            .Select(stream => stream[RolloutEvents.Prefix.Length..]))
        {
            if (world.Rollouts.GetValueOrDefault(id)?.State is { PlanOrNone: not null } now
                && Leaving.Matters(before, before.Rollouts.GetValueOrDefault(id)?.State, world, now))
            {
                places.Add(Leaving.PlaceOf(now));
            }
        }

        if (places.Count == 0)
        {
            return world;
        }

        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var one in events)
        {
            last[one.Stream] = one.Position;
        }

        return await Settle(world, places, last, changed, stop);
    }

    /// <summary>The world with the states that the doubts in it need.</summary>
    internal async Task<World> Settle(World world, ISet<string> changed, CancellationToken stop) =>
        Leaving.Doubted(world).ToHashSet() is { Count: > 0 } places ? await Settle(world, places, [], changed, stop) : world;

    /// <summary>A world of the past with a rollout as it was at its position; the same world when the rollout did not exist yet.</summary>
    internal async Task<World> Upto(World past, string stream, CancellationToken stop)
    {
        var read = (await log.ReadStream(stream, stop: stop)).TakeWhile(one => one.Position <= past.Position)
            .Aggregate(World.Empty, WorldFolds.Fold);
        return Joined(past, read);
    }

    /// <summary>Brings the rollouts of some flags in and out of memory.</summary>
    private async Task<World> Settle(
        World world, HashSet<FlagPlace> places, Dictionary<string, long> last, ISet<string> changed, CancellationToken stop)
    {
        var inMemory = Leaving.InMemory(world, places);
        foreach (var place in places)
        {
            var there = inMemory[place].ToList();
            var (back, leave) = Leaving.Of(world, place, there);
            for (; back.Length > 0; (back, leave) = Leaving.Of(world, place, there))
            {
                foreach (var entry in back)
                {
                    world = await Back(world, entry, stop);
                    changed.Add(entry.Stream);
                    there.AddRange(world.Rollouts.TryGetValue(entry.Id, out var read) ? [read.State] : []);
                }
            }

            foreach (var state in leave)
            {
                var stream = RolloutEvents.Stream(state.Id);
                if (world.Ends.GetValueOrDefault(stream) is { } end && await PositionOf(stream, end, last, stop) is { } position)
                {
                    world = Without(world, FinishedRollout.Of(state, end, position));
                    changed.Add(stream);
                }
            }
        }

        return world;
    }

    /// <summary>Position of the newest event of a stream; null when the log has another one there, or none.</summary>
    private async Task<long?> PositionOf(string stream, ChainEnd end, Dictionary<string, long> last, CancellationToken stop) =>
        last.TryGetValue(stream, out var position) ? position
        : await log.ReadStream(stream, end.Version - 1, 1, stop) is [var newest] && newest.Hash.Span.SequenceEqual(end.Hash.Span)
            ? newest.Position
            : null;

    private static World Without(World world, FinishedRollout entry)
    {
        // The instances that stay are those that other entries and the world have already.
        var successor = entry.Successor is { } id ? world.Finished.Find(id)?.Id ?? Key(world, id) : null;
        return world with
        {
            Rollouts = world.Rollouts.Remove(entry.Id),
            Ends = world.Ends.Remove(entry.Stream),
            Finished = world.Finished.With(entry with { Successor = successor }),
        };
    }

    private static string Key(World world, string id) => world.Rollouts.TryGetKey(id, out var key) ? key : id;

    private async Task<World> Back(World world, FinishedRollout entry, CancellationToken stop)
    {
        var joined = Joined(world, await Of(world, entry, stop));
        return joined with { Finished = joined.Finished.Without(entry) };
    }

    private static World Joined(World world, World read) => world with
    {
        Rollouts = world.Rollouts.SetItems(read.Rollouts),
        Ends = world.Ends.SetItems(read.Ends),
        Quarantined = world.Quarantined.SetItems(read.Quarantined),
        Broken = world.Broken.SetItems(read.Broken),
    };

    private async Task<World> InTurn(World world, FinishedRollout entry, CancellationToken stop)
    {
        if (Kept((world.Timeline, entry.Id, entry.Hash)) is { } kept)
        {
            return kept;
        }

        await _turns.WaitAsync(stop);
        try
        {
            return await Of(world, entry, stop);
        }
        finally
        {
            _turns.Release();
        }
    }

    private World? Kept((long Timeline, string Id, EventHash Hash) key)
    {
        lock (_gate)
        {
            if (!_kept.TryGetValue(key, out var kept))
            {
                return null;
            }

            _order.Remove(kept);
            _order.AddFirst(kept);
            return kept.Value.World;
        }
    }

    /// <summary>A world of this stream alone.</summary>
    private async Task<World> Of(World world, FinishedRollout entry, CancellationToken stop)
    {
        var key = (world.Timeline, entry.Id, entry.Hash);
        if (Kept(key) is { } kept)
        {
            return kept;
        }

        var events = await log.ReadStream(entry.Stream, 0, (int)entry.Version, stop);
        var read = events.Aggregate(World.Empty, WorldFolds.Fold);
        // The log has another history than the one that this node folded.
        var end = read.EndOf(entry.Stream) ?? ChainEnd.Origin;
        if (read.Broken.IsEmpty && (end.Version != entry.Version || EventHash.Of(end.Hash.Span) != entry.Hash))
        {
            var kind = end.Version < entry.Version ? ChainBreakKind.Cut : ChainBreakKind.Other;
            return WorldFolds.Break(read, new ChainBreak(entry.Stream, Math.Min(end.Version + 1, entry.Version), 0, kind));
        }

        if (read.Broken.IsEmpty)
        {
            Keep(key, new Read(key, read));
        }

        return read;
    }

    private void Keep((long Timeline, string Id, EventHash Hash) key, Read read)
    {
        lock (_gate)
        {
            if (_kept.ContainsKey(key))
            {
                return;
            }

            _kept[key] = _order.AddFirst(read);
            while (_kept.Count > MostKept)
            {
                _kept.Remove(_order.Last!.Value.Key);
                _order.RemoveLast();
            }
        }
    }

    private sealed record Read((long Timeline, string Id, EventHash Hash) Key, World World);
}
