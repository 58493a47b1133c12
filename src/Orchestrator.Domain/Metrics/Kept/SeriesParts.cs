using Orchestrator.Domain.Metrics.Windows;

namespace Orchestrator.Domain.Metrics.Kept;

/// <summary>A read of a series in parts: what was kept, and on either side of it what the windows have.</summary>
public static class SeriesParts
{
    /// <summary>Least points of a part.</summary>
    private const int Least = 20;

    /// <summary>The parts of a query, the oldest first; true for the one of kept signals.</summary>
    /// <param name="query">The query.</param>
    /// <param name="from">Start of what was kept; null for nothing.</param>
    /// <param name="to">End of what was kept.</param>
    public static (SeriesQuery Query, bool Kept)[] Of(SeriesQuery query, DateTimeOffset? from, DateTimeOffset? to)
    {
        if (from is not { } first || to is not { } last || last <= query.From || first >= query.To)
        {
            return [(query, false)];
        }

        (SeriesQuery Query, bool Kept)[] parts =
        [
            (query with { To = first }, false),
            (query with { From = Later(first, query.From), To = Earlier(last, query.To) }, true),
            (query with { From = last, After = last }, false),
        ];
        parts = [.. parts.Where(part => part.Query.From < part.Query.To)];
        var whole = query.To - query.From;
        for (var i = 0; i < parts.Length; i++)
        {
            var share = (parts[i].Query.To - parts[i].Query.From) / whole;
            parts[i].Query = parts[i].Query with { Most = Least + (int)(share * (MetricSeries.MostPoints - (Least * parts.Length))) };
        }

        return parts;
    }

    /// <summary>The parts as one series, in their order.</summary>
    public static MetricSeries Join(IReadOnlyList<MetricSeries> parts)
    {
        var (tiers, gaps) = (new List<SeriesTier>(), new List<SeriesGap>());
        foreach (var tier in parts.SelectMany(part => part.Tiers))
        {
            if (tiers.Count > 0 && tiers[^1] is var before && before.Exact == tier.Exact && before.Resolution == tier.Resolution)
            {
                tiers[^1] = before with { To = tier.To };
            }
            else
            {
                tiers.Add(tier);
            }
        }

        foreach (var gap in parts.SelectMany(part => part.Gaps).OrderBy(gap => gap.From))
        {
            if (gaps.Count > 0 && gaps[^1] is var before && before.Kind == gap.Kind && before.To >= gap.From)
            {
                gaps[^1] = before with { To = Later(before.To, gap.To) };
            }
            else
            {
                gaps.Add(gap);
            }
        }

        return new MetricSeries(
            [.. tiers], SeriesReading.Broken([.. parts.SelectMany(part => part.Points)], [.. gaps]), [.. gaps]);
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
