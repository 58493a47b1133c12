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

    /// <summary>Triggers of the plan, the phase and the step; one that is judged for each segment, once for each.</summary>
    public static ImmutableArray<Trigger> Triggers(RolloutState state) =>
        state.PhaseIndex < 0 ? [] : Triggers(state.Plan, state.PhaseIndex, state.StepIndex);

    /// <summary>
    /// Triggers of the plan, the phase and the step. They are in force whoever is on new: users of a segment may be there by the segment, by a percentage,
    /// or because they belong to another segment, too.
    /// </summary>
    public static ImmutableArray<Trigger> Triggers(Plan plan, int phase, int step) => StepRules.Of(plan, phase, step).Triggers;

    /// <summary>True of a rule that takes segments back and has them all on legacy: it has nothing to undo until one is restored.</summary>
    public static bool HasUndone(RolloutState state, Trigger trigger) =>
        trigger.Action == TriggerAction.RollbackSegment && trigger.Segments is not [] && trigger.Segments.All(state.TakenBack.Contains);

    /// <summary>
    /// That the new path was used by each included segment, not only by somebody. It counts for segments that samples tell apart; where none
    /// does, nobody can say.
    /// </summary>
    public static IEnumerable<Criterion> Exercises(RolloutState state) =>
        from segment in state.Phase is { Shadow: true } ? [] : state.Included.Concat(state.Shares.Select(share => share.Segment)).Except(state.TakenBack)
        let least = Math.Max(1, state.Judgement.MinTraffic)
        let condition = new Condition.Comparison(new Subject(KnownSeries.Requests, Segment: segment), Operator.AtLeast, new Limit.Fixed(new Quantity(least, Unit.Number)))
        select new Criterion(Exercised(segment), new Rule(condition, null, null, ConditionText.Format(condition)), 0);

    /// <summary>Name of the criterion that a segment has used the new path.</summary>
    public static string Exercised(string segment) => "exercised in " + segment;

    /// <summary>
    /// Criteria of the step and the phase, and those that no plan needs to write: elapsed time alone never passes a step that
    /// exposes somebody, so a step without criteria must have been measured for its whole hold.
    /// </summary>
    public static ImmutableArray<Criterion> Criteria(RolloutState state) => Of(state)?.CriteriaWhen(state.Exposes) ?? [];

    /// <summary>The traffic that conditions of the current phase look at unless they say otherwise.</summary>
    public static Traffic Traffic(RolloutState state) => state.Phase is { Shadow: true } ? Metrics.Traffic.Shadow : Metrics.Traffic.Live;

    internal static StepRules? Of(RolloutState state) => state.PhaseIndex < 0 ? null : StepRules.Of(state.Plan, state.PhaseIndex, state.StepIndex);
}
