namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>
/// Targets with another process than before: a counter fell, or the start time of their process changed. A counter that did not fall may
/// still not be that process's own, for exporters report counters of others. Times are Unix milliseconds of the source.
/// </summary>
internal sealed class Restarts
{
    /// <summary>
    /// Seconds that the start of one process may seem to move: some libraries compute it again for each scrape, from clocks in whole
    /// seconds.
    /// </summary>
    private const double SameStart = 2;

    /// <summary>Targets of the newest five sampling periods; an answer has 2,000 series at most.</summary>
    private readonly Dictionary<string, long> _shown = [];

    /// <summary>The start times of the same targets.</summary>
    private readonly Dictionary<string, (double? Start, long At)> _starts = [];

    /// <summary>Records that a target has another process since then.</summary>
    public void Note(string target, long at) => _shown[target] = at;

    /// <summary>True when a target changed its process after a moment, and not after another one.</summary>
    public bool Between(string target, long after, long until) => _shown.TryGetValue(target, out var at) && at > after && at <= until;

    /// <summary>True when the start of the process is known for one of these targets.</summary>
    public bool Knows(IEnumerable<ScrapedPoint> points) =>
        points.Any(scraped => _starts.TryGetValue(scraped.Point.Target, out var known) && known.Start is not null);

    /// <summary>
    /// Takes the start times beside an answer. A target that reports one from now on, or no longer, is another process, too.
    /// </summary>
    public void Read(Scrape scrape)
    {
        if (scrape.Starts is not { Error: null } starts)
        {
            return;
        }

        foreach (var target in scrape.Points.Where(scraped => scraped.Point.IsOfProcess).GroupBy(scraped => scraped.Point.Target))
        {
            var at = target.Max(scraped => scraped.At);
            var start = starts.ByTarget.TryGetValue(target.Key, out var told) ? told : (double?)null;
            if (_starts.TryGetValue(target.Key, out var known))
            {
                if (at <= known.At)
                {
                    continue;
                }

                if (!IsSame(start, known.Start))
                {
                    Note(target.Key, at);
                }
            }

            _starts[target.Key] = (start, at);
        }
    }

    public void Forget(long horizon)
    {
        foreach (var target in _shown.Where(shown => shown.Value < horizon).Select(shown => shown.Key).ToList())
        {
            _shown.Remove(target);
        }

        foreach (var target in _starts.Where(known => known.Value.At < horizon).Select(known => known.Key).ToList())
        {
            _starts.Remove(target);
        }
    }

    private static bool IsSame(double? one, double? other) =>
        one is { } start && other is { } before ? Math.Abs(start - before) <= SameStart : one is null && other is null;
}
