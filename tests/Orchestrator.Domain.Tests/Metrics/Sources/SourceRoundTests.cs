using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Plans.Sources;
using static Orchestrator.Domain.Tests.Metrics.Sources.SomeScrapes;

namespace Orchestrator.Domain.Tests.Metrics.Sources;

/// <summary>Round after round of answers, and the samples they become. Sampling 15 s; times are seconds.</summary>
public sealed class SourceRoundTests
{
    private static readonly SourceQuery Requests = Query(SourceShape.Counter, "requests");
    private readonly SourceRounds _rounds = new(TimeSpan.FromSeconds(15), 1);

    [Fact]
    public void Counter_grows_between_two_scrapes_and_the_first_only_says_where_it_stands()
    {
        Assert.Null(Take(0, At(0, Requests, ("a", 1000))).Body);

        var sample = Assert.Single(Samples(Take(15, At(15, Requests, ("a", 1100)))));

        Assert.Equal(100, Counter(sample, "requests"));
        Assert.Equal("2026-03-02T09:00:15.000Z", sample.GetProperty("at").GetString());
        Assert.Equal(("new", "live"), (sample.GetProperty("variant").GetString(), sample.GetProperty("traffic").GetString()));
    }

    [Fact]
    public void Sample_has_the_time_of_the_scrape_and_not_of_the_question()
    {
        Take(0, At(0, Requests, 0, ("a", 1000)));

        var sample = Assert.Single(Samples(Take(20, At(20, Requests, 15, ("a", 1100)))));

        Assert.Equal("2026-03-02T09:00:15.000Z", sample.GetProperty("at").GetString());
    }

    [Fact]
    public void Scrape_that_was_seen_already_is_no_evidence()
    {
        Take(0, At(0, Requests, 0, ("a", 1000)));
        Take(7, At(7, Requests, 5, ("a", 1100)));

        var again = Take(14, At(14, Requests, 5, ("a", 1100)));

        Assert.Null(again.Body);
        Assert.Equal(QueryState.Waiting, Assert.Single(again.Outcomes).State);
    }

    [Fact]
    public void Counter_below_what_it_was_has_begun_again()
    {
        Take(0, At(0, Requests, ("a", 1000), ("b", 500)));

        Assert.Equal(30 + 10, Counter(Assert.Single(Samples(Take(15, At(15, Requests, ("a", 30), ("b", 510))))), "requests"));
    }

    [Fact]
    public void New_instance_only_says_where_it_stands_and_a_new_counter_counts_from_nothing()
    {
        var errors = Query(SourceShape.Counter, "errors");
        Take(0, At(0, Requests, ("a", 1000)), At(0, errors, ("a", 0)));

        var samples = Samples(Take(15, At(15, Requests, ("a", 1010), ("b", 90_000)), At(15, errors, ("a", 0), ("a;code=500", 3), ("b", 70))));

        Assert.Equal((10, 3), (Counter(Assert.Single(samples), "requests"), Counter(samples[0], "errors")));
    }

    [Fact]
    public void Fractions_are_carried_and_never_lost()
    {
        Take(0, At(0, Requests, ("a", 0.6)));

        Assert.Equal(1, Counter(Samples(Take(15, At(15, Requests, ("a", 1.5))))[0], "requests"));
        Assert.Equal(1, Counter(Samples(Take(30, At(30, Requests, ("a", 2.1))))[0], "requests"));
    }

    [Fact]
    public void Scrape_after_three_periods_tells_of_all_three()
    {
        Take(0, At(0, Requests, ("a", 0)));

        var samples = Samples(Take(45, At(45, Requests, ("a", 100))));

        Assert.Equal([33, 33, 34], samples.Select(sample => Counter(sample, "requests")));
        Assert.Equal(["2026-03-02T09:00:15.000Z", "2026-03-02T09:00:30.000Z", "2026-03-02T09:00:45.000Z"], samples.Select(sample => sample.GetProperty("at").GetString()!));
    }

    [Fact]
    public void What_grew_in_an_outage_counts_for_no_moment()
    {
        Take(0, At(0, Requests, ("a", 0)));
        for (var second = 15; second < 600; second += 15)
        {
            Assert.Null(Take(second, Scrape.Failed(Requests, "no answer")).Body);
        }

        Assert.Null(Take(600, At(600, Requests, ("a", 100_000))).Body);
        Assert.Equal(5, Counter(Assert.Single(Samples(Take(615, At(615, Requests, ("a", 100_005))))), "requests"));
    }

    [Fact]
    public void Empty_answer_is_zero_only_if_the_plan_says_so_and_another_counter_was_measured()
    {
        var errors = Query(SourceShape.Counter, "errors");
        var zero = Query(SourceShape.Counter, "errors", emptyIsZero: true);
        Take(0, At(0, Requests, ("a", 0)));

        var strict = Take(15, At(15, Requests, ("a", 10)), At(15, errors));
        Assert.False(Samples(strict)[0].GetProperty("counters").TryGetProperty("errors", out _));
        Assert.Contains(strict.Outcomes, outcome => outcome is { State: QueryState.Failing, Query.Series.Name: "errors" });

        Assert.Equal(0, Counter(Samples(Take(30, At(30, Requests, ("a", 20)), At(30, zero)))[0], "errors"));
        Assert.Null(Take(45, At(45, Requests, 30, ("a", 20)), At(45, zero)).Body);
    }

    [Fact]
    public void Value_older_than_four_periods_is_stale_and_no_evidence()
    {
        var memory = Query(SourceShape.Gauge, "memory");

        Assert.NotNull(Take(60, At(60, memory, 0, ("a", 5))).Body);
        var stale = Take(61, At(61, Query(SourceShape.Gauge, "cpu"), 0, ("a", 5)));

        Assert.Null(stale.Body);
        Assert.Equal("the newest value is 61 s old", Assert.Single(stale.Outcomes).Text);
    }

    [Fact]
    public void Each_instance_is_a_reading_of_a_gauge()
    {
        var samples = Samples(Take(0, At(0, Query(SourceShape.Gauge, "memory", unit: "MB"), ("a", 40), ("b", 55.5))));

        Assert.Equal([40, 55.5], samples.Select(sample => sample.GetProperty("gauges").GetProperty("memory").GetDouble()));
        Assert.All(samples, sample => Assert.Equal("MB", sample.GetProperty("units").GetProperty("memory").GetString()));
    }

    [Fact]
    public void Buckets_of_all_instances_add_up_by_bound()
    {
        var time = Query(SourceShape.Histogram, "response_time");
        Take(0, Histogram(0, time, "a", (0.1, 10), (0.5, 20), (double.PositiveInfinity, 20)),
            Histogram(0, time, "b", (0.1, 0), (double.PositiveInfinity, 0)));

        var round = _rounds.Take(
            [new Scrape(time, Milliseconds(15), [.. Histogram(15, time, "a", (0.1, 15), (0.5, 27), (double.PositiveInfinity, 28)).Points],
                null)], Start.AddSeconds(15));
        var sample = Assert.Single(Samples(round)).GetProperty("histograms").GetProperty("response_time");

        Assert.Equal([0.1, 0.5], sample.GetProperty("bounds").EnumerateArray().Select(bound => bound.GetDouble()));
        Assert.Equal([5, 2, 1], sample.GetProperty("counts").EnumerateArray().Select(count => count.GetInt64()));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1e16)]
    public void Value_that_no_counter_has_is_refused(double value)
    {
        var round = Take(0, At(0, Requests, ("a", value)));

        Assert.Equal(QueryState.Failing, Assert.Single(round.Outcomes).State);
    }

    [Fact]
    public void What_it_writes_the_door_takes()
    {
        var time = Query(SourceShape.Histogram, "response_time", unit: "s");
        Take(0, At(0, Requests, ("a", 0)), Histogram(0, time, "a", (0.1, 0), (double.PositiveInfinity, 0)));

        var round = Take(15, At(15, Requests, ("a", 2)), Histogram(15, time, "a", (0.1, 1), (double.PositiveInfinity, 2)),
            At(15, Query(SourceShape.Gauge, "memory"), ("a", 1), ("b", 2)));
        var batch = SampleReader.Read(round.Body, Start);

        Assert.Empty(batch.Rejected);
        Assert.Equal(2, batch.Samples.Length);
        Assert.Equal([new Observed(100, 1)], batch.Samples[0].Distributions[0].Values.Take(1));
    }

    private static Scrape Histogram(int second, SourceQuery query, string instance, params (double Le, double Value)[] buckets) => new(
        query, Milliseconds(second), [.. buckets.Select(
            bucket => new ScrapedPoint(new VectorPoint(instance, instance, bucket.Le, bucket.Value, $"{bucket.Le}"), Milliseconds(second)))], null);

    private SourceRound Take(int second, params Scrape[] scrapes) => _rounds.Take(scrapes, Start.AddSeconds(second));
}
