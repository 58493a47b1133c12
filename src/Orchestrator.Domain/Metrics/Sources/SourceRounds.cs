using System.Globalization;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>
/// Turns the answers of round after round into samples as services would have pushed them. Mutable, for one thread at a time; has no
/// clock. Its memory is lost with the process: the first scrape after a start only sets the start values of counters.
/// </summary>
public sealed class SourceRounds
{
    /// <summary>Most levels in memory, more than any plan has; the oldest are dropped.</summary>
    private const int MostLevels = 50_000;

    private readonly TimeSpan _sampling;
    private readonly double _speed;
    private readonly double _period;
    private readonly LinkedSeries _linked;
    private readonly Restarts _restarts = new();
    private readonly Growths _growths;
    private readonly Counting _counting;

    /// <summary>At most <see cref="MostLevels"/>, the oldest dropped first.</summary>
    private readonly Dictionary<(string Query, string Labels, string? Bound), long> _levels = [];

    /// <param name="sampling">Interval at which samples are expected.</param>
    /// <param name="speed">Orchestrator milliseconds in one of Prometheus'.</param>
    /// <param name="ratios">Ratios of the plan: their numerator and denominator are counted together.</param>
    public SourceRounds(TimeSpan sampling, double speed, params IEnumerable<MetricSource.Ratio> ratios)
    {
        (_sampling, _speed, _period, _linked) = (sampling, speed, sampling.TotalMilliseconds / speed, new LinkedSeries(ratios));
        _growths = new Growths((long)(SampleBody.MostPeriods * sampling.TotalMilliseconds / speed), _restarts);
        _counting = new Counting(_growths, _restarts, sampling, speed);
    }

    /// <summary>Takes the answers of a round. An error in one is a sentence about its query, and the others count.</summary>
    /// <param name="scrapes">One for each query.</param>
    /// <param name="asked">Orchestrator time of the queries.</param>
    public SourceRound Take(IReadOnlyList<Scrape> scrapes, DateTimeOffset asked)
    {
        foreach (var scrape in scrapes)
        {
            _restarts.Read(scrape);
        }

        _growths.Begin([.. scrapes.Where(scrape => scrape.Error is null).Select(scrape => (
            Counting.Key(scrape.Query), (IReadOnlyList<ScrapedPoint>)[.. scrape.Points.Where(
                scraped => double.IsFinite(scraped.Point.Value))], scrape.Query.Series.Shape != SourceShape.Gauge))]);

        // One reading of both clocks holds for the whole round.
        var evaluated = scrapes.Where(scrape => scrape.At > 0).Select(scrape => scrape.At).DefaultIfEmpty(0).Min();
        var outcomes = new List<QueryOutcome>();
        var body = new SampleBody(at => asked - TimeSpan.FromMilliseconds((evaluated - at) * _speed));
        foreach (var audience in scrapes.GroupBy(scrape => scrape.Query.Audience))
        {
            var findings = audience.GroupBy(
                scrape => scrape.Query.Series.Shape == SourceShape.Gauge ? scrape.Query.Series.Name : _linked.Of(scrape.Query.Series.Name))
                .SelectMany(together => Find(together.Key, [.. together])).ToList();
            var newest = findings.Where(found => found.Growth is not null)
                .Select(found => (found.At, From: found.Growth!.Max(growth => growth.From))).DefaultIfEmpty().Max();
            foreach (var found in findings)
            {
                var complete = found is { Outcome: null, Growth: null, Levels: null } && newest.At > 0
                    ? found with { Growth = [new(newest.From, [(null, 0)])], At = newest.At, Outcome = new(found.Query, QueryState.Ok, "empty, which the plan reads as 0") }
                    : found;
                Write(body, complete);
                outcomes.Add(complete.Outcome ?? new(found.Query, QueryState.Waiting, "empty, and no other counter of the same users was measured"));
            }
        }

        return new SourceRound(body.Write(), outcomes);
    }

    private IReadOnlyList<QueryFinding> Find(string link, IReadOnlyList<Scrape> together)
    {
        try
        {
            return together[0].Query.Series.Shape == SourceShape.Gauge ? [.. together.Select(Levels)] : _counting.Count(link, together);
        }
        catch (Exception odd) when (odd is not OutOfMemoryException)
        {
            // An error of ours in one query must not discard the others.
            return [.. together.Select(scrape => QueryFinding.Nothing(scrape.Query, QueryState.Failing, $"the answer could not be used: {odd.Message}"))];
        }
    }

    private QueryFinding Levels(Scrape scrape)
    {
        var series = scrape.Query.Series;
        var wrong = scrape.Error
            ?? (scrape.Points.IsEmpty ? "the answer is empty: no series matches" : Counting.Stale(scrape, _sampling, _speed) ?? NonFiniteValues.Fault(scrape));
        if (wrong is not null)
        {
            return QueryFinding.Nothing(scrape.Query, QueryState.Failing, wrong);
        }

        var fresh = scrape.Points.Where(scraped => IsNew(Counting.Key(scrape.Query), scraped)
            && (scrape.At - scraped.At) * _speed <= 4 * _sampling.TotalMilliseconds).ToList();
        var levels = fresh.Select(scraped => scraped.Point.Value)
            .Where(level => double.IsFinite(level * (SampleUnits.Factor(series.Unit ?? "") ?? 1))).ToArray();
        return levels.Length == 0
            ? QueryFinding.Nothing(scrape.Query, QueryState.Waiting, $"nothing was scraped since the last round{NonFiniteValues.Missing(scrape)}")
            : new QueryFinding(scrape.Query)
            {
                Levels = levels,
                At = scrape.Points.Max(scraped => scraped.At),
                Outcome = new(scrape.Query, QueryState.Ok, $"{levels.Length} readings, {levels.Max().ToString("0.####", CultureInfo.InvariantCulture)}{Unit(series)} at most{NonFiniteValues.Missing(scrape)}"),
            };
    }

    /// <summary>True for a level scraped since the round before.</summary>
    private bool IsNew(string query, ScrapedPoint scraped)
    {
        var key = (query, scraped.Point.Labels, scraped.Point.Bound);
        var fresh = !_levels.TryGetValue(key, out var last) || scraped.At > last;
        _levels[key] = fresh ? scraped.At : last;
        if (_levels.Count > MostLevels)
        {
            foreach (var old in _levels.OrderBy(level => level.Value).Take(MostLevels / 10).Select(level => level.Key).ToList())
            {
                _levels.Remove(old);
            }
        }

        return fresh;
    }

    private void Write(SampleBody body, QueryFinding found)
    {
        var (audience, series) = (found.Query.Audience, found.Query.Series);
        foreach (var (level, index) in (found.Levels ?? []).Select((level, index) => (level, index)))
        {
            body.Gauge(audience, found.At, index, series, level);
        }

        foreach (var growth in found.Growth ?? [])
        {
            body.Spread(audience, growth.From, found.At, _period, series, growth.Counts, found.Unmeasured);
        }
    }

    private static string Unit(SourceSeries series) => series.Unit switch { null => "", "%" => "%", var unit => " " + unit };
}

/// <summary>Result of a round.</summary>
/// <param name="Body">Samples as a body for the metric windows (UTF-8 JSON); null when there is none.</param>
/// <param name="Outcomes">One for each query.</param>
public sealed record SourceRound(byte[]? Body, IReadOnlyList<QueryOutcome> Outcomes);
