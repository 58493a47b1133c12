using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Environments;

/// <summary>A static value that is kept and not served: whoever sets it must hear by which rollout, and until when.</summary>
internal static class FlagWarnings
{
    /// <summary>The sentence; null when the value is in force.</summary>
    public static string? Of(World world, string environment, string flag) => EnvironmentModels.Over(world, environment, flag) is not { } rollout ? null
        : rollout.Plan.Flag == flag
            ? $"Rollout {rollout.Id} routes flag '{flag}': this value is kept, and is not served {Until(rollout.Status, "retired")}."
            : $"Phase {rollout.Phase!.Name} of rollout {rollout.Id} gives flag '{flag}' a value: this one is kept, and is not served {Until(rollout.Status, "retired, or the phase ends")}.";

    private static string Until(RolloutStatus status, string end) => status switch
    {
        RolloutStatus.Completed => "until the rollout is retired",
        RolloutStatus.Aborted => "until another rollout of the flag is completed and retired",
        _ => $"until the rollout is completed and {end}",
    };
}
