using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World.Finished;

namespace Orchestrator.Grains.World.Snapshots;

/// <summary>
/// One environment as it was at a moment, by the log alone: the nearest snapshot before it, or a world that was asked for lately, and the
/// events since. Without either the log is folded from its first event.
/// </summary>
public sealed class PastWorlds(WorldSnapshots snapshots, FinishedStates finished, IEventLog log, IWorld world)
{
    private const int Batch = 1000;

    /// <summary>Most worlds that are kept.</summary>
    private const int MostKept = 8;

    /// <summary>Most rollouts of all worlds that are kept; some KiB each.</summary>
    private const int MostRollouts = 20_000;

    private readonly LinkedList<(string Environment, World World)> _kept = new();

    /// <summary>
    /// The streams of an environment after the last event before the first one that is later than a moment. Rollouts that were over and
    /// decide no flag may be missing.
    /// </summary>
    public async Task<World> At(string environment, DateTimeOffset at, CancellationToken stop)
    {
        var now = world.Current;
        var first = World.Empty with { Timeline = now.Timeline };

        // A stream that was changed below a snapshot is only seen by a walk from its first event.
        if (now.Broken.IsEmpty)
        {
            var near = Kept(environment, at, now.Timeline) ?? first;
            near = await snapshots.Before(now.Timeline, at, near.Position, environment, stop) ?? near;
            if (await Fold(near, environment, at, now, stop) is { } then)
            {
                Keep(environment, near);
                Keep(environment, then);
                return then;
            }
        }

        return (await Fold(first, environment, at, now, stop))!;
    }

    /// <summary>Null when a stream that the start leaves out cannot be trusted.</summary>
    private async Task<World?> Fold(World start, string environment, DateTimeOffset at, World now, CancellationToken stop)
    {
        var (then, returned) = (start, new HashSet<string>(StringComparer.Ordinal));
        while (await log.ReadAll(then.Position, Batch, stop) is { Count: > 0 } events)
        {
            foreach (var one in events)
            {
                if (one.At > at)
                {
                    return await Complete(start, then, returned, now, at, stop);
                }

                switch (Place(one, environment, then, now))
                {
                    case Part.Missing when start.Position > 0:
                        returned.Add(one.Stream);
                        then = WorldFolds.Moved(then, one);
                        break;
                    case Part.Other:
                        then = WorldFolds.Moved(then, one);
                        break;
                    default:
                        then = WorldFolds.Fold(then, one);
                        break;
                }
            }
        }

        return await Complete(start, then, returned, now, at, stop);
    }

    /// <summary>
    /// The world with the rollouts that a snapshot leaves out: those that came back, and those that may decide a flag since another rollout
    /// of it changed. Each is read from its own stream. Null when one of these streams cannot be trusted.
    /// </summary>
    private async Task<World?> Complete(
        World start, World then, HashSet<string> returned, World now, DateTimeOffset at, CancellationToken stop)
    {
        if (start.Position == 0)
        {
            return then;
        }

        var read = then;
        foreach (var stream in returned)
        {
            read = await finished.Upto(read, stream, stop);
        }

        var places = (
            from one in read.Rollouts
            let was = start.Rollouts.GetValueOrDefault(one.Key)
            let state = one.Value.State
            where !ReferenceEquals(one.Value, was) && state.PlanOrNone is not null && Leaving.Matters(start, was?.State, read, state)
            select Leaving.PlaceOf(state)).ToHashSet();
        var inMemory = Leaving.InMemory(now, places);
        foreach (var place in places)
        {
            var settled = false;
            var over = now.Finished.At(place).Where(entry => entry.CreatedAt <= at).Select(entry => (entry.Stream, entry.Position));
            var others = inMemory[place].Where(state => state.CreatedAt <= at)
                .Select(state => (RolloutEvents.Stream(state.Id), long.MaxValue));
            foreach (var (stream, position) in over.Concat(others))
            {
                // Of those that have not changed since, the first one precedes all others.
                var unchanged = position <= read.Position;
                if (!(unchanged && settled) && !read.Ends.ContainsKey(stream))
                {
                    read = await finished.Upto(read, stream, stop);
                }

                settled |= unchanged;
            }
        }

        return read.Broken.Count == then.Broken.Count ? read : null;
    }

    private static Part Place(RecordedEvent one, string environment, World then, World now)
    {
        if (!one.Stream.StartsWith(RolloutEvents.Prefix, StringComparison.Ordinal))
        {
            return one.Stream == EnvironmentEvents.Stream(environment)
                || one.Stream.StartsWith(SegmentEvents.Stream(environment, ""), StringComparison.Ordinal) ? Part.Own : Part.Other;
        }

        // A rollout never changes its environment. One that this node has not read yet may be of any.
        if (now.EnvironmentOf(one.Stream[RolloutEvents.Prefix.Length..]) is { } known && known != environment)
        {
            return Part.Other;
        }

        return then.Ends.ContainsKey(one.Stream) || one.Version == 1 ? Part.Own : Part.Missing;
    }

    private World? Kept(string environment, DateTimeOffset at, long timeline)
    {
        lock (_kept)
        {
            return _kept.Where(one => one.Environment == environment && one.World.Timeline == timeline && one.World.LatestAt <= at)
                .Select(one => one.World).MaxBy(one => one.Position);
        }
    }

    private void Keep(string environment, World past)
    {
        if (past.Position == 0)
        {
            return;
        }

        lock (_kept)
        {
            // A longer walk from the same start replaces nothing: both are of use.
            for (var node = _kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Environment == environment && node.Value.World.Position == past.Position)
                {
                    _kept.Remove(node);
                    break;
                }
            }

            _kept.AddFirst((environment, past));
            while (_kept.Count > MostKept || (_kept.Count > 1 && _kept.Sum(one => one.World.Rollouts.Count) > MostRollouts))
            {
                _kept.RemoveLast();
            }
        }
    }

    private enum Part
    {
        Own,
        Other,
        Missing,
    }
}
