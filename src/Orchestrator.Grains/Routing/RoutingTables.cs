using System.Collections.Immutable;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Routing;

/// <summary>Compiles this node's routing table whenever its world changes, and swaps it whole. Only what changed is compiled anew.</summary>
internal sealed class RoutingTables : IRoutingTables, IWorldObserver
{
    private volatile RoutingTable _current = RoutingTable.Empty;
    private ImmutableDictionary<string, RoutedFlag> _routes = ImmutableDictionary<string, RoutedFlag>.Empty;
    private ImmutableDictionary<string, SegmentModel> _segments = ImmutableDictionary<string, SegmentModel>.Empty;

    public RoutingTable Current => _current;

    public void Changed(World.World before, World.World after)
    {
        var table = _current;
        foreach (var environment in Touched(before, after))
        {
            table = table.With(Model(after, environment), after.Position);
        }

        _current = table.At(after.Position);
    }

    /// <summary>Environments whose flags, routes or segments differ, with the changed parts made anew.</summary>
    private HashSet<string> Touched(World.World before, World.World after)
    {
        HashSet<string> touched = [];
        foreach (var (id, rollout) in Differences(before.Rollouts, after.Rollouts))
        {
            if (rollout.State.Version > 0)
            {
                touched.Add(rollout.State.Environment);
                _routes = _routes.SetItem(id, RolloutRoutes.Of(rollout.State));
            }
        }

        foreach (var (path, segment) in Differences(before.Segments, after.Segments))
        {
            var slash = path.IndexOf('/', StringComparison.Ordinal);
            if (segment.State.Definition is { } definition)
            {
                touched.Add(path[..slash]);
                _segments = _segments.SetItem(path, new SegmentModel(path[(slash + 1)..], definition, segment.State.Members));
            }
        }

        foreach (var (name, _) in Differences(before.Environments, after.Environments))
        {
            touched.Add(name);
        }

        return touched;
    }

    private EnvironmentModel Model(World.World world, string environment)
    {
        var governing = world.Rollouts.Values
            .Select(entry => entry.State)
            .Where(state => state.Environment == environment)
            .GroupBy(state => state.Plan.Flag)
            .Select(sameFlag => sameFlag.MaxBy(Rank)!)
            .ToArray();
        var fixedFlags = world.Environments.TryGetValue(environment, out var entry)
            ? entry.State.Flags.Select(flag => new FlagValue(flag.Key, flag.Value))
            : [];
        return new EnvironmentModel
        {
            Name = environment,
            Flags = [.. fixedFlags, .. governing.Where(InForce).SelectMany(state => state.Phase!.Flags)],
            Routes = [.. governing.Select(state => _routes[state.Id])],
            Segments = [.. _segments.Where(segment => segment.Key.StartsWith(environment + "/", StringComparison.Ordinal)).Select(segment => segment.Value)],
        };
    }

    /// <summary>A rollback withdraws the phase's flags; a completed rollout leaves those of its last phase in force.</summary>
    private static bool InForce(RolloutState state) => state.Phase is not null && (state.Watched || state.Status == RolloutStatus.Completed);

    /// <summary>Of several rollouts of one flag the one under way decides, else the one that ended last; one not yet started changes nothing.</summary>
    private static (int, DateTimeOffset) Rank(RolloutState state) => state.Status switch
    {
        RolloutStatus.Created => (0, state.Since),
        RolloutStatus.Completed or RolloutStatus.Aborted => (1, state.Since),
        _ => (2, state.Since),
    };

    private static IEnumerable<KeyValuePair<string, T>> Differences<T>(ImmutableDictionary<string, T> before, ImmutableDictionary<string, T> after)
        where T : class =>
        ReferenceEquals(before, after) ? [] : after.Where(item => !ReferenceEquals(before.GetValueOrDefault(item.Key), item.Value));
}
