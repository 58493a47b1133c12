using Orchestrator.Api.Rollouts;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Finished;

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
        InMemory(world, environment, key).Concat(Over(world, environment, key))
            .OrderByDescending(use => use.Unfinished).ThenByDescending(use => use.Since)
            .ThenBy(use => use.Id, StringComparer.Ordinal)
            .Take(Most)
            .Select((use, at) => new
            {
                id = use.Id,
                plan = use.Plan,
                revision = use.Revision,
                status = use.Status,
                steps = use.Steps,
                takenBack = use.TakenBack,
                people = at < MostCounted ? PeopleView.OfSegment(people, use.Place, use.Id, key, now) : null,
            });

    private static IEnumerable<Use> InMemory(World world, string environment, string key) =>
        from entry in world.Rollouts.Values
        let state = entry.State
        where state.PlanOrNone is not null && state.Environment == environment
        let steps = Steps(PlanFacts.Of(state.Plan), key)
        where steps.Length > 0
        select new Use(
            state.Id, state.Plan.Name, state.Revision, state.Status, state.Unfinished, state.Since,
            new FlagPlace(environment, state.Plan.Flag), steps, state.TakenBack.Contains(key));

    private static IEnumerable<Use> Over(World world, string environment, string key)
    {
        var known = new Dictionary<PlanFacts, string[]>(ReferenceEqualityComparer.Instance);
        foreach (var entry in world.Finished.In(environment))
        {
            if (!known.TryGetValue(entry.Plan, out var steps))
            {
                known[entry.Plan] = steps = Steps(entry.Plan, key);
            }

            if (steps.Length > 0)
            {
                yield return new Use(
                    entry.Id, entry.Plan.Name, entry.Revision, entry.Status, false, entry.Since, entry.Place, steps,
                    entry.TakenBack.Contains(key));
            }
        }
    }

    private static string[] Steps(PlanFacts plan, string key) =>
    [
        .. from phase in plan.Phases
           from step in phase.Steps
           where step.Segments.Contains(key)
           select step.Name,
    ];

    private sealed record Use(
        string Id, string Plan, int Revision, RolloutStatus Status, bool Unfinished, DateTimeOffset Since, FlagPlace Place, string[] Steps,
        bool TakenBack);
}
