using System.Globalization;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts.Forecasts;

/// <summary>Samples a criterion still needs, and the time they take at a given pace.</summary>
internal static class Pace
{
    /// <summary>A forecast beyond this is of no use to a person, and its date could not be written.</summary>
    private static readonly TimeSpan Longest = Durations.Longest;

    /// <summary>
    /// The fewest samples with which the criterion can be met after <paramref name="events"/> bad ones; null where a number of samples does not decide:
    /// of gauges, counts and rates, and of a sequential test.
    /// </summary>
    public static long? Needs(RolloutState state, Criterion criterion, long events)
    {
        var condition = criterion.Rule.Condition;
        if (criterion.MinSamples is { } stated)
        {
            return stated;
        }

        if (criterion.Rule.Alpha is not null || condition.Subject is not { } subject || state.Plan.Metric(subject.Metric)?.Source is not (MetricSource.Ratio or MetricSource.Quantile))
        {
            return null;
        }

        var least = Judging.MinTraffic(state, condition);
        return Judging.RatioLimit(state.Plan, condition) is { } limit
            ? Math.Max(least, BinomialBound.RequiredSamples(limit, state.Judgement.Confidence, events))
            : least;
    }

    /// <summary>Samples a minute that a measurement tells of; null when it covers less than a sampling period: the first sample of a step also tells of the time before it.</summary>
    public static double? PerMinute(RolloutState state, Measurement measured) =>
        measured.Covered > TimeSpan.Zero && measured.Covered >= state.Judgement.Sampling ? measured.Samples / measured.Covered.TotalMinutes : null;

    /// <summary>Time in which that many more samples come; null when none come, or when it takes longer than ten years.</summary>
    public static TimeSpan? Time(long missing, double? perMinute) =>
        missing <= 0 ? TimeSpan.Zero
        : perMinute is not > 0 || missing / perMinute.Value > Longest.TotalMinutes ? null
        : Durations.Whole(TimeSpan.FromMinutes(missing / perMinute.Value));

    /// <summary>The rest of a sentence about missing samples: <c>12 a minute make that 4h 10m</c>.</summary>
    public static string Words(long missing, double? perMinute) =>
        perMinute is not { } pace ? "the traffic is unknown"
        : pace <= 0 ? "at present none come"
        : Time(missing, pace) is { } time ? $"{Number(pace)} a minute make that {Durations.Rounded(time)}"
        : $"{Number(pace)} a minute make that more than ten years";

    /// <summary>A count or a pace as people read it: <c>2,995</c>, <c>0.4</c>.</summary>
    public static string Number(double value) => value.ToString(value >= 10 ? "#,0" : "0.##", CultureInfo.InvariantCulture);
}
