using Orchestrator.Api.Rollouts;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Segments;

/// <summary>Rollouts whose steps name a segment.</summary>
internal static class SegmentUses
{
    /// <summary>Most rollouts in an answer: those that are not over first, then the newest.</summary>
    private const int Most = 100;

    /// <summary>Most rollouts whose users are counted for an answer.</summary>
    private const int MostCounted = 10;

    /// <param name="world">This node's view of the log.</param>
    /// <param name="environment">Environment of the segment.</param>
    /// <param name="key">Its key.</param>
    /// <param name="people">This node's counts of users.</param>
    /// <param name="now">Orchestrator time.</param>
    public static IEnumerable<object> Of(World world, string environment, string key, PeopleKeeper people, DateTimeOffset now) =>
        world.Rollouts.Values.Select(one => one.State)
            .Where(state => state.PlanOrNone is not null && state.Environment == environment)
            .Select(state => (State: state, Steps: Steps(state, key)))
            .Where(one => one.Steps.Length > 0)
            .OrderByDescending(one => one.State.Unfinished).ThenByDescending(one => one.State.Since)
            .ThenBy(one => one.State.Id, StringComparer.Ordinal)
            .Take(Most)
            .Select((one, at) => new
            {
                id = one.State.Id,
                plan = one.State.Plan.Name,
                revision = one.State.Revision,
                status = one.State.Status,
                steps = one.Steps,
                takenBack = one.State.TakenBack.Contains(key),
                people = at < MostCounted ? PeopleView.OfSegment(people, one.State, key, now) : null,
            });

    private static string[] Steps(RolloutState state, string key) =>
    [
        .. from phase in state.Plan.Phases
           from step in phase.Steps
           where step.Segments.Contains(key) || step.Shares.Any(share => share.Segment == key)
           select step.Name,
    ];
}
