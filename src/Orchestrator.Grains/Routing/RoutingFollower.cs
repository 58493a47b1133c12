using System.Collections.Immutable;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Finished;

namespace Orchestrator.Grains.Routing;

/// <summary>
/// Keeps this node's routing table up to date with its world. Most changes affect one route and are compiled alone; an environment is
/// rebuilt when flags in force change, when the rollout that decides a flag may change, or when much changed at once.
/// </summary>
internal sealed class RoutingFollower : IRoutingTables, IWorldObserver
{
    /// <summary>Number of changes from which rebuilding the environment is cheaper.</summary>
    private const int Many = 16;

    private readonly Dictionary<string, Known> _rollouts = [];
    private readonly Dictionary<FlagPlace, int> _rivals = [];
    private readonly Dictionary<string, SegmentModel> _segments = [];
    private readonly Dictionary<string, ImmutableSortedDictionary<string, string>?> _statics = [];
    private volatile RoutingTable _current = RoutingTable.Empty;

    public RoutingTable Current => _current;

    public void Changed(World.World after, IReadOnlySet<string> streams)
    {
        if (after.Timeline < _current.Timeline)
        {
            return;
        }

        if (after.Timeline > _current.Timeline)
        {
            _rollouts.Clear();
            _rivals.Clear();
            _segments.Clear();
            _statics.Clear();
        }

        var before = (after.Timeline == _current.Timeline ? _current : RoutingTable.Begin(after.Timeline))
            .At(after.Position, after.Revision);
        var rebuilt = new HashSet<string>();
        var alone = new List<(string Environment, Func<RoutingTable, RoutingTable> Apply)>();
        foreach (var stream in streams)
        {
            switch (stream.Split('/'))
            {
                case ["rollout", var id] when after.Rollouts.TryGetValue(id, out var entry):
                    var state = entry.State;
                    if (NeedsAnew(state, after))
                    {
                        rebuilt.Add(state.Environment);
                    }

                    var route = _rollouts[id].Route;
                    alone.Add((state.Environment, table => table.With(state.Environment, route, after.Position)));
                    break;
                case ["rollout", var id] when _rollouts.Remove(id, out var left):
                    // It has left the memory: it decides nothing now, and may have before.
                    _rivals[left.Place]--;
                    rebuilt.Add(left.Place.Environment);
                    break;
                case ["segment", var environment, var key] when EnvironmentModels.IsBroken(after, $"{environment}/{key}"):
                    _segments.Remove($"{environment}/{key}");
                    foreach (var rollout in after.Rollouts.Values.Where(rollout => rollout.State.Environment == environment))
                    {
                        NeedsAnew(rollout.State, after);
                    }

                    rebuilt.Add(environment);
                    break;
                case ["segment", var environment, var key] when EnvironmentModels.Segment(after, $"{environment}/{key}") is { } segment:
                    _segments[$"{environment}/{key}"] = segment;
                    alone.Add((environment, table => table.With(environment, segment, after.Position)));
                    break;
                case ["environment", var environment] when after.Environments.GetValueOrDefault(environment)?.State.Flags is var flags
                    && flags != _statics.GetValueOrDefault(environment):
                    _statics[environment] = flags;
                    rebuilt.Add(environment);
                    break;
            }
        }

        if (alone.Count > Many)
        {
            rebuilt.UnionWith(alone.Select(one => one.Environment));
        }

        var changed = alone.Where(one => !rebuilt.Contains(one.Environment)).Aggregate(before, (table, one) => one.Apply(table));
        changed = rebuilt.Aggregate(changed, (table, environment) => table.With(
            EnvironmentModels.Of(after, environment, state => _rollouts[state.Id].Route, name => _segments.GetValueOrDefault(name)),
            after.Position));
        changed = changed.At(after.Position);
        if (changed.IsNewerThan(_current))
        {
            _current = changed;
        }
    }

    /// <summary>Applies a changed rollout; true when more than its own route changes.</summary>
    private bool NeedsAnew(RolloutState state, World.World after)
    {
        // A completed and a running rollout have the same flags, but from different origins.
        var flags = state.FlagsInForce.IsEmpty ? [] : state.FlagsInForce.Add(new FlagValue(state.Id, state.Status.ToString()));
        var before = _rollouts.GetValueOrDefault(state.Id);
        var place = new FlagPlace(state.Environment, state.Plan.Flag);
        _rollouts[state.Id] = new Known(EnvironmentModels.Route(after, state), flags, place);
        _rivals[place] = _rivals.GetValueOrDefault(place) + (before is null ? 1 : 0);
        return _rivals[place] > 1 || state.Status == RolloutStatus.Retired || !(before?.Flags ?? []).SequenceEqual(flags);
    }

    private sealed record Known(RoutedFlag Route, ImmutableArray<FlagValue> Flags, FlagPlace Place);
}
