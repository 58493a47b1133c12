using System.Text.Json;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Plans.Sources;
using static Orchestrator.Domain.Tests.Metrics.Sources.SomeScrapes;

namespace Orchestrator.Domain.Tests.Metrics.Sources;

/// <summary>Growth over gaps: of the source, of a target, of one query, of a process. Sampling 15 s; times are seconds.</summary>
public sealed class SourceGapTests
{
    private static readonly SourceQuery Requests = Query(SourceShape.Counter, "requests");
    private static readonly SourceQuery Errors = Query(SourceShape.Counter, "errors", emptyIsZero: true);
    private readonly SourceRounds _rounds = new(TimeSpan.FromSeconds(15), 1, new MetricSource.Ratio("errors", "requests"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void First_error_while_source_or_target_was_away_counts_with_the_requests_of_the_gap(bool source)
    {
        Take(0, At(0, Requests, ("a", 1000)), At(0, Errors));
        foreach (var second in (int[])[15, 30])
        {
            Assert.Null(source
                ? Take(second, Scrape.Failed(Requests, "no answer"), Scrape.Failed(Errors, "no answer")).Body
                : Take(second, At(second, Requests), At(second, Errors)).Body);
        }

        var samples = Samples(Take(45, At(45, Requests, ("a", 7000)), At(45, Errors, ("a", 600))));

        Assert.Equal((6000, 600), (samples.Sum(sample => Counter(sample, "requests")), samples.Sum(sample => Counter(sample, "errors"))));
    }

    [Fact]
    public void New_label_value_beside_an_old_one_counts_after_a_gap()
    {
        Take(0, At(0, Requests, ("a", 1000)), At(0, Errors, ("a;code=500", 7)));
        Take(15, Scrape.Failed(Requests, "no answer"), Scrape.Failed(Errors, "no answer"));

        var samples = Samples(Take(30, At(30, Requests, ("a", 1500)), At(30, Errors, ("a;code=500", 7), ("a;code=503", 60))));

        Assert.Equal((500, 60), (samples.Sum(sample => Counter(sample, "requests")), samples.Sum(sample => Counter(sample, "errors"))));
    }

    [Fact]
    public void Process_that_restarted_in_a_gap_counts_from_zero_also_its_new_errors()
    {
        Take(0, At(0, Requests, ("a", 1000)), At(0, Errors));
        Take(15, At(15, Requests), At(15, Errors));

        var samples = Samples(Take(30, At(30, Requests, ("a", 300)), At(30, Errors, ("a", 20))));

        Assert.Equal((300, 20), (samples.Sum(sample => Counter(sample, "requests")), samples.Sum(sample => Counter(sample, "errors"))));
    }

    [Fact]
    public void Errors_that_rose_while_requests_restarted_are_no_evidence()
    {
        Take(0, At(0, Requests, ("a", 1000)), At(0, Errors, ("a", 50)));

        var round = Take(15, At(15, Requests, ("a", 300)), At(15, Errors, ("a", 60)));
        var windows = Windows(round, 15);

        Assert.Equal(300, Counter(Assert.Single(Samples(round)), "requests"));
        Assert.Null(Ratio(windows, 15).Value);
        Assert.Contains("may have continued or restarted", Assert.Single(round.Outcomes, outcome => outcome.Query == Errors).Text, StringComparison.Ordinal);
        Assert.Equal((100, 5), (Counter(Samples(Take(30, At(30, Requests, ("a", 400)), At(30, Errors, ("a", 65))))[0], "requests"), 5));
    }

    [Fact]
    public void Query_that_fails_alone_holds_back_what_is_counted_with_it_and_loses_nothing()
    {
        Take(0, At(0, Requests, ("a", 0)), At(0, Errors, ("a", 0)));

        var held = Take(15, At(15, Requests, ("a", 100)), Scrape.Failed(Errors, "no answer within 5 s"));
        var samples = Samples(Take(30, At(30, Requests, ("a", 200)), At(30, Errors, ("a", 20))));

        Assert.Null(held.Body);
        Assert.Equal("held back until errors is measured as well: they are counted together", Assert.Single(held.Outcomes, outcome => outcome.Query == Requests).Text);
        Assert.Equal((200, 20), (samples.Sum(sample => Counter(sample, "requests")), samples.Sum(sample => Counter(sample, "errors"))));
    }

    [Fact]
    public void Query_that_fails_for_long_lets_requests_count_but_not_in_the_ratio()
    {
        Take(0, At(0, Requests, ("a", 0)), At(0, Errors, ("a", 0)));
        var windows = Windows(Take(15, At(15, Requests, ("a", 100)), At(15, Errors, ("a", 1))), 15);
        for (var second = 30; second <= 150; second += 15)
        {
            Add(windows, Take(second, At(second, Requests, ("a", 100 * second / 15)), Scrape.Failed(Errors, "no answer")), second);
        }

        var requests = windows.Measure(new Metric("requests", new MetricSource.Count("requests"), Orchestrator.Domain.Quantities.Unit.Number), Variant.New,
            Traffic.Live, null, TimeSpan.FromMinutes(1), Start.AddSeconds(150));
        Assert.Equal(400, requests.Value);
        Assert.Null(Ratio(windows, 150).Value);
        Assert.Equal(TimeSpan.Zero, Ratio(windows, 150).Covered);

        // What the errors grew by meanwhile is not set against the requests of one round.
        Add(windows, Take(165, At(165, Requests, ("a", 1100)), At(165, Errors, ("a", 40))), 165);
        Assert.Null(Ratio(windows, 165).Value);
        Add(windows, Take(180, At(180, Requests, ("a", 1200)), At(180, Errors, ("a", 42))), 180);
        Assert.Equal(0.02, Ratio(windows, 180).Value);
    }

    [Fact]
    public void Errors_whose_scrape_is_late_keep_their_requests_waiting_and_slow_ones_do_not()
    {
        Take(0, At(0, Requests, ("a", 0)), At(0, Errors, ("b", 0)));

        Assert.Null(Take(15, At(15, Requests, ("a", 100)), At(15, Errors, 0, ("b", 0))).Body);
        Assert.Null(Take(30, At(30, Requests, ("a", 200)), At(30, Errors, 0, ("b", 0))).Body);
        Assert.Equal(300, Samples(Take(45, At(45, Requests, ("a", 300)), At(45, Errors, 0, ("b", 0)))).Sum(sample => Counter(sample, "requests")));

        var samples = Samples(Take(60, At(60, Requests, ("a", 400)), At(60, Errors, ("b", 40))));
        Assert.Equal((100, 40), (samples.Sum(sample => sample.GetProperty("counters").TryGetProperty("requests", out var some) ? some.GetInt64() : 0),
            samples.Sum(sample => Counter(sample, "errors"))));
    }

    [Fact]
    public void Answer_that_was_late_in_the_first_round_only_says_where_its_counters_stand()
    {
        Assert.Null(Take(0, At(0, Requests, ("a", 100_000)), Scrape.Failed(Errors, "no answer")).Body);
        Assert.Null(Take(15, At(15, Requests, ("a", 100_100)), At(15, Errors, ("a", 5000))).Body);

        var sample = Assert.Single(Samples(Take(30, At(30, Requests, ("a", 100_200)), At(30, Errors, ("a", 5003)))));

        Assert.Equal((100, 3), (Counter(sample, "requests"), Counter(sample, "errors")));
    }

    [Fact]
    public void Counter_that_was_gone_and_came_back_higher_is_no_evidence()
    {
        Take(0, At(0, Requests, ("a", 0)), At(0, Errors, ("a", 5)));
        Take(15, At(15, Requests, ("a", 100)), At(15, Errors));

        Assert.Null(Ratio(Windows(Take(30, At(30, Requests, ("a", 200)), At(30, Errors, ("a", 9))), 30), 30).Value);
    }

    [Fact]
    public void Sum_that_falls_or_gains_a_member_is_no_evidence()
    {
        SourceQuery errors = Query(SourceShape.Counter, "errors", emptyIsZero: true), requests = Query(SourceShape.Counter, "requests");
        Take(0, Sum(0, requests, 100_000), Sum(0, errors, 10));

        Assert.Null(Take(15, Sum(15, requests, 90_000), Sum(15, errors, 9)).Body);
    }

    [Fact]
    public void Instance_without_a_number_is_left_out_and_named_and_the_others_count()
    {
        Take(0, At(0, Requests, ("a", 0), ("b", 0)), At(0, Errors, ("a", 0), ("b", 0)));

        var round = Take(15, At(15, Requests, ("a", 100), ("b", 100)), At(15, Errors, ("a", double.NaN), ("b", 30)));
        var again = Samples(Take(30, At(30, Requests, ("a", 200), ("b", 100)), At(30, Errors, ("a", 60), ("b", 30))));

        Assert.Equal((100, 30), (Counter(Assert.Single(Samples(round)), "requests"), Counter(Samples(round)[0], "errors")));
        Assert.Equal("grew by 30; 1 of 2 instances gave no number", Assert.Single(round.Outcomes, outcome => outcome.Query == Errors).Text);
        Assert.Equal((200, 60), (again.Sum(sample => Counter(sample, "requests")), again.Sum(sample => Counter(sample, "errors"))));
    }

    [Fact]
    public void Gauge_without_a_number_is_named_and_the_others_are_judged()
    {
        var p99 = Query(SourceShape.Gauge, "p99", unit: "s");

        var round = Take(0, At(0, p99, ("a", 3.1), ("b", double.NaN), ("c", 3)));

        Assert.Equal([3.1, 3], Samples(round).Select(sample => sample.GetProperty("gauges").GetProperty("p99").GetDouble()));
        Assert.Equal("2 readings, 3.1 s at most; 1 of 3 instances gave no number", Assert.Single(round.Outcomes).Text);
        Assert.Equal("2 of 2 instances gave no number", Assert.Single(Take(15, At(15, p99, ("a", double.NaN), ("b", double.PositiveInfinity))).Outcomes).Text);
    }

    [Fact]
    public void Bounds_are_numbers_however_they_are_spelled()
    {
        var time = Query(SourceShape.Histogram, "response_time");
        Take(0, Buckets(0, time, ("1", 10), ("1.0", 20), ("+Inf", 40)), At(0, Requests, ("a", 0)));

        var sample = Assert.Single(Samples(Take(15, Buckets(15, time, ("1", 11), ("1.0", 22), ("+Inf", 44)), At(15, Requests, ("a", 5)))));

        Assert.Equal("""{"bounds":[1],"counts":[3,1]}""", JsonSerializer.Serialize(sample.GetProperty("histograms").GetProperty("response_time")));
        Assert.Equal(5, Counter(sample, "requests"));
    }

    [Fact]
    public void Bound_that_changes_its_spelling_goes_on_counting_from_where_it_stood()
    {
        var time = Query(SourceShape.Histogram, "response_time");
        Take(0, Buckets(0, time, ("1", 1_000_000), ("+Inf", 1_000_000)));

        // Both are there for a while: the old one with its last scrape.
        var both = Buckets(15, time, ("1.0", 1_000_010), ("+Inf", 1_000_011));
        var sample = Assert.Single(Samples(Take(15, both with { Points = [.. both.Points, .. Buckets(0, time, ("1", 1_000_000)).Points] })));

        Assert.Equal("""{"bounds":[1],"counts":[10,1]}""", JsonSerializer.Serialize(sample.GetProperty("histograms").GetProperty("response_time")));
        Assert.Equal("""{"bounds":[1],"counts":[2,0]}""", JsonSerializer.Serialize(
            Assert.Single(Samples(Take(30, Buckets(30, time, ("1.0", 1_000_012), ("+Inf", 1_000_013))))).GetProperty("histograms").GetProperty("response_time")));
    }

    [Fact]
    public void Histogram_new_after_a_gap_counts_from_zero_and_one_that_fell_in_every_bucket()
    {
        var time = Query(SourceShape.Histogram, "response_time");
        Take(0, At(0, Requests, ("a", 0)), Buckets(0, time));
        Take(15, Scrape.Failed(Requests, "no answer"), Scrape.Failed(time, "no answer"));
        var born = Take(30, At(30, Requests, ("a", 9)), Buckets(30, time, ("1", 4), ("+Inf", 9)));
        var restarted = Take(45, At(45, Requests, ("a", 5)), Buckets(45, time, ("1", 5), ("+Inf", 5)));

        Assert.Equal(9, Samples(born)
            .Sum(sample => sample.GetProperty("histograms").GetProperty("response_time").GetProperty("counts").EnumerateArray().Sum(count => count.GetInt64())));
        Assert.Equal("""{"bounds":[1],"counts":[5,0]}""", JsonSerializer.Serialize(Assert.Single(Samples(restarted)).GetProperty("histograms").GetProperty("response_time")));
    }

    [Fact]
    public void Histogram_without_a_finite_bound_is_a_sentence_and_the_others_count()
    {
        var time = Query(SourceShape.Histogram, "response_time");
        Take(0, At(0, Requests, ("a", 0)), Buckets(0, time, ("+Inf", 1)));

        var round = Take(15, At(15, Requests, ("a", 5)), Buckets(15, time, ("+Inf", 2)));

        Assert.Equal(5, Counter(Assert.Single(Samples(round)), "requests"));
        Assert.StartsWith("there is no bucket but +Inf", Assert.Single(round.Outcomes, outcome => outcome.Query == time).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_inside_one_group_of_queries_is_a_sentence_about_it_and_the_others_count()
    {
        // The same answer twice is none that a plan can ask for: it stands for any fault of ours.
        var twice = Scrape.Failed(Requests, "no answer");
        var memory = Query(SourceShape.Gauge, "memory");

        var round = Take(0, twice, twice, At(0, memory, ("a", 7)));

        Assert.Equal(7, Assert.Single(Samples(round)).GetProperty("gauges").GetProperty("memory").GetDouble());
        Assert.All(round.Outcomes.Where(outcome => outcome.Query == Requests),
            outcome => Assert.StartsWith("the answer could not be used: ", outcome.Text, StringComparison.Ordinal));
        Assert.Equal([QueryState.Failing, QueryState.Failing, QueryState.Ok], round.Outcomes.Select(outcome => outcome.State));
    }

    private static Scrape Sum(int second, SourceQuery query, double value) =>
        new(query, Milliseconds(second), [new ScrapedPoint(new VectorPoint("", "\n", null, value), Milliseconds(second))], null);

    private static Measurement Ratio(MetricWindows windows, int second) => windows.Measure(
        new Metric("error_rate", new MetricSource.Ratio("errors", "requests"), Orchestrator.Domain.Quantities.Unit.Ratio), Variant.New, Traffic.Live, null,
        TimeSpan.FromMinutes(1), Start.AddSeconds(second));

    private static MetricWindows Windows(SourceRound round, int second)
    {
        var windows = new MetricWindows(
            TimeSpan.FromSeconds(15), [new Metric("error_rate", new MetricSource.Ratio("errors", "requests"), Orchestrator.Domain.Quantities.Unit.Ratio)], "requests");
        windows.Add(SampleReader.Read("""{ "samples": [ { "variant": "legacy", "counters": { "errors": 0, "requests": 1 } } ] }"""u8.ToArray(), Start.AddSeconds(second)).Samples, Start.AddSeconds(second));
        Add(windows, round, second);
        return windows;
    }

    private static void Add(MetricWindows windows, SourceRound round, int second)
    {
        if (round.Body is not null)
        {
            Assert.Empty(windows.Add(SampleReader.Read(round.Body, Start).Samples, Start.AddSeconds(second)).Rejected);
        }
    }

    private SourceRound Take(int second, params Scrape[] scrapes) => _rounds.Take(scrapes, Start.AddSeconds(second));
}
