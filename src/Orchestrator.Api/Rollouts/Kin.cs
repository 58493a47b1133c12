using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts;

/// <summary>A rollout among others, in memory or not.</summary>
/// <param name="Id">Id.</param>
/// <param name="Environment">Environment.</param>
/// <param name="Plan">Name of its plan.</param>
/// <param name="Flag">Flag.</param>
/// <param name="Started">True when it was started.</param>
/// <param name="CreatedAt">Time of its creation.</param>
internal sealed record Kin(string Id, string Environment, string Plan, string Flag, bool Started, DateTimeOffset CreatedAt)
{
    /// <summary>All rollouts that a condition holds for, the newest first.</summary>
    public static IEnumerable<Kin> Of(World world, Func<Kin, bool> wanted) => world.Rollouts.Values.Select(entry => entry.State)
        .Where(state => state.PlanOrNone is not null && state.Id != world.Recalled)
        .Select(state => new Kin(state.Id, state.Environment, state.Plan.Name, state.Plan.Flag, state.PhaseIndex >= 0, state.CreatedAt))
        .Concat(world.Finished.Select(entry =>
            new Kin(entry.Id, entry.Environment, entry.Plan.Name, entry.Plan.Flag, entry.Started, entry.CreatedAt)))
        .Where(wanted)
        .OrderByDescending(one => one.CreatedAt).ThenBy(one => one.Id, StringComparer.Ordinal);
}
