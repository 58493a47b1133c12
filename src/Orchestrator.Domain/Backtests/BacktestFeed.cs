using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Plans.Sources;

namespace Orchestrator.Domain.Backtests;

/// <summary>One source of a backtest: its queries, and samples from their answers by the code that polls it in a rollout.</summary>
internal sealed class BacktestFeed
{
    private readonly SourceRounds _rounds;
    private readonly Dictionary<SourceQuery, string> _problems = [];

    public BacktestFeed(Plan plan, SignalSource source, string environment, TimeSpan sampling)
    {
        Source = source;
        var scope = new SourceScope("", environment, [.. plan.Segments.Select(segment => segment.Key)], Traffic.Live);

        // Legacy stands in for the new variant.
        Queries =
        [
            .. SourceQuery.Of(source, scope)
                .Where(query => query.Audience.Variant == Variant.Legacy && !source.Texts(query.Series).Any(UsesRollout))
                .Select(query => query with { Audience = query.Audience with { Variant = Variant.New } }),
        ];
        _rounds = new SourceRounds(sampling, 1, plan.Metrics.Select(metric => metric.Source).OfType<MetricSource.Ratio>());
    }

    public SignalSource Source { get; }

    public ImmutableArray<SourceQuery> Queries { get; }

    /// <summary>The first error of each query that had one.</summary>
    public IEnumerable<string> Problems => _problems.Select(one =>
        $"{Source.Name}: {one.Key.Series.Name}{(one.Key.Audience.Segment is { } segment ? $" in {segment}" : "")}: {one.Value}");

    /// <summary>True when no query ever had an answer.</summary>
    public bool Failed => _problems.Count == Queries.Length && Queries.Length > 0;

    /// <summary>Range queries for a part of the time: values, times of scrapes, and for counters starts of processes.</summary>
    public IEnumerable<RangeQuestion> Ask(long from, long to, long step) =>
        Queries.SelectMany(Texts).Select(text => new RangeQuestion(text, from, to, step));

    /// <summary>Samples of each instant of a part, in order.</summary>
    /// <param name="readings">Answers to <see cref="Ask"/>, in its order.</param>
    /// <param name="from">First instant.</param>
    /// <param name="to">Last instant.</param>
    /// <param name="step">Milliseconds between two.</param>
    public IEnumerable<ImmutableArray<Sample>> Samples(IReadOnlyList<RangeReading> readings, long from, long to, long step)
    {
        var answers = new List<(SourceQuery Query, RangeReading Values, RangeReading Times, RangeReading? Starts)>();
        var next = 0;
        foreach (var query in Queries)
        {
            var (values, times) = (readings[next++], readings[next++]);
            answers.Add((query, values, times, query.Series.Shape == SourceShape.Gauge ? null : readings[next++]));
            if (values.Error is { } error)
            {
                _problems.TryAdd(query, error);
            }
        }

        for (var at = from; at <= to; at += step)
        {
            var asked = DateTimeOffset.FromUnixTimeMilliseconds(at);
            var scrapes = answers.Select(answer =>
                Scraped(answer.Query, answer.Values.At(at), answer.Times.At(at), answer.Starts?.At(at), step));
            var round = _rounds.Take([.. scrapes], asked);
            yield return round.Body is { } body ? SampleReader.Read(body, asked).Samples : [];
        }
    }

    /// <summary>True for a text with the id of a rollout, which there is none of.</summary>
    private static bool UsesRollout(string text) => text.Contains("$rollout", StringComparison.Ordinal);

    private static IEnumerable<string> Texts(SourceQuery query) =>
        query.Series.Shape == SourceShape.Gauge ? [query.Text, query.Times] : [query.Text, query.Times, query.Starts];

    private static Scrape Scraped(SourceQuery query, VectorReading values, VectorReading times, VectorReading? starts, long step)
    {
        var scrape = Scrape.Of(query, values, Scrape.HasTimes(times) ? times : VectorReading.Untimed(values));

        // One instant a step: instances are scraped at different times within it, and each time would be a round.
        return scrape with
        {
            Points = [.. scrape.Points.Select(scraped => scraped with { At = scrape.At - ((scrape.At - scraped.At) / step * step) })],
            Starts = starts is not null && values.Points.Any(point => point.IsOfProcess) ? ProcessStarts.Of(starts) : null,
        };
    }
}
