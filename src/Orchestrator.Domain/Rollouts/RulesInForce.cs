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

    /// <summary>Triggers of the plan, the phase and the step; one that is judged for each segment, once for each that is included.</summary>
    public static ImmutableArray<Trigger> Triggers(RolloutState state) =>
        state.PhaseIndex < 0 ? [] : Triggers(state.Plan, state.PhaseIndex, state.StepIndex, state.Included);

    /// <summary>Triggers of the plan, the phase and the step, with an audience that includes these segments; none when not said.</summary>
    public static ImmutableArray<Trigger> Triggers(Plan plan, int phase, int step, ImmutableArray<string> included = default)
    {
        var written = StepRules.Of(plan, phase, step).Triggers;
        return written.Any(t => t.PerSegment) ? [.. written.SelectMany(t => t.PerSegment ? PerSegment(t, included.IsDefault ? [] : included) : [t])] : written;
    }

    /// <summary>
    /// That the new path was used by each included segment, not only by somebody. It counts for segments that samples tell apart; where none
    /// does, nobody can say.
    /// </summary>
    public static IEnumerable<Criterion> Exercises(RolloutState state) =>
        from segment in state.Phase is { Shadow: true } ? [] : state.Included.Except(state.TakenBack)
        let least = Math.Max(1, state.Judgement.MinTraffic)
        let condition = new Condition.Comparison(new Subject(KnownSeries.Requests, Segment: segment), Operator.AtLeast, new Limit.Fixed(new Quantity(least, Unit.Number)))
        select new Criterion(Exercised(segment), new Rule(condition, null, null, ConditionText.Format(condition)), 0);

    /// <summary>Name of the criterion that a segment has used the new path.</summary>
    public static string Exercised(string segment) => "exercised in " + segment;

    private static IEnumerable<Trigger> PerSegment(Trigger trigger, ImmutableArray<string> included) =>
        from segment in trigger.Segments.IsEmpty ? included : included.Where(trigger.Segments.Contains)
        let rule = trigger.Rule with { Condition = ConditionParser.InSegment(trigger.Rule.Condition, segment) }
        select trigger with
        {
            Name = $"{trigger.Name}:{segment}", Segments = [segment], Rule = rule with { Text = ConditionText.Format(rule) },
            Clear = trigger.Clear is { } clear ? ConditionParser.InSegment(clear, segment) : null,
        };

    /// <summary>
    /// Criteria of the step and the phase, and those that no plan needs to write: elapsed time alone never passes a step that
    /// exposes somebody, so a step without criteria must have been measured for its whole hold.
    /// </summary>
    public static ImmutableArray<Criterion> Criteria(RolloutState state) => Of(state)?.CriteriaWhen(state.Exposes) ?? [];

    /// <summary>The traffic that conditions of the current phase look at unless they say otherwise.</summary>
    public static Traffic Traffic(RolloutState state) => state.Phase is { Shadow: true } ? Metrics.Traffic.Shadow : Metrics.Traffic.Live;

    internal static StepRules? Of(RolloutState state) => state.PhaseIndex < 0 ? null : StepRules.Of(state.Plan, state.PhaseIndex, state.StepIndex);
}
