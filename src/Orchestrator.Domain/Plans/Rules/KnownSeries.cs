using Orchestrator.Domain.Conditions;

namespace Orchestrator.Domain.Plans.Rules;

/// <summary>
/// The raw series that a plan's metrics and conditions read. Others are accepted with a warning and dropped: their number has no bound.
/// </summary>
internal sealed class KnownSeries
{
    /// <summary>At most as long as the plan, whose text is bounded.</summary>
    private readonly HashSet<(SeriesKind Kind, string Series)> known = [];

    /// <summary>Length of the longest name. A longer one is not searched: hashing it would cost its length for each data point.</summary>
    private readonly int longest;

    public KnownSeries(IEnumerable<Metric> metrics, IEnumerable<string> raw)
    {
        foreach (var metric in metrics)
        {
            foreach (var series in Of(metric.Source))
            {
                known.Add(series);
            }
        }

        longest = int.MaxValue;
        known.UnionWith(raw.Where(series => Where(series) is null).Select(series => (SeriesKind.Counter, series)).ToArray());
        longest = known.Select(one => one.Series.Length).DefaultIfEmpty(0).Max();
    }

    /// <summary>
    /// Section of a sample for a series of that name: <c>counters</c>, <c>gauges</c>, <c>values</c>; null when no rule reads it.
    /// </summary>
    public string? Where(string series)
    {
        return series.Length > longest ? null
            : known.Contains((SeriesKind.Counter, series)) ? "counters"
            : known.Contains((SeriesKind.Gauge, series)) ? "gauges"
            : known.Contains((SeriesKind.Distribution, series)) ? "values"
            : null;
    }

    public bool Contains(SeriesKind kind, string series) => known.Contains((kind, series));

    /// <summary>The counter which shows that a path serves; stored in any case.</summary>
    public const string Requests = "requests";

    /// <summary>
    /// Track of a counter's growth while another counter of the same ratio was not measured. No series of a plan has such a name.
    /// </summary>
    public static string Without(string series, string other) => $"{series} without {other}";

    /// <summary>Names in conditions of the plan that are no metric of it: <c>absent(requests)</c>.</summary>
    public static IEnumerable<string> RawIn(Plan plan)
    {
        return PlanRules.Of(plan).SelectMany(rule => rule.Condition.Leaves()).Select(leaf => leaf.Subject?.Metric).OfType<string>()
            .Where(name => plan.Metric(name) is null).Append(Requests).Distinct();
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
