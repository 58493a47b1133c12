using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Plans.Checks;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Grains.Routing.Journeys;

/// <summary>The streams that the answers of a flag depend on, now and in the past.</summary>
public static class JourneyStreams
{
    /// <summary>Names of the streams.</summary>
    /// <param name="world">This node's view of the log.</param>
    /// <param name="environment">Environment.</param>
    /// <param name="flag">Key of the flag.</param>
    public static IReadOnlyList<string> Of(World.World world, string environment, string flag)
    {
        var rollouts = world.Rollouts.Values.Select(entry => entry.State)
            .Where(state => state.PlanOrNone is not null && state.Environment == environment).ToArray();

        var over = world.Finished.In(environment).ToArray();

        // A flag of a phase has its value while the rollout decides its own flag, and for that its rivals count too. An amended plan may
        // have named other flags and segments before.
        var flags = rollouts.Where(state => state.Amended is not null || Names(state, flag)).Select(state => state.Plan.Flag)
            .Concat(over.Where(entry => entry.NamesOthers || entry.Plan.Flags.Contains(flag)).Select(entry => entry.Plan.Flag))
            .Append(flag).ToHashSet(StringComparer.Ordinal);
        var deciding = rollouts.Where(state => flags.Contains(state.Plan.Flag)).ToArray();
        var decided = over.Where(entry => flags.Contains(entry.Plan.Flag)).ToArray();
        var all = deciding.Any(state => state.Amended is not null) || decided.Any(entry => entry.NamesOthers);
        var named = deciding.SelectMany(Segments).Concat(decided.Select(entry => entry.Plan).Distinct().SelectMany(plan => plan.Segments))
            .ToHashSet(StringComparer.Ordinal);
        var prefix = environment + "/";
        return
        [
            EnvironmentEvents.Stream(environment),
            .. world.Segments.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)
                && (all || named.Contains(name[prefix.Length..]))).Select(SegmentEvents.Stream),
            .. deciding.Select(state => RolloutEvents.Stream(state.Id)),
            .. decided.Select(entry => entry.Stream),
        ];
    }

    private static bool Names(RolloutState state, string flag) =>
        state.Plan.Phases.Any(phase => phase.Flags.Any(value => value.Key == flag));

    private static IEnumerable<string> Segments(RolloutState state) => JudgedSegments.Of(state.Plan)
        .Concat(state.Plan.Segments.Select(segment => segment.Key)).Concat(state.TakenBack).Concat(state.Included)
        .Concat(state.Shares.Select(share => share.Segment));
}
