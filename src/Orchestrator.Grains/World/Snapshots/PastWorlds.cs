using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;
using Orchestrator.Grains.Log;

namespace Orchestrator.Grains.World.Snapshots;

/// <summary>
/// One environment as it was at a moment, by the log alone: the nearest snapshot before it, or a world that was asked for lately, and the
/// events since. Without either the log is folded from its first event.
/// </summary>
public sealed class PastWorlds(WorldSnapshots snapshots, IEventLog log, IWorld world)
{
    private const int Batch = 1000;

    /// <summary>Most worlds that are kept.</summary>
    private const int MostKept = 8;

    /// <summary>Most rollouts of all worlds that are kept; some KiB each.</summary>
    private const int MostRollouts = 20_000;

    private readonly LinkedList<(string Environment, World World)> _kept = new();

    /// <summary>
    /// The streams of an environment after the last event before the first one that is later than a moment. Rollouts that ended long before
    /// and decide no flag may be missing.
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

    /// <summary>Null when an event is of a rollout that the start leaves out.</summary>
    private async Task<World?> Fold(World then, string environment, DateTimeOffset at, World now, CancellationToken stop)
    {
        var whole = then.Position == 0;
        while (await log.ReadAll(then.Position, Batch, stop) is { Count: > 0 } events)
        {
            foreach (var one in events)
            {
                if (one.At > at)
                {
                    return then;
                }

                switch (Place(one, environment, then, now))
                {
                    case Part.Missing when !whole:
                        return null;
                    case Part.Other:
                        then = WorldFolds.Moved(then, one);
                        break;
                    default:
                        then = WorldFolds.Fold(then, one);
                        break;
                }
            }
        }

        return then;
    }

    private static Part Place(RecordedEvent one, string environment, World then, World now)
    {
        if (!one.Stream.StartsWith(RolloutEvents.Prefix, StringComparison.Ordinal))
        {
            return one.Stream == EnvironmentEvents.Stream(environment)
                || one.Stream.StartsWith(SegmentEvents.Stream(environment, ""), StringComparison.Ordinal) ? Part.Own : Part.Other;
        }

        // A rollout never changes its environment. One that this node has not read yet may be of any.
        if (now.Rollouts.GetValueOrDefault(one.Stream[RolloutEvents.Prefix.Length..]) is { } known
            && known.State.Environment != environment)
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
