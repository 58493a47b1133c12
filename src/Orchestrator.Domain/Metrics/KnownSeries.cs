using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Metrics;

/// <summary>The raw series that a plan's metrics and conditions read. Others are taken with a warning and not kept: their number has no bound.</summary>
internal sealed class KnownSeries
{
    /// <summary>No longer than the plan, whose text is bounded.</summary>
    private readonly HashSet<(SeriesKind Kind, string Series)> known = [];

    public KnownSeries(IEnumerable<Metric> metrics, IEnumerable<string> raw)
    {
        foreach (var metric in metrics)
        {
            foreach (var series in Of(metric.Source))
            {
                known.Add(series);
            }
        }

        known.UnionWith(raw.Where(series => Where(series) is null).Select(series => (SeriesKind.Counter, series)).ToArray());
    }

    /// <summary>What a sample may carry of that name: <c>counters</c>, <c>gauges</c>, <c>values</c>; null when nothing reads it.</summary>
    public string? Where(string series)
    {
        foreach (var (kind, section) in new[] { (SeriesKind.Counter, "counters"), (SeriesKind.Gauge, "gauges"), (SeriesKind.Distribution, "values") })
        {
            if (known.Contains((kind, series)))
            {
                return section;
            }
        }

        return null;
    }

    public bool Contains(SeriesKind kind, string series) => known.Contains((kind, series));

    /// <summary>The counter that shows that a path serves; kept whether or not the plan speaks of it.</summary>
    public const string Requests = "requests";

    /// <summary>Track of what a counter grew by while another, which a ratio counts together with it, was not measured. No series of a plan has such a name.</summary>
    public static string Without(string series, string other) => $"{series} without {other}";

    /// <summary>Names that conditions of the plan use and that are no metric of it: <c>absent(requests)</c>.</summary>
    public static IEnumerable<string> RawIn(Plan plan)
    {
        return PlanRules.Of(plan).SelectMany(rule => rule.Condition.Leaves()).Select(leaf => leaf.Subject?.Metric).OfType<string>().Where(name => plan.Metric(name) is null).Append(Requests).Distinct();
    }

    internal static IEnumerable<(SeriesKind Kind, string Name)> Of(MetricSource source) => source switch
    {
        MetricSource.Ratio ratio => [(SeriesKind.Counter, ratio.Numerator), (SeriesKind.Counter, ratio.Denominator)],
        MetricSource.Quantile quantile => [(SeriesKind.Distribution, quantile.Series)],
        MetricSource.Gauge gauge => [(SeriesKind.Gauge, gauge.Series)],
        MetricSource.Rate rate => [(SeriesKind.Counter, rate.Series)],
        MetricSource.Count count => [(SeriesKind.Counter, count.Series)],
        _ => throw new InvalidOperationException($"No such source: {source.GetType().Name}."),
    };
}
