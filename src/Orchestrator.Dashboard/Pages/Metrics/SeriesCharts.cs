using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Charts;

namespace Orchestrator.Dashboard.Pages.Metrics;

/// <summary>Charts of series: values in the unit that people read, with the limit that is nearest to harm and the target.</summary>
public static class SeriesCharts
{
    /// <summary>One chart a metric, in the order of the answer.</summary>
    /// <param name="set">The answer.</param>
    /// <param name="live">True when its end is the present.</param>
    public static IEnumerable<(string Metric, Chart Chart)> Of(SeriesSet set, bool live) =>
        set.Series.GroupBy(series => series.Metric).Select(group => (group.Key, Of(set, [.. group], live)));

    /// <summary>Unit for people, and the factor from the base unit.</summary>
    public static (string? Unit, double Factor) UnitOf(string? unit) => unit switch
    {
        "ratio" => ("%", 100),
        "time" => ("ms", 1),
        "size" => ("MB", 1e-6),
        "rate" => ("/s", 1),
        _ => (null, 1),
    };

    private static Chart Of(SeriesSet set, IReadOnlyList<SeriesData> series, bool live)
    {
        var (unit, factor) = UnitOf(series[0].Unit);
        var limits = series.Where(one => one.Variant == "new").SelectMany(one => one.Limits)
            .Where(limit => limit is { Comparable: true, Limit.Value: not null }).ToList();
        var trigger = limits.FirstOrDefault(limit => limit is { Kind: "trigger", Action: "rollback" }) ?? limits.FirstOrDefault(limit => limit.Kind == "trigger");
        var criterion = limits.FirstOrDefault(limit => limit.Kind == "criterion");
        var resolution = series.SelectMany(one => one.Tiers).Select(tier => ApiDurations.Read(tier.Resolution)).Max();
        return new Chart(series[0].Title ?? series[0].Metric, set.From, set.To, [.. series.Select(one => Line(one, factor))])
        {
            Unit = unit,
            Limit = trigger is null ? null : new Limit(trigger.Limit!.Value!.Value * factor, $"{trigger.Name}: {trigger.Text}"),
            Target = criterion is null ? null : Target(criterion, factor),
            Marks = [.. set.Marks.Select(mark => new Mark(mark.At, mark.Text, mark.Kind is "breach" or "rollback"))],
            Gaps = [.. series.Where(one => one.Variant == "new").SelectMany(one => one.Gaps).Select(gap => new Gap(gap.From, gap.To))],
            Every = resolution ?? ApiDurations.Read(set.Sampling),
            Live = live,
            FromZero = series[0].Unit != "size",
        };
    }

    /// <summary>The end of a point's time is its place: that is when its value was known.</summary>
    private static Series Line(SeriesData series, double factor)
    {
        var gaps = series.Gaps.Select(gap => new Point(gap.To, null));
        var points = series.Points.Select(point => new Point(point.At, point.Value * factor, point.Samples)).Concat(gaps);
        return new Series(
            series.Variant, series.Variant == "legacy" ? SeriesKind.Legacy : SeriesKind.New,
            [.. points.OrderBy(point => point.At).ThenByDescending(point => point.Value is null)]);
    }

    private static Band Target(LimitData limit, double factor)
    {
        var value = limit.Limit!.Value!.Value * factor;
        return limit.Operator is ">" or ">=" ? new Band(value, null, limit.Text) : new Band(null, value, limit.Text);
    }
}
