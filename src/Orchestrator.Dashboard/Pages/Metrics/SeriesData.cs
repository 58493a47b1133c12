namespace Orchestrator.Dashboard.Pages.Metrics;

/// <summary>Metrics with samples (<c>GET /api/v1/rollouts/{id}/series</c> without a metric).</summary>
public sealed record MetricList(IReadOnlyList<MetricOnHand>? Metrics);

/// <summary>A metric with samples.</summary>
public sealed record MetricOnHand(
    string Name, string? Title, string? Tier, string? Unit, string? Kind, IReadOnlyList<string> Variants, IReadOnlyList<string> Segments,
    DateTimeOffset Newest);

/// <summary>Series of metrics (<c>GET /api/v1/rollouts/{id}/series?metric=</c>).</summary>
public sealed record SeriesSet(
    DateTimeOffset From, DateTimeOffset To, string? Sampling, IReadOnlyList<SeriesData> Series, IReadOnlyList<MarkData> Marks);

/// <summary>Values of one metric of one variant.</summary>
public sealed record SeriesData
{
    /// <summary>Name of the metric.</summary>
    public string Metric { get; init; } = "";

    /// <summary>Display text; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Tier of the metric.</summary>
    public string? Tier { get; init; }

    /// <summary>Unit: number, ratio, time, size or rate.</summary>
    public string? Unit { get; init; }

    /// <summary>new or legacy.</summary>
    public string Variant { get; init; } = "";

    /// <summary>Parts of the range by resolution.</summary>
    public IReadOnlyList<TierData> Tiers { get; init; } = [];

    /// <summary>Values in the base unit.</summary>
    public IReadOnlyList<PointData> Points { get; init; } = [];

    /// <summary>Times without a value.</summary>
    public IReadOnlyList<GapData> Gaps { get; init; } = [];

    /// <summary>Limits of triggers and criteria.</summary>
    public IReadOnlyList<LimitData> Limits { get; init; } = [];
}

/// <summary>A part of the range with one resolution.</summary>
public sealed record TierData(DateTimeOffset From, DateTimeOffset To, string Kept, string Resolution);

/// <summary>A value.</summary>
public sealed record PointData(DateTimeOffset From, DateTimeOffset At, double Value, long Samples);

/// <summary>A time without a value.</summary>
public sealed record GapData(DateTimeOffset From, DateTimeOffset To, string Kind);

/// <summary>A limit of a rule.</summary>
/// <param name="Kind">trigger or criterion.</param>
/// <param name="Name">Name of the rule.</param>
/// <param name="Text">The rule as text.</param>
/// <param name="Operator">Sign of the comparison.</param>
/// <param name="Limit">The limit; null of a range.</param>
/// <param name="Action">Action of a trigger.</param>
/// <param name="Comparable">False where points of this length say nothing about it.</param>
public sealed record LimitData(string Kind, string Name, string Text, string? Operator, BoundData? Limit, string? Action, bool Comparable);

/// <summary>A bound in the base unit.</summary>
public sealed record BoundData(double? Value);

/// <summary>A mark of the history.</summary>
public sealed record MarkData(DateTimeOffset At, string Kind, string Text);
