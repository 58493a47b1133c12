using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Segments;

/// <summary>Rollouts whose steps name a segment.</summary>
internal static class SegmentUses
{
    /// <summary>Most rollouts in an answer: those that are not over first, then the newest.</summary>
    private const int Most = 100;

    public static IEnumerable<object> Of(World world, string environment, string key) => world.Rollouts.Values.Select(one => one.State)
        .Where(state => state.PlanOrNone is not null && state.Environment == environment)
        .Select(state => (State: state, Steps: Steps(state, key)))
        .Where(one => one.Steps.Length > 0)
        .OrderByDescending(one => one.State.Unfinished).ThenByDescending(one => one.State.Since)
        .ThenBy(one => one.State.Id, StringComparer.Ordinal)
        .Take(Most)
        .Select(one => new
        {
            id = one.State.Id,
            plan = one.State.Plan.Name,
            revision = one.State.Revision,
            status = one.State.Status,
            steps = one.Steps,
            takenBack = one.State.TakenBack.Contains(key),
        });

    private static string[] Steps(RolloutState state, string key) =>
    [
        .. from phase in state.Plan.Phases
           from step in phase.Steps
           where step.Segments.Contains(key) || step.Shares.Any(share => share.Segment == key)
           select step.Name,
    ];
}
