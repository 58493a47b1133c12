using System.Globalization;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Plans.Sources;
using static Orchestrator.Domain.Tests.Metrics.MetricsSome;

namespace Orchestrator.Domain.Tests.Metrics.Sources;

/// <summary>A source whose counters stand still tells of time without requests, not of silence.</summary>
public sealed class QuietSourceTests
{
    private static readonly SeriesAudience New = new(Variant.New, Traffic.Live, null);
    private static readonly SourceQuery Requests = new(new SourceSeries("requests", SourceShape.Counter, "r", null, null, false), New, "r");
    private static readonly SourceQuery Errors = new(new SourceSeries("errors", SourceShape.Counter, "e", null, null, false), New, "e");
    private static readonly SourceQuery Times = new(new SourceSeries("response_time", SourceShape.Histogram, "t", null, null, false), New, "t");

    [Fact]
    public void Counters_and_buckets_that_stand_still_are_samples_of_their_metrics()
    {
        var rounds = new SourceRounds(TimeSpan.FromSeconds(15), 1);
        var windows = NoSamples();
        for (var second = 0; second <= 120; second += 15)
        {
            var at = At(second).ToUnixTimeMilliseconds();
            ScrapedPoint Point(string labels, double? le, double value) =>
                new(new VectorPoint(labels, "a", le, value, le?.ToString(CultureInfo.InvariantCulture)), at);
            var round = rounds.Take(
                [
                    new Scrape(Requests, at, [Point("a", null, 700)], null), new Scrape(Errors, at, [Point("a", null, 3)], null),
                    new Scrape(Times, at, [Point("a", 100, 690), Point("a", double.PositiveInfinity, 700)], null),
                ],
                At(second));
            if (round.Body is { } body)
            {
                Assert.Empty(windows.Add(SampleReader.Read(body, At(second)).Samples, At(second)).Rejected);
            }
        }

        foreach (var metric in new[] { ErrorRate, P99, Rps })
        {
            var measured = windows.Of(metric, 120);
            Assert.Equal(At(120), measured.Last);
            Assert.Equal(TimeSpan.FromMinutes(1), measured.Covered);
        }
    }
}
