using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Environments;

/// <summary>Warnings for static values that are stored and not served: they name the rollout that decides, and the end.</summary>
internal sealed class FlagWarnings(World world, string environment)
{
    private readonly IReadOnlyDictionary<string, RolloutState> _over = EnvironmentModels.Over(world, environment);

    /// <summary>The sentence; null when the value is in force.</summary>
    public string? Of(string flag) => _over.GetValueOrDefault(flag) is not { } rollout ? null
        : rollout.Plan.Flag == flag
            ? $"Rollout {rollout.Id} routes flag '{flag}': this value is stored, but not served {Until(rollout.Status, "retired")}."
            : $"Phase {rollout.Phase!.Name} of rollout {rollout.Id} sets flag '{flag}': this value is stored, but not served {Until(rollout.Status, "retired, or the phase ends")}.";

    private static string Until(RolloutStatus status, string end) => status is RolloutStatus.Completed or RolloutStatus.Aborted
        ? "until the rollout is retired"
        : $"until the rollout is completed and {end}";
}
