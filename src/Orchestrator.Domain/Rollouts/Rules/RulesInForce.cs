using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>The rules of the plan that apply in the current step.</summary>
public static class RulesInForce
{
    /// <summary>Name of the criterion of a step without its own: the new path was measured for the whole hold.</summary>
    public const string Measured = "measured";

    /// <summary>Name of the criterion that legacy serves no user.</summary>
    public const string LegacyUnused = "legacy-unused";

    /// <summary>Part of the rollout that the queries of its sources depend on.</summary>
    public static SourceScope Scope(RolloutState state) =>
        new(state.Id, state.Environment, [.. state.Plan.Segments.Select(segment => segment.Key)], Traffic(state));

    /// <summary>Triggers of the plan, the phase and the step; one that is judged for each segment, once for each.</summary>
    public static ImmutableArray<Trigger> Triggers(RolloutState state) =>
        state.PhaseIndex < 0 ? [] : Triggers(state.Plan, state.PhaseIndex, state.StepIndex);

    /// <summary>
    /// Triggers of the plan, the phase and the step. They are in force whichever users are on new: users of a segment may be there by the
    /// segment, by a percentage, or because they belong to another segment, too.
    /// </summary>
    public static ImmutableArray<Trigger> Triggers(Plan plan, int phase, int step) => StepRules.Of(plan, phase, step).Triggers;

    /// <summary>
    /// True for a rule that takes segments back and has them all on legacy: it has nothing to undo until one is restored.
    /// </summary>
    public static bool HasUndone(RolloutState state, Trigger trigger) =>
        trigger.Action == TriggerAction.RollbackSegment && trigger.Segments is not [] && trigger.Segments.All(state.TakenBack.Contains);

    /// <summary>
    /// Criteria that each included segment has used the new path, not only some users. They apply to segments that samples name; where
    /// samples name none, this is unknown.
    /// </summary>
    public static IEnumerable<Criterion> Exercises(RolloutState state) =>
        from segment in state.Phase is { Shadow: true }
            ? []
            : state.Included.Concat(state.Shares.Select(share => share.Segment)).Except(state.TakenBack)
        let least = Math.Max(1, state.Judgement.MinTraffic)
        let condition = new Condition.Comparison(
            new Subject(KnownSeries.Requests, Segment: segment), Operator.AtLeast, new Limit.Fixed(new Quantity(least, Unit.Number)))
        select new Criterion(Exercised(segment), new Rule(condition, null, null, ConditionText.Format(condition)), 0);

    /// <summary>Name of the criterion that a segment has used the new path.</summary>
    public static string Exercised(string segment) => "exercised in " + segment;

    /// <summary>
    /// Criteria of the step and the phase, and those without a text in the plan: elapsed time alone never passes a step that
    /// exposes users, so a step without criteria must have been measured for its whole hold.
    /// </summary>
    public static ImmutableArray<Criterion> Criteria(RolloutState state) => Of(state)?.CriteriaWhen(state.Exposes) ?? [];

    /// <summary>The traffic of conditions in the current phase that name none.</summary>
    public static Traffic Traffic(RolloutState state) =>
        state.Phase is { Shadow: true } ? Orchestrator.Domain.Conditions.Traffic.Shadow : Orchestrator.Domain.Conditions.Traffic.Live;

    internal static StepRules? Of(RolloutState state) =>
        state.PhaseIndex < 0 ? null : StepRules.Of(state.Plan, state.PhaseIndex, state.StepIndex);
}
