using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Grains.World;

/// <summary>What routing needs to know of one environment, out of a world.</summary>
public static class EnvironmentModels
{
    /// <summary>The environment as a whole.</summary>
    /// <param name="world">Where it stands.</param>
    /// <param name="environment">Its name.</param>
    /// <param name="route">The route of a rollout; a keeper of instances where the table is made again and again.</param>
    /// <param name="segment">The model of a segment; likewise.</param>
    public static EnvironmentModel Of(World world, string environment, Func<RolloutState, RoutedFlag>? route = null, Func<string, SegmentModel?>? segment = null)
    {
        route ??= state => RolloutRoutes.Of(state, world.Held.ContainsKey(RolloutEvents.Stream(state.Id)));
        segment ??= key => Segment(world, key);
        var prefix = environment + "/";
        var deciding = Deciding(world, environment).ToArray();
        return new EnvironmentModel
        {
            Name = environment,
            Flags =
            [
                .. world.Environments.TryGetValue(environment, out var statics) ? statics.State.Flags.Select(flag => new FlagValue(flag.Key, flag.Value)) : [],
                .. deciding.Where(rollout => rollout.Watched).SelectMany(rollout => rollout.Phase?.Flags ?? []),
            ],
            Routes = [.. deciding.Select(route)],
            Segments = [.. world.Segments.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(segment).OfType<SegmentModel>()],
        };
    }

    /// <summary>A segment by <c>{environment}/{key}</c>; null while it is not defined.</summary>
    public static SegmentModel? Segment(World world, string name) =>
        world.Segments.TryGetValue(name, out var entry) && entry.State.Definition is { } definition
            ? new SegmentModel(name[(name.IndexOf('/') + 1)..], definition, entry.State.Members)
            : null;

    /// <summary>
    /// The rollout that decides each flag: the unfinished one that was started, else the one that ended last (a completed rollout goes on
    /// serving), else one that waits for its start.
    /// </summary>
    private static IEnumerable<RolloutState> Deciding(World world, string environment) => world.Rollouts.Values
        .Select(entry => entry.State)
        .Where(rollout => rollout.Environment == environment)
        .GroupBy(rollout => rollout.Plan.Flag, StringComparer.Ordinal)
        .Select(rollouts => rollouts
            .OrderByDescending(rollout => rollout.PhaseIndex >= 0)
            .ThenByDescending(rollout => rollout.Unfinished)
            .ThenByDescending(rollout => rollout.LastAt)
            .ThenBy(rollout => rollout.Id, StringComparer.Ordinal)
            .First())
        .OrderBy(rollout => rollout.Id, StringComparer.Ordinal);
}
