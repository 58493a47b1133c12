using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Statistics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Forecasts;

namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>From a measurement to a verdict, with a sentence of evidence.</summary>
internal static class Judging
{
    /// <summary>
    /// True when a trigger's condition holds; null when it is undecided. The text of the evidence is made on demand: most rounds change
    /// nothing.
    /// </summary>
    public static (bool? Holds, Func<Evidence> Evidence) Trigger(RolloutState state, Rule rule, MetricReading? reading, Observation seen)
    {
        var condition = rule.Condition;
        var measured = reading?.Measured ?? Measurement.None(TimeSpan.Zero);
        var holds = condition switch
        {
            Condition.Alert alert => AlertWatch.Fires(state, alert.Name, seen.At),

            // Absence only counts for a path with data in this step, and only for the time of listening. A sample that reports
            // no requests is not absence.
            Condition.Absent => seen.LastSample is null
                ? null
                : measured.Last is not null || reading is { Quiet: true }
                ? false
                : seen.At - seen.WatchedSince < measured.Window
                ? null
                : true,
            _ when condition.Subject is { Metric: RoundQueries.Incidents } =>
                ConditionEvaluator.Holds(condition, state.Incidents.Length, null),
            _ when measured.Value is not { } || measured.Samples < MinTraffic(state, condition) => null,
            _ when rule.Alpha is not null => reading!.Compared is null ? null : Shown(condition, reading.Compared) == true,
            _ => ConditionEvaluator.Holds(condition, measured.Value!.Value, reading!.Baseline),
        };
        return (holds, () => Describe(state, rule, reading, measured, seen.At, holds switch { true => "breached", false => "quiet", _ => "no evidence" }));
    }

    /// <summary>The verdict on a criterion, from the windows or, for incidents, from the rollout itself.</summary>
    public static (Verdict Verdict, Func<Evidence> Evidence) Criterion(
        RolloutState state, Criterion criterion, MetricReading? reading, DateTimeOffset at)
    {
        var rule = criterion.Rule;
        var window = RoundQueries.Window(state, rule);
        if (rule.Condition.Subject is { Metric: RoundQueries.Incidents })
        {
            reading = new MetricReading(criterion.Name, Incidents(state, window, at), null);
        }

        var measured = reading?.Measured ?? Measurement.None(window);
        var verdict = rule.Condition is Condition.Alert alert
            ? (AlertWatch.Fires(state, alert.Name, at) switch { true => Verdict.Breached, false => Verdict.Met, _ => Verdict.NoEvidence },
                "")
            : Weigh(state, criterion, measured, reading, window);
        return (verdict.Item1, () => Describe(state, rule, reading, measured, at, Word(verdict.Item1) + verdict.Item2));
    }

    /// <summary>
    /// The share of failures that a rule allows by a number: its upper bound, or the remainder of a lower bound beyond one half. Null for
    /// every other rule: there the observed share decides how many samples it takes, not the number of failures.
    /// </summary>
    public static (double Limit, long Failures, string Called)? Failures(Plan plan, Condition condition, Measurement measured) =>
        condition is not Condition.Comparison { Limit: Limit.Fixed { Quantity.Value: > 0 and < 1 and var limit } } comparison
            || plan.Metric(comparison.On.Metric)?.Source is not MetricSource.Ratio ? null
        : comparison.Operator is Operator.Below or Operator.AtMost ? (limit, measured.Events, "events")
        : comparison.Operator is Operator.Above or Operator.AtLeast && limit > 0.5
        ? (1 - limit, Math.Max(0, measured.Samples - measured.Events), "failures")
        : null;

    /// <summary>The claim of a condition about a share or a quantile; null where chance has no part.</summary>
    public static Claim? Claim(Plan plan, Condition condition, double confidence) =>
        condition.Subject is { } subject
            ? Orchestrator.Domain.Metrics.Statistics.Claim.Of(condition, plan.Metric(subject.Metric)?.Source, confidence)
            : null;

    private static (Verdict, string) Weigh(
        RolloutState state, Criterion criterion, Measurement measured, MetricReading? reading, TimeSpan window)
    {
        var (condition, baseline) = (criterion.Rule.Condition, reading?.Baseline);
        if (measured.Value is not { } value || ConditionEvaluator.Holds(condition, value, baseline) is not { } holds)
        {
            return (Verdict.NoEvidence, measured.Value is null ? ": nothing was measured" : ": there is no baseline");
        }

        var least = criterion.MinSamples ?? MinTraffic(state, condition);
        if (measured.Samples < Math.Min(least, MinTraffic(state, condition)))
        {
            return (Verdict.NoEvidence, $": {measured.Samples} of {least} samples");
        }

        if (criterion.Rule.Alpha is not null)
        {
            // The interval decides, not the value: neither better nor worse is shown while it contains both.
            if (Shown(condition, reading?.Compared) is not { } shown)
            {
                return (Verdict.NoEvidence, reading?.Compared is null ? ": too little to compare" : ": the interval still contains both better and worse");
            }

            holds = shown;
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

        // A condition may hold in a small sample by chance: only enough samples can show it.
        var (shows, chance) = criterion.Rule.Alpha is not null ? (true, "") : Chance(state, criterion, measured, reading!);
        return !shows ? (Verdict.NoEvidence, chance)
            : criterion.Rule.Alpha is null && IsNear(state, condition, value, baseline)
                ? (Verdict.Warning, $": met, but within {QuantityText.Format(state.Judgement.Margin, Unit.Ratio)} of its limit{chance}")
                : (Verdict.Met, chance);
    }

    /// <summary>True when chance does not explain that the condition holds, or is not considered; with the words about it.</summary>
    private static (bool Shows, string Words) Chance(RolloutState state, Criterion criterion, Measurement measured, MetricReading reading)
    {
        const string asIs = "; chance is not considered";
        var condition = criterion.Rule.Condition;
        if (Claim(state.Plan, condition, state.Judgement.Confidence) is not { } claim)
        {
            return (true, TakenAsIs(state.Plan, condition) ? asIs : "");
        }

        var proof = Proof.Of(claim, state.Plan.Metric(condition.Subject!.Metric)!.Source, measured, reading.Baseline, reading.Beyond);
        if (proof is { Holds: true })
        {
            return (true, "");
        }

        if (criterion.MinSamples is not null)
        {
            return (true, $"{asIs}{(proof?.Needs is { } more ? $": at this share about {Pace.Number(more)} samples would show it" : "")}");
        }

        var pace = Pace.PerMinute(state, measured);
        if (Failures(state.Plan, condition, measured) is var (limit, failures, called))
        {
            var required = BinomialBound.RequiredSamples(limit, state.Judgement.Confidence, failures);
            return (false, $": {measured.Samples} of {required} samples needed with {failures} {called}, {Pace.Words(required - measured.Samples, pace)}");
        }

        return (false, proof switch
        {
            null => ": too few samples to exclude chance",
            { IsOutOfReach: true } => ": its limit by the baseline leaves no margin, so no number of samples can show it; add 'or' with a fixed limit, or 'minSamples'",
            { Needs: { } needs } => $": {measured.Samples} of about {needs} samples needed at this share, {Pace.Words(needs - measured.Samples, pace)}",
            _ => $": too close to its limit for {Pace.Number(BinomialBound.MostSamples)} samples to show it at this share",
        });
    }

    /// <summary>
    /// True where chance has a part that no bound covers: two measured values, or a share that equals its limit. A level against a number
    /// has none.
    /// </summary>
    private static bool TakenAsIs(Plan plan, Condition condition) =>
        condition is Condition.Comparison { Limit: Limit.OfBaseline } or Condition.Between { Low: Limit.OfBaseline }
            or Condition.Between { High: Limit.OfBaseline }
        || plan.Metric(condition.Subject!.Metric)?.Source is MetricSource.Ratio or MetricSource.Quantile;

    /// <summary>Verdict on the use of the new path by a segment.</summary>
    public static (Verdict Verdict, Func<Evidence> Evidence) Exercise(
        RolloutState state, Criterion exercise, MetricReading? reading, DateTimeOffset at)
    {
        var measured = reading?.Measured ?? Measurement.None(TimeSpan.Zero);
        var verdict = ConditionEvaluator.Holds(exercise.Rule.Condition, measured.Value ?? 0, null) == true
            ? Verdict.Met
            : Verdict.NoEvidence;
        return (verdict, () => Describe(state, exercise.Rule, reading, measured, at, Word(verdict)));
    }

    /// <summary>
    /// True when the comparison shows that the condition holds; null while it shows nothing, false when it shows the opposite.
    /// </summary>
    private static bool? Shown(Condition condition, SequentialResult? compared) => condition switch
    {
        _ when compared is null => null,
        Condition.Comparison { Operator: Operator.Above or Operator.AtLeast } => compared.Low > 0 ? true : compared.High < 0 ? false : null,
        Condition.Comparison { Operator: Operator.Below or Operator.AtMost } => compared.High < 0 ? true : compared.Low > 0 ? false : null,
        _ => null,
    };

    /// <summary>
    /// True when the value is so close to the limit that a person should look. For shares near 1 the missing part counts: 99.95 % is half
    /// way from all to 99.9 %.
    /// </summary>
    private static bool IsNear(RolloutState state, Condition condition, double value, double? baseline)
    {
        if (condition is not Condition.Comparison comparison || ConditionEvaluator.Value(comparison.Limit, baseline) is not { } limit
            || limit <= 0)
        {
            return false;
        }

        var margin = state.Judgement.Margin;
        return comparison.Operator switch
        {
            Operator.Below or Operator.AtMost => value >= (1 - margin) * limit,
            Operator.Above or Operator.AtLeast when state.Plan.Metric(comparison.On.Metric)?.Source is MetricSource.Ratio && limit > 0.5 =>
                limit < 1 && 1 - value >= (1 - margin) * (1 - limit),
            Operator.Above or Operator.AtLeast => value <= (1 + margin) * limit,
            _ => false,
        };
    }

    internal static long MinTraffic(RolloutState state, Condition condition) => MinTraffic(state.Plan, condition);

    /// <summary>Fewest samples with which a condition of a plan is judged.</summary>
    internal static long MinTraffic(Plan plan, Condition condition)
    {
        var metric = plan.Metric(condition.Subject!.Metric);
        return metric?.MinSamples ?? metric?.Source switch
        {
            // "Nothing works" shows in the smallest sample: a service that is down serves no hundred requests.
            MetricSource.Ratio
                when condition is Condition.Comparison { Operator: Operator.Equal, Limit: Limit.Fixed { Quantity.Value: 0 } } => 1,
            MetricSource.Ratio or MetricSource.Quantile => plan.Judgement.MinTraffic,
            _ => 1,
        };
    }

    private static Measurement Incidents(RolloutState state, TimeSpan window, DateTimeOffset at)
    {
        var from = at - window > state.StepSince ? at - window : state.StepSince;
        var count = state.Incidents.Count(i => i.OpenedAt > from);
        return new Measurement(count, 1, count, at - from, window, at);
    }

    private static Evidence Describe(
        RolloutState state, Rule rule, MetricReading? reading, Measurement measured, DateTimeOffset at, string verdict)
    {
        var unit = rule.Condition.Subject is { } subject ? state.Plan.Metric(subject.Metric)?.Unit ?? Unit.Number : Unit.Number;
        var limit = (rule.Condition as Condition.Comparison)?.Limit switch
        {
            Limit.Fixed { Quantity.Value: var number } => number,
            Limit.OfBaseline { Factor: var factor } => factor * reading?.Baseline,
            _ => null,
        };
        var observed = measured.Value is { } value ? QuantityText.Format(value, unit) : "nothing";
        var baseline = reading?.Baseline is { } number2 ? $", baseline {QuantityText.Format(number2, unit)}" : "";
        if (reading?.Compared is { } compared
            && rule is { Alpha: { } alpha, Condition: Condition.Comparison { Limit: Limit.OfBaseline { Factor: var times } } })
        {
            baseline = $", legacy {QuantityText.Format(compared.Legacy, unit)} in {compared.LegacySamples} samples; new is {Signed(compared.Effect, unit)} from"
                + $" {(times == 1 ? "legacy" : ConditionText.Format(new Limit.OfBaseline(times)))}, between {Signed(compared.Low, unit)} and {Signed(compared.High, unit)}"
                + $" with {QuantityText.Format(1 - alpha, Unit.Ratio)} confidence at every look";
        }

        return new Evidence(
            rule.Text, measured.Value, limit, reading?.Baseline, measured.Samples, Durations.Whole(measured.Window),
            Durations.Whole(measured.Covered), at,
            $"{rule.Text}: observed {observed} in {measured.Samples} samples, {Durations.Rounded(measured.Covered)} of {Durations.Rounded(measured.Window)} measured{baseline}; {verdict}.");
    }

    private static string Signed(double value, Unit unit) => (value >= 0 ? "+" : "-") + QuantityText.Format(Math.Abs(value), unit);

    internal static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Met => "met",
        Verdict.Breached => "breached",
        Verdict.Warning => "warning",
        _ => "no evidence",
    };
}
