using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.Rollouts.Amending;

/// <summary>
/// Rules of the current step that an amendment changes in a part that decides: the rule, a metric it reads, its source, or the settings of
/// judging. A limit that was chosen after the numbers were seen must not be met by those same numbers.
/// </summary>
internal static class RuleChanges
{
    public static RuleRestarts Of(RolloutState state, Plan plan)
    {
        var after = At(state, plan);
        if (after is null)
        {
            return new RuleRestarts([], []);
        }

        var comparison = new Comparison(state.Plan, plan);
        var triggers = RulesInForce.Triggers(state).ToDictionary(trigger => trigger.Name);
        var criteria = RulesInForce.Criteria(state).ToDictionary(criterion => criterion.Name);
        return new RuleRestarts(
            [.. from trigger in RulesInForce.Triggers(after) where !comparison.Same(triggers.GetValueOrDefault(trigger.Name), trigger)
                select trigger.Name],
            [
                .. from criterion in RulesInForce.Criteria(after)
                    where !comparison.Same(criteria.GetValueOrDefault(criterion.Name), criterion) select criterion.Name,
                .. from exercise in RulesInForce.Exercises(after) where state.Plan.Judgement.MinTraffic != plan.Judgement.MinTraffic
                    select exercise.Name,
            ]);
    }

    /// <summary>The rollout at its current step, under another plan; null where that has no such step.</summary>
    public static RolloutState? At(RolloutState state, Plan plan) =>
        state.PhaseIndex < plan.Phases.Length && state.StepIndex < plan.Phases[state.PhaseIndex].Steps.Length
            ? state with { PlanOrNone = plan, Judgement = plan.Judgement }
            : null;

    private sealed class Comparison(Plan before, Plan after)
    {
        private readonly bool _sampling = before.Judgement.Sampling == after.Judgement.Sampling;
        private readonly ImmutableHashSet<string> _series = OtherwiseBrought(before, after);

        public bool Same(Trigger? was, Trigger now) => was is not null
            && Same(was.Rule, now.Rule) && was.Clear == now.Clear && was.CoolDown == now.CoolDown && was.Action == now.Action
            && was.Segments.SequenceEqual(now.Segments)
            && before.Judgement.MinTraffic == after.Judgement.MinTraffic
            && (now.Rule.Over is not null || before.Judgement.Window == after.Judgement.Window);

        public bool Same(Criterion? was, Criterion now) => was is not null
            && Same(was.Rule, now.Rule) && was.MinSamples == now.MinSamples
            && before.Judgement.MinTraffic == after.Judgement.MinTraffic && before.Judgement.Coverage == after.Judgement.Coverage
            && before.Judgement.Confidence == after.Judgement.Confidence;

        private bool Same(Rule was, Rule now) => _sampling && was.MeansTheSameAs(now) && was.OnNoData == now.OnNoData
            && now.Condition.Leaves().Select(leaf => leaf.Subject?.Metric).OfType<string>().All(Same);

        /// <summary>True when a metric, or a raw series, is unchanged; by its name.</summary>
        private bool Same(string name)
        {
            var (was, now) = (before.Metric(name), after.Metric(name));
            return was?.Source == now?.Source && was?.Unit == now?.Unit && was?.Baseline == now?.Baseline
                && was?.MinSamples == now?.MinSamples
                && !Series(now?.Source, name).Any(_series.Contains);
        }

        private static IEnumerable<string> Series(MetricSource? source, string name) => source switch
        {
            MetricSource.Ratio ratio => [ratio.Numerator, ratio.Denominator],
            MetricSource.Quantile quantile => [quantile.Series],
            MetricSource.Gauge gauge => [gauge.Series],
            MetricSource.Rate rate => [rate.Series],
            MetricSource.Count count => [count.Series],
            _ => [name],
        };

        /// <summary>Series of sources that differ in any way: their server or their query.</summary>
        private static ImmutableHashSet<string> OtherwiseBrought(Plan before, Plan after)
        {
            var (was, now) = (PlanPart.Entries(before, "sources"), PlanPart.Entries(after, "sources"));
            return [.. before.Sources.Concat(after.Sources).Where(source => was.GetValueOrDefault(
                source.Name) != now.GetValueOrDefault(source.Name)).SelectMany(source => source.Series).Select(series => series.Name)];
        }
    }
}
