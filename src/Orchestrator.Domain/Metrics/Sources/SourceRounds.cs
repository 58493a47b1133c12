using System.Globalization;

namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>
/// Turns the answers of round after round into samples as services would have pushed them. Mutable, for one thread at a time; knows no
/// clock. What it remembers is lost with the process: the first scrape after a start only says where counters stand.
/// </summary>
/// <param name="sampling">How often samples are expected.</param>
/// <param name="speed">Orchestrator milliseconds in one of Prometheus'.</param>
public sealed class SourceRounds(TimeSpan sampling, double speed)
{
    private const long MostGrowth = 1_000_000_000_000_000;

    private readonly double _period = sampling.TotalMilliseconds / speed;
    private readonly Growths _growths = new((long)(SampleBody.MostPeriods * sampling.TotalMilliseconds / speed));

    /// <summary>Takes the answers of a round.</summary>
    /// <param name="scrapes">One for each query.</param>
    /// <param name="asked">Orchestrator time when they were asked for.</param>
    public SourceRound Take(IReadOnlyList<Scrape> scrapes, DateTimeOffset asked)
    {
        _growths.Begin();
        // One reading of both clocks holds for the whole round.
        var evaluated = scrapes.Where(scrape => scrape.At > 0).Select(scrape => scrape.At).DefaultIfEmpty(0).Min();
        var outcomes = new List<QueryOutcome>();
        var body = new SampleBody(at => asked - TimeSpan.FromMilliseconds((evaluated - at) * speed));
        foreach (var audience in scrapes.GroupBy(scrape => scrape.Query.Audience))
        {
            var findings = audience.Select(Find).ToList();
            var newest = findings.Where(found => found.Growth is not null).Select(found => (found.At, found.From)).DefaultIfEmpty().Max();
            foreach (var found in findings)
            {
                var complete = found is { Outcome: null, Growth: null, Levels: null } && newest.At > 0
                    ? found with { Growth = [(null, 0)], At = newest.At, From = newest.From, Outcome = Outcome(found.Query, QueryState.Ok, "empty, which the plan reads as 0") }
                    : found;
                Write(body, complete);
                outcomes.Add(complete.Outcome ?? Outcome(found.Query, QueryState.Waiting, "empty, and no other counter of the same users was measured"));
            }
        }

        return new SourceRound(body.Write(), outcomes);
    }

    private Found Find(Scrape scrape)
    {
        var query = scrape.Query;
        var none = new Found(query, null, null, 0, 0, null);
        if (scrape.Error is { } error)
        {
            return none with { Outcome = Outcome(query, QueryState.Failing, error) };
        }

        if (scrape.Points.IsEmpty)
        {
            return query.Series.EmptyIsZero ? none : none with { Outcome = Outcome(query, QueryState.Failing, "the answer is empty: no series matches") };
        }

        var newest = scrape.Points.Max(scraped => scraped.At);
        var age = (scrape.At - newest) * speed;
        if (age > 4 * sampling.TotalMilliseconds)
        {
            return none with { Outcome = Outcome(query, QueryState.Failing, $"the newest value is {age / 1000:0} s old") };
        }

        return query.Series.Shape == SourceShape.Gauge ? Levels(scrape, none, newest) : Growth(scrape, none, newest);
    }

    private Found Levels(Scrape scrape, Found none, long newest)
    {
        var fresh = scrape.Points.Where(scraped => _growths.IsNew(Key(scrape.Query), scraped) && (scrape.At - scraped.At) * speed <= 4 * sampling.TotalMilliseconds)
            .Select(scraped => scraped.Point.Value).ToArray();
        return fresh.Length == 0
            ? none with { Levels = [], Outcome = Outcome(scrape.Query, QueryState.Waiting, "nothing was scraped since the last round") }
            : none with { Levels = fresh, At = newest, Outcome = Outcome(scrape.Query, QueryState.Ok, $"{fresh.Length} readings, highest {Shown(fresh.Max())}") };
    }

    private Found Growth(Scrape scrape, Found none, long newest)
    {
        if (scrape.Points.Any(scraped => scraped.Point.Value is < 0 or > MostGrowth))
        {
            return none with { Outcome = Outcome(scrape.Query, QueryState.Failing, "a value is negative or above 10^15, which no counter is") };
        }

        var histogram = scrape.Query.Series.Shape == SourceShape.Histogram;
        if (histogram && scrape.Points.Any(scraped => scraped.Point.Le is null))
        {
            return none with { Outcome = Outcome(scrape.Query, QueryState.Failing, "there is no label le: ask for the _bucket series, and keep le") };
        }

        long from = long.MinValue;
        var grown = new List<(ScrapedPoint Scraped, long Growth)>();
        foreach (var scraped in scrape.Points)
        {
            if (_growths.Of(Key(scrape.Query), scraped) is { } growth)
            {
                grown.Add((scraped, growth.Growth));
                from = Math.Max(from, growth.From);
            }
        }

        if (grown.Count == 0)
        {
            return none with { Growth = null, Outcome = Outcome(scrape.Query, QueryState.Waiting, "growth needs two scrapes, and there was none since the last round") };
        }

        var counts = histogram ? Buckets.Of(grown) : [((double?)null, grown.Sum(one => one.Growth))];
        return none with
        {
            Growth = counts, At = newest, From = from == long.MinValue ? newest - (long)_period : from,
            Outcome = Outcome(scrape.Query, QueryState.Ok, $"grew by {counts.Sum(count => count.Count)}"),
        };
    }

    private void Write(SampleBody body, Found found)
    {
        var series = found.Query.Series;
        foreach (var (level, index) in (found.Levels ?? []).Select((level, index) => (level, index)))
        {
            body.Gauge(found.Query.Audience, found.At, index, series, level);
        }

        if (found.Growth is { } growth)
        {
            body.Spread(found.Query.Audience, found.From, found.At, _period, series, growth);
        }
    }

    private static string Key(SourceQuery query) => $"{query.Series.Name}\n{query.Text}";

    private static QueryOutcome Outcome(SourceQuery query, QueryState state, string text) => new(query, state, text);

    private static string Shown(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>What a query says in a round: levels, or growth by bucket, or neither.</summary>
    private sealed record Found(SourceQuery Query, IReadOnlyList<(double? Le, long Count)>? Growth, double[]? Levels, long At, long From, QueryOutcome? Outcome);
}

/// <summary>What a round gives.</summary>
/// <param name="Body">Samples as a body for the windows' door (UTF-8 JSON); null when there is none.</param>
/// <param name="Outcomes">One for each query.</param>
public sealed record SourceRound(byte[]? Body, IReadOnlyList<QueryOutcome> Outcomes);
