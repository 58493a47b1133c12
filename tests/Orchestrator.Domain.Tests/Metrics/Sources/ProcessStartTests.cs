using System.Collections.Immutable;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Plans.Sources;
using static Orchestrator.Domain.Tests.Metrics.Sources.SomeScrapes;

namespace Orchestrator.Domain.Tests.Metrics.Sources;

/// <summary>
/// Restarts that no counter shows, because each has passed its old height by the next scrape. Sampling 15 s; times are seconds.
/// </summary>
public sealed class ProcessStartTests
{
    private static readonly SourceQuery Requests = Query(SourceShape.Counter, "requests");
    private static readonly SourceQuery Errors = Query(SourceShape.Counter, "errors", emptyIsZero: true);
    private readonly SourceRounds _rounds = new(TimeSpan.FromSeconds(15), 1, new MetricSource.Ratio("errors", "requests"));

    [Fact]
    public void Counters_that_passed_their_old_height_in_a_new_process_are_no_evidence()
    {
        Round(0, 1000, 10, 500);
        Assert.Equal((100, 0), Grown(Round(15, 1100, 10, 500)));

        var restarted = Round(30, 1500, 11, 520);

        Assert.Null(restarted.Body);
        Assert.All(restarted.Outcomes, outcome => Assert.Equal((QueryState.Waiting, "the counters of {a} may have continued or restarted, which gives different growth: no evidence in this round"), (outcome.State, outcome.Text)));
        Assert.Equal((100, 4), Grown(Round(45, 1600, 15, 520)));
    }

    [Fact]
    public void Histograms_that_passed_their_old_height_in_a_new_process_are_no_evidence()
    {
        var time = Query(SourceShape.Histogram, "response_time");
        Take(0, Started(Buckets(0, time, ("1", 10), ("+Inf", 20)), 500));

        Assert.Null(Take(15, Started(Buckets(15, time, ("1", 30), ("+Inf", 40)), 520)).Body);
        Assert.NotNull(Take(30, Started(Buckets(30, time, ("1", 31), ("+Inf", 42)), 520)).Body);
    }

    [Fact]
    public void Counter_that_fell_or_is_new_counts_from_zero_in_a_new_process_and_says_so()
    {
        Take(0, Started(At(0, Requests, ("a", 1000)), 500), Started(At(0, Errors), 500));

        Assert.Equal((300, 20), Grown(Take(15, Started(At(15, Requests, ("a", 300)), 520), Started(At(15, Errors, ("a", 20)), 520))));
    }

    [Theory]
    [InlineData(501.5)]
    [InlineData(498.5)]
    public void Start_that_wavers_with_the_clock_is_the_same_process(double start)
    {
        Round(0, 1000, 10, 500);
        Assert.Equal((100, 1), Grown(Round(15, 1100, 11, start)));
    }

    [Fact]
    public void Only_the_process_that_restarted_is_in_doubt_and_nothing_else_is_evidence_for_it()
    {
        foreach (var (second, start) in ((int, double)[])[(0, 500), (15, 500), (30, 520)])
        {
            var round =
                Take(second, Both(At(second, Requests, ("a", 1000 + second), ("b", 5 * second))), Both(At(second, Errors, ("a", 1), ("b", 1))));
            Assert.Equal(second == 30, round.Outcomes.All(outcome => outcome.Text.Contains("{b}", StringComparison.Ordinal)));

            Scrape Both(Scrape scrape) =>
                scrape with { Starts = new ProcessStarts(ImmutableDictionary<string, double>.Empty.Add("a", 100).Add("b", start), null) };
        }
    }

    [Fact]
    public void Target_that_begins_or_ceases_to_tell_its_start_is_another_process()
    {
        Round(0, 1000, 10, null);
        Assert.Equal((100, 1), Grown(Round(15, 1100, 11, null)));
        Assert.Null(Round(30, 1200, 12, 500).Body);
        Assert.Equal((100, 1), Grown(Round(45, 1300, 13, 500)));
        Assert.Null(Round(60, 1400, 14, null).Body);
    }

    [Fact]
    public void Restart_while_the_target_was_away_shows_when_it_is_back()
    {
        Round(0, 1000, 10, 500);
        Take(15, At(15, Requests), At(15, Errors));
        Assert.Null(Round(30, 2000, 11, 520).Body);
    }

    [Fact]
    public void Restart_seen_by_one_query_first_holds_for_the_other_when_its_scrape_comes()
    {
        Round(0, 1000, 10, 500);
        Take(15, Started(At(15, Requests, 0, ("a", 1000)), 500), Started(At(15, Errors, ("a", 11)), 520));

        var sample = Assert.Single(Samples(Round(30, 2000, 12, 520)));

        Assert.Equal("""{"errors":1}""", sample.GetProperty("counters").GetRawText());
        Assert.Equal("""["requests"]""", sample.GetProperty("unmeasured").GetRawText());
    }

    [Fact]
    public void Starts_that_could_not_be_asked_let_the_growth_wait_where_they_were_known()
    {
        Round(0, 1000, 10, 500);
        var lost = new ProcessStarts(ImmutableDictionary<string, double>.Empty, "the server answers 503");

        var round = Take(15, At(15, Requests, ("a", 1100)) with { Starts = lost }, At(15, Errors, ("a", 11)) with { Starts = lost });

        Assert.Null(round.Body);
        Assert.All(round.Outcomes, outcome => Assert.Equal(
            (QueryState.Failing, "process_start_time_seconds of its targets is not known in this round: the server answers 503"), (outcome.State, outcome.Text)));
        Assert.Equal((200, 3), Grown(Round(30, 1200, 13, 500)));
    }

    [Fact]
    public void Sources_that_never_tell_a_start_count_as_before()
    {
        var lost = new ProcessStarts(ImmutableDictionary<string, double>.Empty, "the server answers 422");
        Take(0, At(0, Requests, ("a", 1000)) with { Starts = lost }, At(0, Errors, ("a", 10)) with { Starts = lost });
        Assert.Equal((100, 1),
            Grown(Take(15, At(15, Requests, ("a", 1100)) with { Starts = lost }, At(15, Errors, ("a", 11)) with { Starts = lost })));
    }

    [Fact]
    public void Of_several_processes_of_one_target_the_newest_counts()
    {
        var reading = new VectorReading(
            0, [new VectorPoint("pod=\"x\"", "a", null, 500), new VectorPoint("pod=\"y\"", "a", null, 700), new VectorPoint("", "b", null, double.NaN)], null);
        Assert.Equal([("a", 700.0)], ProcessStarts.Of(reading).ByTarget.Select(start => (start.Key, start.Value)));
    }

    private static Scrape Started(Scrape scrape, double? start) => scrape with
    {
        Starts = new ProcessStarts(start is { } known
            ? ImmutableDictionary<string, double>.Empty.Add("a", known)
            : ImmutableDictionary<string, double>.Empty, null),
    };

    private static (long Requests, long Errors) Grown(SourceRound round) => (Sum(round, "requests"), Sum(round, "errors"));

    private static long Sum(SourceRound round, string series) =>
        Samples(round).Sum(sample => sample.GetProperty("counters").TryGetProperty(series, out var count) ? count.GetInt64() : 0);

    private SourceRound Round(int second, double requests, double errors, double? start) =>
        Take(second, Started(At(second, Requests, ("a", requests)), start), Started(At(second, Errors, ("a", errors)), start));

    private SourceRound Take(int second, params Scrape[] scrapes) => _rounds.Take(scrapes, Start.AddSeconds(second));
}
