using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts;

/// <summary>
/// A completed rollout whose flag a later rollout decides cannot move users. A start retires the rollout before it; in logs of builds that
/// had no retiring there are completed rollouts with a successor and without it.
/// </summary>
internal static class Succession
{
    /// <summary>
    /// Id of the rollout that decides the flag in place of this completed one; null when this one does, or is not completed.
    /// </summary>
    public static string? Other(World world, string rollout) =>
        world.Rollouts.GetValueOrDefault(rollout)?.State is { Status: RolloutStatus.Completed } state
        && EnvironmentModels.Over(world, state.Environment).GetValueOrDefault(state.Plan.Flag) is { } deciding && deciding.Id != rollout
            ? deciding.Id
            : null;

    public static CommandResult Refused(string rollout, string other) => CommandResult.Refused(
        0, "rollout.succeeded", $"Rollout {rollout} is completed, and rollout {other} decides the flag now: a command to {rollout} would change no answer. Send it to {other}.");
}
