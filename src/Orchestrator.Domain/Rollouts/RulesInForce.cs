using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
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
    public static IEnumerable<Trigger> Triggers(RolloutState state) =>
        state.PhaseIndex < 0 ? [] : Triggers(state.Plan, state.PhaseIndex, state.StepIndex);

    /// <summary>Triggers of the plan, the phase and the step.</summary>
    public static IEnumerable<Trigger> Triggers(Plan plan, int phase, int step) =>
        plan.Phases[phase].Steps[step].Triggers.Concat(plan.Phases[phase].Triggers).Concat(plan.Triggers);

    /// <summary>
    /// Criteria of the step and the phase, and those that no plan needs to write: elapsed time alone never passes a step that
    /// exposes somebody, so a step without criteria must have been measured for its whole hold.
    /// </summary>
    public static ImmutableArray<Criterion> Criteria(RolloutState state)
    {
        if (state.Phase is not { } phase || state.Step is not { } step)
        {
            return [];
        }

        var criteria = step.Success.AddRange(phase.Success);
        if (phase.LegacyUnusedFor is { } unused)
        {
            criteria = criteria.Add(Implicit(LegacyUnused, Variant.Legacy, Operator.Equal, unused, $"legacy requests == 0 over {Durations.Format(unused)}"));
        }

        return criteria.IsEmpty && state.Exposes
            ? [Implicit(Measured, Variant.New, Operator.Above, step.Hold, $"new requests > 0 over {Durations.Format(step.Hold)}")]
            : criteria;
    }

    /// <summary>The traffic that conditions of the current phase look at unless they say otherwise.</summary>
    public static Traffic Traffic(RolloutState state) => state.Phase is { Shadow: true } ? Metrics.Traffic.Shadow : Metrics.Traffic.Live;

    private static Criterion Implicit(string name, Variant variant, Operator compare, TimeSpan over, string text)
    {
        var limit = new Limit.Fixed(new Quantity(0, Unit.Number));
        var traffic = variant == Variant.Legacy ? Metrics.Traffic.Live : (Traffic?)null;
        return new Criterion(name, new Rule(new Condition.Comparison(new Subject(KnownSeries.Requests, variant, traffic), compare, limit), null, over, text), 1);
    }
}
