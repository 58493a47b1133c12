using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Routing;

namespace Orchestrator.Grains.World;

/// <summary>
/// Keeps this node's routing table up with its world. Only what changed is compiled: routes and segments keep their instances, and the
/// most frequent change of all, a share that rises, touches one flag.
/// </summary>
internal sealed class RoutingFollower : IRoutingTables, IWorldObserver
{
    private readonly Dictionary<string, RoutedFlag> _routes = [];
    private readonly Dictionary<string, SegmentModel> _segments = [];
    private volatile RoutingTable _current = RoutingTable.Empty;

    public RoutingTable Current => _current;

    public void Changed(World after, IReadOnlyList<RecordedEvent> events)
    {
        var dirty = new HashSet<string>();
        var table = _current;
        foreach (var stream in events.Select(e => e.Stream).Distinct(StringComparer.Ordinal))
        {
            switch (stream.Split('/'))
            {
                case ["rollout", var id] when after.Rollouts.TryGetValue(id, out var entry):
                    table = Route(table, entry.State, after.Position, dirty);
                    break;
                case ["segment", var environment, var key] when EnvironmentModels.Segment(after, $"{environment}/{key}") is { } segment:
                    _segments[$"{environment}/{key}"] = segment;
                    table = table.With(environment, segment, after.Position);
                    break;
                case ["environment", var environment]:
                    dirty.Add(environment);
                    break;
            }
        }

        foreach (var environment in dirty)
        {
            table = table.With(EnvironmentModels.Of(after, environment, RouteOf, name => _segments.GetValueOrDefault(name)), after.Position);
        }

        _current = table.At(after.Position);
    }

    /// <summary>A step within a phase changes the route alone; all else may change which flags are in force, or who decides.</summary>
    private RoutingTable Route(RoutingTable table, RolloutState state, long position, HashSet<string> dirty)
    {
        var before = _routes.GetValueOrDefault(state.Id);
        var route = _routes[state.Id] = RolloutRoutes.Of(state);
        if (before is { Mode: RouteMode.Split } && route.Mode == RouteMode.Split && before.Phase == route.Phase && state.Watched)
        {
            return table.With(state.Environment, route, position);
        }

        dirty.Add(state.Environment);
        return table;
    }

    private RoutedFlag RouteOf(RolloutState state) => _routes.TryGetValue(state.Id, out var route) && route.RolloutVersion == state.Version
        ? route
        : _routes[state.Id] = RolloutRoutes.Of(state);
}
