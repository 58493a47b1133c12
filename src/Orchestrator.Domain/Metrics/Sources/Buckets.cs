namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>Cumulative buckets of Prometheus as counts of the buckets themselves.</summary>
internal static class Buckets
{
    /// <summary>Observations by bucket, over all instances, by upper bound; the last is above all bounds.</summary>
    public static List<(double? Le, long Count)> Of(IEnumerable<GrowthStep> grown)
    {
        var counts = new SortedDictionary<double, long>();
        foreach (var instance in grown.GroupBy(one => one.Scraped.Point.Labels))
        {
            long below = 0;

            // A bound is a number: buckets spelled 1 and 1.0 add up.
            foreach (var bound in instance.GroupBy(one => one.Scraped.Point.Le!.Value).OrderBy(bound => bound.Key))
            {
                var growth = bound.Sum(one => one.Growth);
                counts[bound.Key] = counts.GetValueOrDefault(bound.Key) + Math.Max(0, growth - below);
                below = Math.Max(below, growth);
            }
        }

        return [.. counts.Select(count => ((double?)count.Key, count.Value))];
    }
}
