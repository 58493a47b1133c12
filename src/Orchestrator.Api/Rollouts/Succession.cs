using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts;

/// <summary>
/// Of a flag that a later rollout decides by now, the completed one before it takes no user back. A start retires the rollout before it; in
/// logs of builds that knew no retiring there are completed rollouts that were followed without it.
/// </summary>
internal static class Succession
{
    /// <summary>
    /// Id of the rollout that decides the flag in place of this completed one; null when this one does, or is not completed.
    /// </summary>
    public static string? Other(World world, string rollout) => world.Rollouts.GetValueOrDefault(rollout)?.State is { Status: RolloutStatus.Completed } state
        && EnvironmentModels.Over(world, state.Environment).GetValueOrDefault(state.Plan.Flag) is { } deciding && deciding.Id != rollout
            ? deciding.Id
            : null;

    public static CommandResult Refused(string rollout, string other) => CommandResult.Refused(
        0, "rollout.succeeded", $"Rollout {rollout} is completed, and rollout {other} decides the flag now: what is done to {rollout} changes no answer. Do it to {other}.");
}
