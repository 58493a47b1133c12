namespace Orchestrator.Api.Client;

/// <summary>Metrics of a rollout with samples.</summary>
public sealed record MetricList
{
    /// <summary>Id of the rollout.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Interval at which samples are expected.</summary>
    public string Sampling { get; init; } = "";

    /// <summary>Metrics.</summary>
    public IReadOnlyList<MetricOnHand> Metrics { get; init; } = [];
}

/// <summary>A metric with samples.</summary>
public sealed record MetricOnHand
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Tier; null without one.</summary>
    public string? Tier { get; init; }

    /// <summary>Unit.</summary>
    [Words("number", "ratio", "time", "size", "rate")]
    public string Unit { get; init; } = "";

    /// <summary>Computation.</summary>
    [Words("ratio", "quantile", "gauge", "rate", "count")]
    public string Kind { get; init; } = "";

    /// <summary>Variants with samples.</summary>
    public IReadOnlyList<string> Variants { get; init; } = [];

    /// <summary>Traffic with samples.</summary>
    public IReadOnlyList<string> Traffic { get; init; } = [];

    /// <summary>Segments that the samples name.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>Time of the newest sample.</summary>
    public DateTimeOffset Newest { get; init; }
}

/// <summary>Series of metrics with their limits and marks.</summary>
public sealed record SeriesSet
{
    /// <summary>Id of the rollout.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Start of the range.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>End of the range.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Interval at which samples are expected.</summary>
    public string Sampling { get; init; } = "";

    /// <summary>Series: of each metric one for each variant.</summary>
    public IReadOnlyList<MetricSeries> Series { get; init; } = [];

    /// <summary>Events to mark; at most 200, the newest.</summary>
    public IReadOnlyList<ChartMark> Marks { get; init; } = [];

    /// <summary>Older marks that were left out; null for none.</summary>
    public int? MarksLeftOut { get; init; }

    /// <summary>Sentence about signals that could not be read; null when nothing is missing.</summary>
    public string? Missing { get; init; }
}

/// <summary>Values of one metric of one variant.</summary>
public sealed record MetricSeries
{
    /// <summary>Name of the metric.</summary>
    public string Metric { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Tier; null without one.</summary>
    public string? Tier { get; init; }

    /// <summary>Unit.</summary>
    [Words("number", "ratio", "time", "size", "rate")]
    public string Unit { get; init; } = "";

    /// <summary>Computation.</summary>
    [Words("ratio", "quantile", "gauge", "rate", "count")]
    public string Kind { get; init; } = "";

    /// <summary>Variant.</summary>
    [Words("new", "legacy")]
    public string Variant { get; init; } = "";

    /// <summary>Traffic.</summary>
    [Words("live", "shadow")]
    public string Traffic { get; init; } = "";

    /// <summary>Segment; null for all users.</summary>
    public string? Segment { get; init; }

    /// <summary>Baseline of the metric; null without one.</summary>
    public SeriesBaseline? Baseline { get; init; }

    /// <summary>Parts of the range by resolution.</summary>
    public IReadOnlyList<SeriesTier> Tiers { get; init; } = [];

    /// <summary>Values, at most 500.</summary>
    public IReadOnlyList<SeriesPoint> Points { get; init; } = [];

    /// <summary>Times without a value.</summary>
    public IReadOnlyList<SeriesGap> Gaps { get; init; } = [];

    /// <summary>Limits of triggers and criteria.</summary>
    public IReadOnlyList<SeriesLimit> Limits { get; init; } = [];
}

/// <summary>Baseline of a metric.</summary>
public sealed record SeriesBaseline
{
    /// <summary>Kind.</summary>
    [Words("fixed", "legacy", "trailing")]
    public string Kind { get; init; } = "";

    /// <summary>Value of a fixed one; null of others.</summary>
    public double? Value { get; init; }

    /// <summary>Span of a trailing one; null of others.</summary>
    public string? Over { get; init; }
}

/// <summary>A part of the range with one resolution.</summary>
public sealed record SeriesTier
{
    /// <summary>Start.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>End.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Form in which samples are stored there.</summary>
    [Words("exact", "blocks")]
    public string Kept { get; init; } = "";

    /// <summary>Longest time of a point.</summary>
    public string Resolution { get; init; } = "";
}

/// <summary>A value.</summary>
public sealed record SeriesPoint
{
    /// <summary>Exclusive start of its samples.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>Inclusive end of its samples.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Value in the base unit.</summary>
    public double Value { get; init; }

    /// <summary>Number of samples behind it.</summary>
    public long Samples { get; init; }

    /// <summary>Number of events behind it.</summary>
    public long Events { get; init; }

    /// <summary>Time of the point that samples cover.</summary>
    public string Covered { get; init; } = "";

    /// <summary>Value of legacy over the same time; null where it is no baseline.</summary>
    public double? Baseline { get; init; }

    /// <summary>True when a gap lies before it; null otherwise.</summary>
    public bool? AfterGap { get; init; }
}

/// <summary>A time without a value.</summary>
public sealed record SeriesGap
{
    /// <summary>Start.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>End.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Reason.</summary>
    [Words("noSamples", "noValue", "notKept")]
    public string Kind { get; init; } = "";
}

/// <summary>A limit of a rule.</summary>
public sealed record SeriesLimit
{
    /// <summary>Kind.</summary>
    [Words("trigger", "criterion", "target", "alert")]
    public string Kind { get; init; } = "";

    /// <summary>Name of the rule.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>The rule as text.</summary>
    public string Text { get; init; } = "";

    /// <summary>Sign of the comparison, or <c>between</c>.</summary>
    public string Operator { get; init; } = "";

    /// <summary>The limit; null of a range.</summary>
    public LimitBound? Limit { get; init; }

    /// <summary>Lower limit of a range; null of others.</summary>
    public LimitBound? Low { get; init; }

    /// <summary>Upper limit of a range; null of others.</summary>
    public LimitBound? High { get; init; }

    /// <summary>Side on which the metric does harm; null for an equality.</summary>
    [Words("above", "below", "inside", "outside")]
    public string? Harm { get; init; }

    /// <summary>Window of the rule; null without one.</summary>
    public string? Over { get; init; }

    /// <summary>Time for which it must hold; null without one.</summary>
    public string? For { get; init; }

    /// <summary>Action of a trigger; null of others.</summary>
    [Words("rollback", "rollbackSegment", "stepBack", "review", "notify")]
    public string? Action { get; init; }

    /// <summary>Level of a trigger; null of others.</summary>
    public string? Level { get; init; }

    /// <summary>False where points of this length say nothing about it.</summary>
    public bool Comparable { get; init; }
}

/// <summary>A bound in the base unit.</summary>
public sealed record LimitBound
{
    /// <summary>Value; null where the baseline is not measured.</summary>
    public double? Value { get; init; }

    /// <summary>Factor of the baseline; null of a plain number.</summary>
    public double? OfBaseline { get; init; }
}

/// <summary>An event of a rollout that a chart shows.</summary>
public sealed record ChartMark
{
    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Version of the rollout with it.</summary>
    public long Version { get; init; }

    /// <summary>Kind.</summary>
    [Words("step", "breach", "rollback", "restore", "review", "pause", "evidence", "plan", "end")]
    public string Kind { get; init; } = "";

    /// <summary>Public name of the event.</summary>
    public string Type { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Trigger or criterion behind it; null for none.</summary>
    public string? Rule { get; init; }
}

/// <summary>Metrics and range of series.</summary>
public sealed record SeriesQuery : QueryValues
{
    /// <summary>Names, separated by commas; at most 16 series in one answer.</summary>
    public string? Metric { get; init; }

    /// <summary>Variant; null for both.</summary>
    [Words("new", "legacy")]
    public string? Variant { get; init; }

    /// <summary>Traffic; null for that of the conditions.</summary>
    [Words("live", "shadow")]
    public string? Traffic { get; init; }

    /// <summary>Segment; null for all users.</summary>
    public string? Segment { get; init; }

    /// <summary>Time, or a duration before the end such as <c>1h</c>; null for an hour.</summary>
    public string? From { get; init; }

    /// <summary>End of the range; null for now.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Wanted length of a point, such as <c>1m</c>.</summary>
    public string? Resolution { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("metric", Metric);
        query.Add("variant", Variant);
        query.Add("traffic", Traffic);
        query.Add("segment", Segment);
        query.Add("from", From);
        query.Add("to", To);
        query.Add("resolution", Resolution);
    }
}
