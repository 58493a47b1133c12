using Orchestrator.Domain.Access;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Grains.World;

/// <summary>All families of streams.</summary>
public static class WorldFolds
{
    private static readonly IStreamFold[] All =
    [
        new StreamFold<RolloutState, RolloutEvent>(
            RolloutEvents.Prefix, RolloutEvents.Catalog,
            world => world.Rollouts, (world, rollouts) => world with { Rollouts = rollouts }, seesTheFirst: true),
        new StreamFold<SegmentState, SegmentEvent>(
            SegmentEvents.Prefix, SegmentEvents.Catalog,
            world => world.Segments, (world, segments) => world with { Segments = segments }),
        new StreamFold<EnvironmentState, EnvironmentEvent>(
            EnvironmentEvents.Prefix, EnvironmentEvents.Catalog,
            world => world.Environments, (world, environments) => world with { Environments = environments }),
        new StreamFold<PlanState, PlanEvent>(
            PlanEvents.Prefix, PlanEvents.Catalog,
            world => world.Plans, (world, plans) => world with { Plans = plans }),
        new AccessFold(),
    ];

    /// <summary>
    /// The world after an event, whose chain is computed here. A stream that does not fit its chain, or with an event that cannot be
    /// folded, is quarantined with all later events in it: a state after a gap would be a guess.
    /// </summary>
    public static World Fold(World world, RecordedEvent recorded)
    {
        if (world.Finished.OfStream(recorded.Stream) is not null)
        {
            // Without its state the event would be folded onto nothing.
            throw new InvalidOperationException($"The state of {recorded.Stream} is not in memory.");
        }

        if (world.Broken.ContainsKey(recorded.Stream))
        {
            return Moved(Lessen(world, recorded), recorded);
        }

        var end = world.Ends.GetValueOrDefault(recorded.Stream, ChainEnd.Origin);
        if (!end.IsFollowedBy(recorded))
        {
            world = Lessen(Break(world, ChainBreak.After(end, recorded)), recorded);
        }
        else
        {
            world = Quarantine(world, recorded) with { Ends = world.Ends.SetItem(recorded.Stream, ChainEnd.Of(recorded)) };
        }

        return Moved(world, recorded);
    }

    /// <summary>The world at the position of an event, which is folded or has no effect on it.</summary>
    public static World Moved(World world, RecordedEvent recorded) => world with
    {
        Position = recorded.Position,
        LatestAt = recorded.At > world.LatestAt ? recorded.At : world.LatestAt,
    };

    /// <summary>The world with a stream marked as changed; unchanged when that is known already.</summary>
    public static World Break(World world, ChainBreak found) => world.Broken.ContainsKey(found.Stream) ? world : world with
    {
        Broken = world.Broken.Add(found.Stream, found),
        Quarantined = world.Quarantined.SetItem(found.Stream, found.Text),
    };

    private static World Quarantine(World world, RecordedEvent recorded)
    {
        if (world.Quarantined.ContainsKey(recorded.Stream))
        {
            return world;
        }

        try
        {
            return (Find(recorded.Stream) ?? throw new UnknownEventException(recorded)).Fold(world, recorded);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return world with { Quarantined = world.Quarantined.Add(recorded.Stream, e.Message) };
        }
    }

    /// <summary>Of a quarantined stream only restrictions are applied.</summary>
    private static World Lessen(World world, RecordedEvent recorded)
    {
        try
        {
            return Find(recorded.Stream)?.Lessen(world, recorded) ?? world;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return world;
        }
    }

    private static IStreamFold? Find(string stream)
    {
        foreach (var fold in All)
        {
            if (stream.StartsWith(fold.Prefix, StringComparison.Ordinal))
            {
                return fold;
            }
        }

        return null;
    }

    private sealed class AccessFold : IStreamFold
    {
        public string Prefix => AccessEvents.Prefix;

        public World Fold(World world, RecordedEvent recorded)
        {
            var access = world.Access.Evolve(AccessEvents.Catalog.Replay(recorded));
            return world with { Access = access, Keys = new KeyRing(access) };
        }

        /// <summary>A key that any event revokes stays revoked, even if that event's chain is broken.</summary>
        public World Lessen(World world, RecordedEvent recorded) =>
            recorded.Type == AccessEvents.Revoked && AccessEvents.Catalog.Read(recorded) is AccessEvent.KeyRevoked revoked
                && world.Access.Working(revoked.Id) is not null
                ? Fold(world, recorded)
                : world;
    }
}
