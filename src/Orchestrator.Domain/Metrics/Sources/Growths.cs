namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>
/// Memory of the last values of counters, and the growth since. Prometheus' own <c>increase</c> guesses at the edges of its range and
/// gives fractions; here each scrape counts once, with its exact value. Times are Unix milliseconds of the source.
/// </summary>
/// <param name="longest">Milliseconds between two scrapes beyond which growth belongs to no moment; counting starts over.</param>
/// <param name="restarts">Restarts of targets.</param>
internal sealed class Growths(long longest, Restarts restarts)
{
    /// <summary>Most counters in memory, more than any plan has; the oldest are dropped.</summary>
    private const int Most = 50_000;

    /// <summary>Counters of the queries of a plan; <see cref="Most"/> of all together.</summary>
    private readonly Dictionary<string, Remembered> _queries = [];

    /// <summary>Targets of one round.</summary>
    private Dictionary<string, long> _heard = [];

    /// <summary>Beginning of a round. Records the newest scrape of each target, and the targets that restarted.</summary>
    /// <param name="answers">Every answer of the round, levels too: any value shows that a target is alive.</param>
    public void Begin(IReadOnlyCollection<(string Query, IReadOnlyList<ScrapedPoint> Points, bool Counts)> answers)
    {
        _heard = [];
        foreach (var (point, at) in answers.SelectMany(answer => answer.Points))
        {
            _heard[point.Target] = Math.Max(at, _heard.GetValueOrDefault(point.Target, long.MinValue));
        }

        foreach (var (query, points, _) in answers.Where(answer => answer.Counts && _queries.ContainsKey(answer.Query)))
        {
            foreach (var (scraped, _) in Objects(_queries[query], points).Where(one => one.Fell).SelectMany(one => one.Parts)
                .Where(part => part.Scraped.Point.IsOfProcess))
            {
                restarts.Note(scraped.Point.Target, scraped.At);
            }
        }

        Forget(_heard.Count == 0 ? long.MinValue : _heard.Values.Max() - longest);
    }

    /// <summary>The growth of each counter of an answer since the scrape before. Changes nothing: <see cref="Keep"/> does.</summary>
    public List<GrowthStep> Look(string query, IReadOnlyList<ScrapedPoint> points)
    {
        var remembered = _queries.GetValueOrDefault(query) ?? new Remembered();
        return [..
            from one in Objects(remembered, points) from part in one.Parts select Step(remembered, part.Scraped, part.Known, one.Fell)];
    }

    /// <summary>Stores an answer.</summary>
    /// <param name="query">The query.</param>
    /// <param name="points">Its numbers; none for an empty answer.</param>
    /// <param name="except">Targets that stay unchanged, because they gave no number.</param>
    public void Keep(string query, IReadOnlyList<ScrapedPoint> points, IReadOnlySet<string> except)
    {
        if (!_queries.TryGetValue(query, out var remembered))
        {
            _queries[query] = remembered = new Remembered();
        }

        var answered = new HashSet<(string, string?)>();
        foreach (var (scraped, known) in Objects(remembered, points).SelectMany(one => one.Parts)
            .Where(part => !except.Contains(part.Scraped.Point.Target)))
        {
            var point = scraped.Point;
            answered.Add((point.Labels, point.Bound));
            if (known is { } last && last.Key != (point.Labels, point.Bound))
            {
                remembered.Counters.Remove(last.Key);
            }

            if (known is null || scraped.At > known.Value.At)
            {
                remembered.Counters[(point.Labels, point.Bound)] =
                    new Known((point.Labels, point.Bound), point.Le, point.Target, point.Value, scraped.At, false);
            }
        }

        foreach (var known in remembered.Counters.Values.Where(known => !known.Gone && !answered.Contains(known.Key)).ToList())
        {
            // Its target was scraped again without it.
            if (!except.Contains(known.Target) && _heard.GetValueOrDefault(known.Target, long.MinValue) > known.At)
            {
                remembered.Counters[known.Key] = known with { Gone = true };
            }
        }

        foreach (var (target, at) in _heard.Where(heard => !except.Contains(heard.Key)))
        {
            remembered.Answered[target] = Math.Max(at, remembered.Answered.GetValueOrDefault(target, long.MinValue));
        }
    }

    /// <summary>Drops a query: its next answer only sets the start values of its counters.</summary>
    public void Forget(string query) => _queries.Remove(query);

    private GrowthStep Step(Remembered remembered, ScrapedPoint scraped, Known? known, bool fell)
    {
        var (point, at) = scraped;
        var whole = (long)Math.Floor(point.Value);
        if (known is not { } last)
        {
            // A process that this query has scraped without the counter has counted since: all of it is new, also after a restart.
            return point.IsOfProcess && remembered.Answered.TryGetValue(point.Target, out var without) && at - without <= longest
                ? new GrowthStep(scraped, GrowthKind.Grew, whole, Math.Min(without, at))
                : new GrowthStep(scraped, GrowthKind.Stands);
        }

        if (at <= last.At)
        {
            return new GrowthStep(scraped, GrowthKind.Same);
        }

        var from = last.Gone ? remembered.Answered.GetValueOrDefault(point.Target, last.At) : last.At;
        if (at - from > longest)
        {
            return new GrowthStep(scraped, GrowthKind.Stands);
        }

        if (fell)
        {
            // Below its former value it restarted from 0. For a sum, one member may have left.
            return point.IsOfProcess
                ? new GrowthStep(scraped, GrowthKind.Grew, whole, Math.Min(from, at))
                : new GrowthStep(scraped, GrowthKind.Unclear);
        }

        // It was absent, or its target shows another process: then it may have continued from its former value, or from 0.
        return (last.Gone || restarts.Between(point.Target, last.At, at)) && last.Value > 0
            ? new GrowthStep(scraped, GrowthKind.Unclear)
            : new GrowthStep(scraped, GrowthKind.Grew, whole - (long)Math.Floor(last.Value), Math.Min(from, at));
    }

    /// <summary>Counters grouped by common reset: the buckets of a histogram, else each by itself.</summary>
    private static IEnumerable<(bool Fell, List<(ScrapedPoint Scraped, Known? Known)> Parts)> Objects(
        Remembered remembered, IReadOnlyList<ScrapedPoint> points)
    {
        foreach (var one in points.GroupBy(scraped => scraped.Point.Labels))
        {
            var parts = one.Select(scraped => (Scraped: scraped, Known: Before(remembered, scraped, one))).ToList();
            yield return (parts.Any(
                part => part.Known is { } known && part.Scraped.At > known.At && part.Scraped.Point.Value < known.Value), parts);
        }
    }

    /// <summary>
    /// Former value of the counter; also under another spelling of its bound (1 and 1.0), unless both exist side by side.
    /// </summary>
    private static Known? Before(Remembered remembered, ScrapedPoint scraped, IEnumerable<ScrapedPoint> beside)
    {
        var point = scraped.Point;
        if (remembered.Counters.TryGetValue((point.Labels, point.Bound), out var known))
        {
            return known;
        }

        if (point.Le is null)
        {
            return null;
        }

        foreach (var other in remembered.Counters.Values.Where(other => other.Key.Labels == point.Labels && other.Le == point.Le))
        {
            if (!beside.Any(two => two.Point.Bound == other.Key.Bound && two.At > other.At))
            {
                return other;
            }
        }

        return null;
    }

    private void Forget(long horizon)
    {
        restarts.Forget(horizon);
        foreach (var remembered in _queries.Values)
        {
            foreach (var target in remembered.Answered.Where(answered => answered.Value < horizon).Select(answered => answered.Key)
                .ToList())
            {
                remembered.Answered.Remove(target);
            }
        }

        var excess = _queries.Values.Sum(remembered => remembered.Counters.Count) - Most;
        if (excess > 0)
        {
            foreach (var (remembered, known) in _queries.Values.SelectMany(one => one.Counters.Values.Select(known => (one, known)))
                .OrderBy(entry => entry.known.At).Take(excess).ToList())
            {
                remembered.Counters.Remove(known.Key);
                remembered.Answered.Remove(known.Target);
            }
        }
    }

    private sealed class Remembered
    {
        public Dictionary<(string Labels, string? Bound), Known> Counters { get; } = [];

        /// <summary>The newest scrape of each target in the answers of this query.</summary>
        public Dictionary<string, long> Answered { get; } = [];
    }

    private readonly record struct Known((string Labels, string? Bound) Key, double? Le, string Target, double Value, long At, bool Gone);
}

/// <summary>Growth of one counter since the scrape before.</summary>
/// <param name="Scraped">Its newest scrape.</param>
/// <param name="Kind">Kind of growth.</param>
/// <param name="Growth">Whole steps; a fraction is carried to the next.</param>
/// <param name="From">Start of the growth.</param>
internal readonly record struct GrowthStep(ScrapedPoint Scraped, GrowthKind Kind, long Growth = 0, long From = 0);

/// <summary>Kinds of growth between two scrapes.</summary>
internal enum GrowthKind
{
    /// <summary>It grew, perhaps by 0.</summary>
    Grew,

    /// <summary>The scrape was counted already.</summary>
    Same,

    /// <summary>The scrape only sets the start value: the time before is unknown.</summary>
    Stands,

    /// <summary>It may have continued or restarted, which gives different growth.</summary>
    Unclear,
}
