using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;
using Orchestrator.Grains.World.Finished;

namespace Orchestrator.Grains.Routing;

/// <summary>Routing models of one environment, built from a world.</summary>
public static class EnvironmentModels
{
    /// <summary>The environment as a whole.</summary>
    /// <param name="world">The world.</param>
    /// <param name="environment">Its name.</param>
    /// <param name="route">Optional cache of compiled routes.</param>
    /// <param name="segment">Optional cache of compiled segments.</param>
    public static EnvironmentModel Of(
        World.World world, string environment, Func<RolloutState, RoutedFlag>? route = null, Func<string, SegmentModel?>? segment = null)
    {
        route ??= state => Route(world, state);
        segment ??= key => Segment(world, key);
        var prefix = environment + "/";
        var deciding = Deciding(world, environment).ToArray();
        return new EnvironmentModel
        {
            Name = environment,
            Flags =
            [
                .. world.Environments.TryGetValue(environment, out var statics)
                    ? statics.State.Flags.Select(flag => new FlagValue(flag.Key, flag.Value))
                    : [],
                .. deciding.SelectMany(rollout => rollout.FlagsInForce.Select(flag => flag with { Origin = Origin(rollout) })),
            ],
            Routes = [.. deciding.Select(route)],
            Segments = [.. world.Segments.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
                .Select(segment).OfType<SegmentModel>()],
        };
    }

    /// <summary>
    /// The route of a rollout, as far as its events can be trusted: a quarantined stream routes no user to new, nor does one that took back
    /// a segment whose members are no longer known. Such an answer is this node's own; its reason is <c>STALE</c>.
    /// </summary>
    public static RoutedFlag Route(World.World world, RolloutState state)
    {
        var stream = RolloutEvents.Stream(state.Id);
        var route = RolloutRoutes.Of(state, world.Quarantined.ContainsKey(stream));
        if (world.Broken.ContainsKey(stream) || route.TakenBack.Any(segment => IsBroken(world, $"{state.Environment}/{segment}")))
        {
            return route with { Mode = RouteMode.Unread };
        }

        foreach (var withdrawal in world.Withdrawn.Values.Where(one => one.Rollout == state.Id))
        {
            route = withdrawal.Segments.IsEmpty || withdrawal.Segments.Any(segment => IsBroken(world, $"{state.Environment}/{segment}"))
                ? route with { Mode = RouteMode.Unread }
                : route with { TakenBack = [.. route.TakenBack.Union(withdrawal.Segments)] };
        }

        return route;
    }

    /// <summary>True for a segment, by <c>{environment}/{key}</c>, whose members are no longer known.</summary>
    public static bool IsBroken(World.World world, string name) =>
        world.Broken.Count > 0 && world.Broken.ContainsKey(SegmentEvents.Stream(name));

    /// <summary>
    /// A segment by <c>{environment}/{key}</c>; null while it is not defined, and when it is quarantined: then it matches no user.
    /// </summary>
    public static SegmentModel? Segment(World.World world, string name) => IsBroken(world, name) ? null
        : world.Segments.TryGetValue(name, out var entry) && entry.State.Served is { } definition
            ? new SegmentModel(name[(name.IndexOf('/') + 1)..], definition, entry.State.Members)
            : null;

    /// <summary>
    /// The rollout that decides each flag (<see cref="FlagRank"/>). Where the one that ended last has let go, no rollout does: the flag has
    /// its static value. No rollout that has left the memory decides a flag, and one that was read for a request neither.
    /// </summary>
    private static IEnumerable<RolloutState> Deciding(World.World world, string environment) => world.Rollouts.Values
        .Select(entry => entry.State)
        .Where(rollout => rollout.Environment == environment && rollout.Id != world.Recalled)
        .GroupBy(rollout => rollout.Plan.Flag, StringComparer.Ordinal)
        .Select(rollouts => rollouts.MinBy(rollout => FlagRank.Of(world, rollout))!)
        .Where(rollout => !world.HasLetGo(rollout))
        .OrderBy(rollout => rollout.Id, StringComparer.Ordinal);

    /// <summary>
    /// The rollouts that decide flags, by flag: the flag of the rollout, and the flags of its phase. All other flags have the environment's
    /// static value.
    /// </summary>
    public static IReadOnlyDictionary<string, RolloutState> Over(World.World world, string environment)
    {
        var over = new Dictionary<string, RolloutState>(StringComparer.Ordinal);
        var deciding = Deciding(world, environment).ToArray();
        foreach (var (flag, rollout) in deciding.SelectMany(rollout => rollout.FlagsInForce.Select(flag => (flag.Key, rollout)))
            .Concat(deciding.Select(rollout => (rollout.Plan.Flag, rollout))))
        {
            over[flag] = rollout;
        }

        return over;
    }

    private static string Origin(RolloutState rollout) =>
        $"phase {rollout.Phase!.Name} of rollout {rollout.Id}{(rollout.Status == RolloutStatus.Completed ? ", which is completed and not retired" : "")}";
}
