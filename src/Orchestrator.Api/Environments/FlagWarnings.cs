using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Environments;

/// <summary>Static values that are kept and not served: people who set one must hear by which rollout, and until when.</summary>
internal sealed class FlagWarnings(World world, string environment)
{
    private readonly IReadOnlyDictionary<string, RolloutState> _over = EnvironmentModels.Over(world, environment);

    /// <summary>The sentence; null when the value is in force.</summary>
    public string? Of(string flag) => _over.GetValueOrDefault(flag) is not { } rollout ? null
        : rollout.Plan.Flag == flag
            ? $"Rollout {rollout.Id} routes flag '{flag}': this value is kept, and is not served {Until(rollout.Status, "retired")}."
            : $"Phase {rollout.Phase!.Name} of rollout {rollout.Id} gives flag '{flag}' a value: this one is kept, and is not served {Until(rollout.Status, "retired, or the phase ends")}.";

    private static string Until(RolloutStatus status, string end) => status is RolloutStatus.Completed or RolloutStatus.Aborted
        ? "until the rollout is retired"
        : $"until the rollout is completed and {end}";
}
