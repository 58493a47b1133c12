using System.Globalization;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Statistics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.Rollouts.Forecasts;

/// <summary>Missing samples of a criterion, and the time they take at a given pace.</summary>
internal static class Pace
{
    /// <summary>Longest forecast: beyond this it is of no use, and its date could not be written.</summary>
    private static readonly TimeSpan Longest = Durations.Longest;

    /// <summary>True where a number of samples decides: not of gauges, counts and rates, and not of a sequential test.</summary>
    public static bool Decides(RolloutState state, Criterion criterion) =>
        criterion.MinSamples is not null
        || (criterion.Rule.Alpha is null && criterion.Rule.Condition.Subject is { } subject
            && state.Plan.Metric(subject.Metric)?.Source is MetricSource.Ratio or MetricSource.Quantile);

    /// <summary>
    /// The fewest samples with which the criterion can be met, where a number of them <see cref="Decides"/>: with no more failures than
    /// there were, or, where the share itself decides, at the present one. Null when that is unknown, or when no number of samples is
    /// enough at it.
    /// </summary>
    /// <param name="state">The rollout.</param>
    /// <param name="criterion">The criterion, of a single condition.</param>
    /// <param name="seen">The measurement for it; null for none.</param>
    /// <param name="like">Legacy's measurement of the metric, for a step without one; null when unknown.</param>
    public static long? Needs(RolloutState state, Criterion criterion, MetricReading? seen, MetricReading? like)
    {
        var condition = criterion.Rule.Condition;
        if (criterion.MinSamples is { } stated)
        {
            return stated;
        }

        var least = Judging.MinTraffic(state, condition);
        if (Judging.Claim(state.Plan, condition, state.Judgement.Confidence) is not { } claim)
        {
            return least;
        }

        if (Judging.Failures(state.Plan, condition, seen?.Measured ?? Measurement.None(TimeSpan.Zero)) is var (limit, failures, _))
        {
            return Math.Max(least, BinomialBound.RequiredSamples(limit, state.Judgement.Confidence, failures));
        }

        var source = state.Plan.Metric(condition.Subject!.Metric)!.Source;
        var basis = seen is { Measured.Samples: > 0 } ? seen : like;
        var proof = source is MetricSource.Quantile
            ? Proof.Of(claim, source, basis?.Beyond is null ? Measurement.None(TimeSpan.Zero) : basis.Measured, basis?.Baseline ?? 0,
                basis?.Beyond ?? new OutsideLimits(0, 0))
            : basis is null ? null : Proof.Of(claim, source, basis.Measured, basis.Baseline, null);
        return proof?.Needs is { } needs ? Math.Max(least, needs) : null;
    }

    /// <summary>
    /// Samples a minute of a measurement; null when it covers less than a sampling period: the first sample of a step also covers the time
    /// before it.
    /// </summary>
    public static double? PerMinute(RolloutState state, Measurement measured) =>
        measured.Covered > TimeSpan.Zero && measured.Covered >= state.Judgement.Sampling
            ? measured.Samples / measured.Covered.TotalMinutes
            : null;

    /// <summary>Time in which that many more samples arrive; null when none arrive, or when it takes longer than ten years.</summary>
    public static TimeSpan? Time(long missing, double? perMinute) =>
        missing <= 0 ? TimeSpan.Zero
        : perMinute is not > 0 || missing / perMinute.Value > Longest.TotalMinutes ? null
        : Durations.Whole(TimeSpan.FromMinutes(missing / perMinute.Value));

    /// <summary>The rest of a sentence about missing samples: <c>12 a minute make that 4h 10m</c>.</summary>
    public static string Words(long missing, double? perMinute) =>
        perMinute is not { } pace ? "the traffic is unknown"
        : pace <= 0 ? "at present none arrive"
        : Time(missing, pace) is { } time ? $"{Number(pace)} a minute make that {Durations.Rounded(time)}"
        : $"{Number(pace)} a minute make that more than ten years";

    /// <summary>A count or a pace for display: <c>2,995</c>, <c>0.4</c>.</summary>
    public static string Number(double value) => value.ToString(value >= 10 ? "#,0" : "0.##", CultureInfo.InvariantCulture);
}
