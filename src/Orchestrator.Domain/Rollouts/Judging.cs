using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts;

/// <summary>From a reading to a verdict, with the sentence that says why.</summary>
internal static class Judging
{
    /// <summary>Whether a trigger's condition holds; null when it cannot be told. The evidence is put into words only when asked for: most rounds change nothing.</summary>
    public static (bool? Holds, Func<Evidence> Evidence) Trigger(RolloutState state, Rule rule, Reading? reading, Observation seen)
    {
        var condition = rule.Condition;
        var measured = reading?.Measured ?? Measurement.None(TimeSpan.Zero);
        bool? holds = condition switch
        {
            Condition.Alert alert => state.Alerts.Contains(alert.Name),

            // Silence only means something of a path that was heard in this step.
            Condition.Absent => seen.LastSample is null ? null : measured.Samples == 0,
            _ when condition.Subject is { Metric: Inquiries.Incidents } => ConditionEvaluator.Holds(condition, state.Incidents.Length, null),
            _ when measured.Value is not { } || measured.Samples < MinTraffic(state, condition) => null,
            _ => ConditionEvaluator.Holds(condition, measured.Value!.Value, reading!.Baseline),
        };
        return (holds, () => Describe(state, rule, reading, measured, seen.At, holds switch { true => "breached", false => "quiet", _ => "no evidence" }));
    }

    /// <summary>The verdict on a criterion, from the windows or, for incidents, from the rollout itself.</summary>
    public static (Verdict Verdict, Func<Evidence> Evidence) Criterion(RolloutState state, Criterion criterion, Reading? reading, DateTimeOffset at)
    {
        var rule = criterion.Rule;
        var window = Inquiries.Window(state, rule);
        if (rule.Condition.Subject is { Metric: Inquiries.Incidents })
        {
            reading = new Reading(criterion.Name, Incidents(state, window, at), null);
        }

        var measured = reading?.Measured ?? Measurement.None(window);
        var verdict = rule.Condition is Condition.Alert alert
            ? (state.Alerts.Contains(alert.Name) ? Verdict.Breached : Verdict.Met, "")
            : Weigh(state, criterion, measured, reading?.Baseline, window);
        return (verdict.Item1, () => Describe(state, rule, reading, measured, at, Word(verdict.Item1) + verdict.Item2));
    }

    /// <summary>The limit of a rule that bounds a ratio from above by a number; null for every other rule.</summary>
    public static double? RatioLimit(Plan plan, Condition condition) =>
        condition is Condition.Comparison { Operator: Operator.Below or Operator.AtMost, Limit: Limit.Fixed { Quantity.Value: > 0 and < 1 } limit } comparison
        && plan.Metric(comparison.On.Metric)?.Source is MetricSource.Ratio
            ? limit.Quantity.Value
            : null;

    private static (Verdict, string) Weigh(RolloutState state, Criterion criterion, Measurement measured, double? baseline, TimeSpan window)
    {
        var condition = criterion.Rule.Condition;
        if (measured.Value is not { } value || ConditionEvaluator.Holds(condition, value, baseline) is not { } holds)
        {
            return (Verdict.NoEvidence, measured.Value is null ? ": nothing was measured" : ": there is no baseline to compare with");
        }

        var least = criterion.MinSamples ?? MinTraffic(state, condition);
        if (measured.Samples < Math.Min(least, MinTraffic(state, condition)))
        {
            return (Verdict.NoEvidence, $": {measured.Samples} of {least} samples");
        }

        if (!holds)
        {
            return (Verdict.Breached, "");
        }

        var needed = state.Judgement.Coverage * window;
        if (measured.Covered < needed)
        {
            return (Verdict.NoEvidence, $": {Durations.Rounded(measured.Covered)} of {Durations.Rounded(needed)} measured");
        }

        if (measured.Samples < least)
        {
            return (Verdict.NoEvidence, $": {measured.Samples} of {least} samples");
        }

        // A rate below a limit in a small sample may still be above it: only enough requests can show it.
        if (criterion.MinSamples is null && RatioLimit(state.Plan, condition) is { } limit
            && !BinomialBound.Proves(measured.Events, measured.Samples, limit, state.Judgement.Confidence))
        {
            var required = BinomialBound.RequiredSamples(limit, state.Judgement.Confidence, measured.Events);
            return (Verdict.NoEvidence, $": {measured.Samples} of {required} samples needed with {measured.Events} events");
        }

        return (Verdict.Met, "");
    }

    private static long MinTraffic(RolloutState state, Condition condition)
    {
        var metric = state.Plan.Metric(condition.Subject!.Metric);
        return metric?.MinSamples ?? metric?.Source switch
        {
            // "Nothing at all works" shows in the smallest sample: a service that is down serves no hundred requests.
            MetricSource.Ratio when condition is Condition.Comparison { Operator: Operator.Equal, Limit: Limit.Fixed { Quantity.Value: 0 } } => 1,
            MetricSource.Ratio or MetricSource.Quantile => state.Judgement.MinTraffic,
            _ => 1,
        };
    }

    private static Measurement Incidents(RolloutState state, TimeSpan window, DateTimeOffset at)
    {
        var from = at - window > state.StepSince ? at - window : state.StepSince;
        var count = state.Incidents.Count(i => i.OpenedAt > from);
        return new Measurement(count, 1, count, at - from, window, at);
    }

    private static Evidence Describe(RolloutState state, Rule rule, Reading? reading, Measurement measured, DateTimeOffset at, string verdict)
    {
        var unit = rule.Condition.Subject is { } subject ? state.Plan.Metric(subject.Metric)?.Unit ?? Unit.Number : Unit.Number;
        var limit = (rule.Condition as Condition.Comparison)?.Limit switch
        {
            Limit.Fixed { Quantity.Value: var number } => number,
            Limit.OfBaseline { Factor: var factor } => factor * reading?.Baseline,
            _ => null,
        };
        var observed = measured.Value is { } value ? Quantities.Format(value, unit) : "nothing";
        var baseline = reading?.Baseline is { } number2 ? $", baseline {Quantities.Format(number2, unit)}" : "";
        return new Evidence(
            rule.Text, measured.Value, limit, reading?.Baseline, measured.Samples, Durations.Whole(measured.Window), Durations.Whole(measured.Covered), at,
            $"{rule.Text}: observed {observed} in {measured.Samples} samples, {Durations.Rounded(measured.Covered)} of {Durations.Rounded(measured.Window)} measured{baseline}; {verdict}.");
    }

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Met => "met",
        Verdict.Breached => "breached",
        Verdict.Warning => "warning",
        _ => "no evidence",
    };
}
