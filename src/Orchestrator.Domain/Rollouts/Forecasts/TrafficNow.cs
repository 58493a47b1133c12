using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.Rollouts.Forecasts;

/// <summary>Samples a minute of both variants together, by metric and segment: the traffic of which a step takes its share.</summary>
internal sealed class TrafficNow(RolloutState state, MetricReading[] readings)
{
    /// <summary>Span of the measurement: long enough to smooth a minute, short enough to be the present.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private static readonly (Variant Variant, Traffic Traffic)[] Sources = [(Variant.Legacy, Traffic.Live), (Variant.New, Traffic.Live)];

    /// <summary>
    /// Queries to the windows: the last hour of each metric that a criterion counts, in all and in each segment of the plan.
    /// </summary>
    public static MetricQuery[] Ask(RolloutState state, IEnumerable<string> metrics) =>
    [
        .. from metric in metrics.Distinct()
           from segment in state.Plan.Segments.Select(s => (string?)s.Key).Prepend(null)
           from source in Sources
           select new MetricQuery(Name(source.Variant, metric, segment), metric, source.Variant, source.Traffic, segment, Window, null),
    ];

    /// <summary>
    /// Samples a minute that <paramref name="step"/> sends to new; null when the traffic, or the part of it that the step takes, is
    /// unknown.
    /// </summary>
    /// <param name="step">Share and segments of the step, with those of earlier ones.</param>
    /// <param name="metric">Metric whose samples count.</param>
    /// <param name="segment">Segment of the criterion; null for all users.</param>
    /// <param name="shadow">True where requests are mirrored: new sees a copy of all of them.</param>
    public double? PerMinute(StepAudience step, string metric, string? segment, bool shadow)
    {
        var share = shadow ? 1 : (segment is null ? step.Percentage : step.Of(segment)).Fraction;
        var all = Of(metric, segment);
        if (segment is not null || shadow || (step.Segments.IsEmpty && step.Shares.IsEmpty))
        {
            return all * share;
        }

        // Users of a segment that no sample names are part of the total, but of unknown number: they can only make it faster.
        string[] named = [.. step.Segments, .. step.Shares.Select(one => one.Segment)];
        var (apart, included) = (named.Sum(s => Of(metric, s) ?? 0), named.Sum(s => (Of(metric, s) ?? 0) * step.Of(s).Fraction));
        return included > 0 || share > 0 ? included + (share * Math.Max(0, (all ?? 0) - apart)) : null;
    }

    /// <summary>Measurement of legacy; null when nothing was measured.</summary>
    public MetricReading? Like(string metric, string? segment) =>
        Array.Find(readings, r => r.Question == Name(Variant.Legacy, metric, segment)) is { Measured.Samples: > 0 } reading
            ? reading
            : null;

    private double? Of(string metric, string? segment)
    {
        double? sum = null;
        foreach (var source in Sources)
        {
            if (Array.Find(readings, r => r.Question == Name(source.Variant, metric, segment)) is { } reading
                && Pace.PerMinute(state, reading.Measured) is { } pace)
            {
                sum = (sum ?? 0) + pace;
            }
        }

        return sum;
    }

    private static string Name(Variant variant, string metric, string? segment) => $"traffic {variant} {metric} {segment}";
}
