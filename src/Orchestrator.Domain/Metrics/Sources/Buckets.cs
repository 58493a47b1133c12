namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>Cumulative buckets of Prometheus as counts of the buckets themselves.</summary>
internal static class Buckets
{
    /// <summary>How many observations came into which bucket, over all instances, by upper bound; the last is that above all bounds.</summary>
    public static IReadOnlyList<(double? Le, long Count)> Of(IEnumerable<(ScrapedPoint Scraped, long Growth)> grown)
    {
        var counts = new SortedDictionary<double, long>();
        foreach (var instance in grown.GroupBy(one => one.Scraped.Point.Labels))
        {
            long below = 0;
            foreach (var (scraped, growth) in instance.OrderBy(one => one.Scraped.Point.Le))
            {
                var le = scraped.Point.Le!.Value;
                counts[le] = counts.GetValueOrDefault(le) + Math.Max(0, growth - below);
                below = Math.Max(below, growth);
            }
        }

        return [.. counts.Select(count => ((double?)count.Key, count.Value))];
    }
}
