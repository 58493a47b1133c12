using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Statistics;

namespace Orchestrator.Domain.Metrics;

/// <summary>Value of one metric of one variant over a window.</summary>
/// <param name="Value">In the metric's base unit; null without a measurement (no sample, or a ratio over zero).</param>
/// <param name="Samples">Number behind the value: the denominator of a ratio, the observations of a quantile, the readings of a gauge, the
/// samples of a count or rate.</param>
/// <param name="Events">The numerator of a ratio or the sum of a count; 0 for others.</param>
/// <param name="Covered">Time of the window in which samples were expected and arrived.</param>
/// <param name="Window">The span of the measurement.</param>
/// <param name="Last">Time of the newest sample inside; null when there was none.</param>
public sealed record Measurement(double? Value, long Samples, long Events, TimeSpan Covered, TimeSpan Window, DateTimeOffset? Last)
{
    /// <summary>No measurement in <paramref name="window"/>.</summary>
    public static Measurement None(TimeSpan window) => new(null, 0, 0, TimeSpan.Zero, window, null);

    /// <summary>Share of the window that was measured, 0 to 1.</summary>
    public double Coverage => Window <= TimeSpan.Zero ? 0 : Math.Min(1, Covered / Window);
}

/// <summary>Answer of the windows to one query.</summary>
/// <param name="Question">The name of the query (a trigger's or criterion's).</param>
/// <param name="Measured">The subject's measurement.</param>
/// <param name="Baseline">The baseline in the metric's base unit; null when it has none or none could be measured.</param>
/// <param name="Newest">Value at the newest instant alone, if requested; null when there is none.</param>
/// <param name="Heard">Newest sample with the metric, however old, if requested; null when there is none.</param>
/// <param name="Gap">The longest time without such a sample since <see cref="MetricQuery.GapSince"/>; null when not requested.</param>
/// <param name="Compared">The sequential comparison with legacy; null when not requested, or when too little was measured.</param>
public sealed record MetricReading(
    string Question, Measurement Measured, double? Baseline, double? Newest = null, DateTimeOffset? Heard = null, TimeSpan? Gap = null,
    SequentialResult? Compared = null)
{
    /// <summary>
    /// True when samples cover time without requests, so that a metric of requests had no value; false also when not requested.
    /// </summary>
    public bool Quiet { get; init; }

    /// <summary>Observations of a quantile beyond the limits of <see cref="MetricQuery.Claim"/>; null when not requested.</summary>
    public OutsideLimits? Beyond { get; init; }
}

/// <summary>Answers of the windows at one moment, as input to a decision.</summary>
/// <param name="At">The moment on sample time: that of a sample, or of the round when no sample came.</param>
/// <param name="Readings">One for each query.</param>
/// <param name="LastSample">Newest sample of the watched variant and traffic in this step; null when the variant was not exercised in this
/// step.</param>
/// <param name="FromSample">True when a sample was taken at <paramref name="At"/>; false for a round that only looks for absence.</param>
/// <param name="Before">With a sample, the one before it in this step; null when it is the first.</param>
/// <param name="Named">The query's segments that samples name; null for none.</param>
public sealed record Observation(
    DateTimeOffset At, MetricReading[] Readings, DateTimeOffset? LastSample, bool FromSample, DateTimeOffset? Before = null,
    string[]? Named = null)
{
    /// <summary>Start of uninterrupted watching, on orchestrator time; null when it is not known.</summary>
    public DateTimeOffset? WatchedSince { get; init; }
}

/// <summary>A query to the windows.</summary>
/// <param name="Name">Name of the query, repeated in its answer.</param>
/// <param name="Metric">Name of a metric of the plan.</param>
/// <param name="Variant">Variant of the samples.</param>
/// <param name="Traffic">Live or shadow.</param>
/// <param name="Segment">Segment of the users; null for all together.</param>
/// <param name="Window">Span to look back from the moment of the observation.</param>
/// <param name="Since">Never look before this; null for no bound. The baseline is measured over the same span.</param>
/// <param name="NeedsSamples">Look back further than <paramref name="Window"/> (but not before <paramref name="Since"/>) until this many
/// samples are found; 0 for never.</param>
/// <param name="NeedsCovered">Likewise until this much time is covered: a gap pauses a window, it does not spoil it.</param>
/// <param name="Newest">Also return the value at the newest instant alone.</param>
public sealed record MetricQuery(
    string Name, string Metric, Variant Variant, Traffic Traffic, string? Segment, TimeSpan Window, DateTimeOffset? Since,
    long NeedsSamples = 0,
    TimeSpan NeedsCovered = default, bool Newest = false)
{
    /// <summary>Also return the time of the newest sample with the metric.</summary>
    public bool Heard { get; init; }

    /// <summary>Also return the longest time without one since then; null for not.</summary>
    public DateTimeOffset? GapSince { get; init; }

    /// <summary>Also return whether samples cover time without requests.</summary>
    public bool Quiet { get; init; }

    /// <summary>Also compare with legacy by a sequential test of this error rate; null for not.</summary>
    public double? Alpha { get; init; }

    /// <summary>Factor on legacy in that test.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Number of requests that count as one in that test, because they fail or succeed together.</summary>
    public double DesignEffect { get; init; } = 1;

    /// <summary>Look back further than <see cref="NeedsSamples"/>, too, until this is shown or <see cref="Since"/> is reached; null for not.</summary>
    public Claim? Claim { get; init; }
}

/// <summary>Queries of a rollout to its windows in a round.</summary>
/// <param name="Variant">The variant whose absence of samples matters.</param>
/// <param name="Traffic">The traffic of it that matters in this phase.</param>
/// <param name="StepSince">Start of the step: exercise of the variant counts from here.</param>
/// <param name="Queries">All queries.</param>
/// <param name="Segments">Segments for which the answer includes whether samples name them; null for none.</param>
public sealed record RoundQuery(
    Variant Variant, Traffic Traffic, DateTimeOffset StepSince, MetricQuery[] Queries, string[]? Segments = null)
{
    /// <summary>Hash of the plan of the queried metrics; null for any plan of the windows.</summary>
    public string? Plan { get; init; }
}
