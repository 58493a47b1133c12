namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>
/// Remembers how high counters stood, and says how much they grew. Prometheus' own <c>increase</c> guesses at the edges of its range and
/// gives fractions; here each scrape counts once, as it was.
/// </summary>
/// <param name="longest">Milliseconds between two scrapes beyond which nobody knows when a counter grew; it begins anew.</param>
internal sealed class Growths(long longest)
{
    /// <summary>More counters than this are no plan's; the oldest are forgotten.</summary>
    private const int Most = 50_000;

    private readonly Dictionary<(string Query, string Labels, double? Le), (double Value, long At)> known = [];
    private HashSet<string> before = [];
    private HashSet<string> targets = [];

    /// <summary>A new round begins: what answered in the last one is known.</summary>
    public void Begin()
    {
        (before, targets) = (targets, []);
        if (known.Count > Most)
        {
            foreach (var key in known.OrderBy(entry => entry.Value.At).Take(known.Count - Most).Select(entry => entry.Key).ToList())
            {
                known.Remove(key);
            }
        }
    }

    /// <summary>How much a counter grew since the scrape before; null when this scrape says nothing of that.</summary>
    public (long Growth, long From)? Of(string query, ScrapedPoint scraped)
    {
        var (point, at) = scraped;
        targets.Add(point.Target);
        var key = (query, point.Labels, point.Le);
        if (known.TryGetValue(key, out var last))
        {
            if (at <= last.At)
            {
                return null;
            }

            known[key] = (point.Value, at);
            // Below what it was it has begun anew, from 0. Whole steps: a fraction is carried to the next.
            var growth = point.Value < last.Value ? Math.Floor(point.Value) : Math.Floor(point.Value) - Math.Floor(last.Value);
            return at - last.At <= longest ? ((long)growth, last.At) : null;
        }

        known[key] = (point.Value, at);
        // A process that was there before has counted something for the first time: all of it is new. A process never seen may have counted for days.
        return before.Contains(point.Target) ? ((long)Math.Floor(point.Value), long.MinValue) : null;
    }

    /// <summary>Whether a level was read since the round before.</summary>
    public bool IsNew(string query, ScrapedPoint scraped)
    {
        targets.Add(scraped.Point.Target);
        var key = (query, scraped.Point.Labels, scraped.Point.Le);
        var fresh = !known.TryGetValue(key, out var last) || scraped.At > last.At;
        known[key] = (scraped.Point.Value, fresh ? scraped.At : last.At);
        return fresh;
    }
}
