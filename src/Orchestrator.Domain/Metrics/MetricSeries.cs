using Orchestrator.Domain.Conditions;

namespace Orchestrator.Domain.Metrics;

/// <summary>A query for the values of one metric of one audience over time.</summary>
/// <param name="Metric">Name of a metric of the plan, or of a raw series that its rules read.</param>
/// <param name="Variant">Variant of the samples.</param>
/// <param name="Traffic">Traffic of the samples.</param>
/// <param name="Segment">Segment of the users; null for all together.</param>
/// <param name="From">Start of the range, exclusive.</param>
/// <param name="To">End of the range; the present when it is later.</param>
/// <param name="Resolution">
/// Wanted length of a point. Never below the sampling period, nor below the blocks of folded samples.
/// </param>
public sealed record SeriesQuery(
    string Metric, Variant Variant, Traffic Traffic, string? Segment, DateTimeOffset From, DateTimeOffset To, TimeSpan Resolution)
{
    /// <summary>Hash of the plan of the metric; null for any plan of the windows.</summary>
    public string? Plan { get; init; }

    /// <summary>Most points of the answer, at most <see cref="MetricSeries.MostPoints"/>.</summary>
    public int Most { get; init; } = MetricSeries.MostPoints;

    /// <summary>Samples up to this instant are in no point: another part of the answer has them. Null for all.</summary>
    public DateTimeOffset? After { get; init; }
}

/// <summary>Values of one metric over time. A time without a value is in <paramref name="Gaps"/> and in no point.</summary>
/// <param name="Tiers">Parts of the range by resolution, the oldest first; at most four.</param>
/// <param name="Points">At most <see cref="MostPoints"/>, in order of time.</param>
/// <param name="Gaps">Times without a value, in order of their start.</param>
public sealed record MetricSeries(SeriesTier[] Tiers, SeriesPoint[] Points, SeriesGap[] Gaps)
{
    /// <summary>Most points of a series. A longer range gets longer points.</summary>
    public const int MostPoints = 500;

    /// <summary>Time before a range that may be in its first point, at least a block of folded samples.</summary>
    public static TimeSpan LongestPoint(TimeSpan resolution) =>
        resolution > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : resolution > TimeSpan.FromHours(1) ? resolution : TimeSpan.FromHours(1);
}

/// <summary>A part of the range with one resolution.</summary>
/// <param name="From">Its start.</param>
/// <param name="To">Its end.</param>
/// <param name="Exact">True where samples are stored at their exact instants; false where blocks of them are.</param>
/// <param name="Resolution">Longest time of a point there.</param>
public sealed record SeriesTier(DateTimeOffset From, DateTimeOffset To, bool Exact, TimeSpan Resolution);

/// <summary>The measurement of a metric over (<paramref name="From"/>, <paramref name="At"/>], as rules compute it.</summary>
/// <param name="From">Exclusive start of its samples.</param>
/// <param name="At">Inclusive end of its samples.</param>
/// <param name="Value">In the metric's base unit; finite.</param>
/// <param name="Samples">Number behind the value, as in <see cref="Measurement.Samples"/>.</param>
/// <param name="Events">As in <see cref="Measurement.Events"/>.</param>
/// <param name="Covered">Time of the point that samples cover.</param>
public sealed record SeriesPoint(DateTimeOffset From, DateTimeOffset At, double Value, long Samples, long Events, TimeSpan Covered)
{
    /// <summary>Value of the legacy variant over the same time where that is the metric's baseline; null where it has none.</summary>
    public double? Baseline { get; init; }

    /// <summary>True when a gap lies between the point before and this one: no line leads here.</summary>
    public bool AfterGap { get; init; }
}

/// <summary>A time without a value.</summary>
public sealed record SeriesGap(DateTimeOffset From, DateTimeOffset To, SeriesGapKind Kind);

/// <summary>Reason of a gap.</summary>
public enum SeriesGapKind
{
    /// <summary>No sample carried the metric.</summary>
    NoSamples,

    /// <summary>Samples carried the metric and gave no value: a ratio without requests, a distribution without observations.</summary>
    NoValue,

    /// <summary>Signals of this time were not kept, or what was kept is damaged: nothing is known about it.</summary>
    NotKept,
}

/// <summary>A metric with samples.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Variants">Variants with samples of it.</param>
/// <param name="Traffic">Traffic with samples of it.</param>
/// <param name="Segments">Segments that these samples name.</param>
/// <param name="Newest">Time of the newest sample.</param>
public sealed record MetricOnHand(string Metric, Variant[] Variants, Traffic[] Traffic, string[] Segments, DateTimeOffset Newest);
