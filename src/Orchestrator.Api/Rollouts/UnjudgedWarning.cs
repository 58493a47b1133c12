using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts;

/// <summary>Warning to pushers of samples of a rollout that no longer judges any: an accepted sample is no evidence there.</summary>
internal static class UnjudgedWarning
{
    /// <summary>Null when samples may still be judged, now or after a restore, and when there is no such rollout.</summary>
    public static string? Of(World world, string id) => world.Rollouts.GetValueOrDefault(id)?.State switch
    {
        { Status: RolloutStatus.Retired } => "The rollout is retired: samples are not judged.",
        { Status: RolloutStatus.Aborted } => "The rollout is aborted: samples are not judged.",
        { Status: RolloutStatus.Completed, Baking: false } => "The rollout is completed and does not bake: samples are not judged.",
        _ => null,
    };
}
