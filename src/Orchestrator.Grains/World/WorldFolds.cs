using Orchestrator.Domain.Access;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;
using Orchestrator.Grains.Access;

namespace Orchestrator.Grains.World;

/// <summary>Every sort of stream there is.</summary>
public static class WorldFolds
{
    private static readonly IStreamFold[] All =
    [
        new StreamFold<RolloutState, RolloutEvent>(
            RolloutEvents.StreamPrefix, RolloutState.None, RolloutEvents.Catalog, RolloutEvolution.Evolve,
            world => world.Rollouts, (world, rollouts) => world with { Rollouts = rollouts }),
        new StreamFold<SegmentState, SegmentEvent>(
            "segment/", SegmentState.Initial, SegmentEvents.Catalog, (state, happened) => state.Evolve(happened.Event),
            world => world.Segments, (world, segments) => world with { Segments = segments }),
        new StreamFold<EnvironmentState, EnvironmentEvent>(
            "environment/", EnvironmentState.Initial, EnvironmentEvent.Catalog, (state, happened) => state.Evolve(happened),
            world => world.Environments, (world, environments) => world with { Environments = environments }),
        new StreamFold<PlanState, PlanEvent>(
            "plan/", PlanState.Initial, PlanEvent.Catalog, (state, happened) => state.Evolve(happened),
            world => world.Plans, (world, plans) => world with { Plans = plans }),
        new AccessFold(),
    ];

    /// <summary>
    /// The world after an event. A stream with an event that cannot be folded is held where it stands, and all that follows in it:
    /// what comes after a gap would be a guess.
    /// </summary>
    public static World Fold(World world, RecordedEvent recorded)
    {
        if (!world.Held.ContainsKey(recorded.Stream))
        {
            try
            {
                world = (Find(recorded.Stream) ?? throw new UnknownEventException(recorded)).Fold(world, recorded);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                world = world with { Held = world.Held.Add(recorded.Stream, e.Message) };
            }
        }

        return world with { Position = recorded.Position };
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
        public string Prefix => IAccessGrain.Only;

        public World Fold(World world, RecordedEvent recorded)
        {
            var happened = new Happened<AccessEvent>(recorded.Version, recorded.At, recorded.Actor, AccessEvent.Catalog.Read(recorded));
            var access = world.Access.Evolve(happened);
            return world with { Access = access, Keys = new KeyRing(access) };
        }
    }
}
