using System.Collections.Immutable;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts;

/// <summary>Which rules of the plan apply in the current step.</summary>
public static class RulesInForce
{
    /// <summary>Name of the criterion of a step that states none: that the new path was measured for the whole hold.</summary>
    public const string Measured = "measured";

    /// <summary>Name of the criterion that legacy serves nobody.</summary>
    public const string LegacyUnused = "legacy-unused";

    /// <summary>Triggers of the plan, the phase and the step.</summary>
    public static ImmutableArray<Trigger> Triggers(RolloutState state) => Of(state)?.Triggers ?? [];

    /// <summary>Triggers of the plan, the phase and the step.</summary>
    public static ImmutableArray<Trigger> Triggers(Plan plan, int phase, int step) => StepRules.Of(plan, phase, step).Triggers;

    /// <summary>
    /// Criteria of the step and the phase, and those that no plan needs to write: elapsed time alone never passes a step that
    /// exposes somebody, so a step without criteria must have been measured for its whole hold.
    /// </summary>
    public static ImmutableArray<Criterion> Criteria(RolloutState state) => Of(state)?.CriteriaWhen(state.Exposes) ?? [];

    /// <summary>The traffic that conditions of the current phase look at unless they say otherwise.</summary>
    public static Traffic Traffic(RolloutState state) => state.Phase is { Shadow: true } ? Metrics.Traffic.Shadow : Metrics.Traffic.Live;

    internal static StepRules? Of(RolloutState state) => state.PhaseIndex < 0 ? null : StepRules.Of(state.Plan, state.PhaseIndex, state.StepIndex);
}
