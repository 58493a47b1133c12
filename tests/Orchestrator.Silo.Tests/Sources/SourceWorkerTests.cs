using Microsoft.Extensions.Time.Testing;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Metrics.Sources;
using Orchestrator.Grains.Time;
using Orchestrator.PlanFiles;

namespace Orchestrator.Silo.Tests.Sources;

/// <summary>
/// State of a source between its rounds: what one said, how long that is true, and what goes wrong inside of one. Polls every 10 s.
/// </summary>
public sealed class SourceWorkerTests
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly Plan Plan = Read();
    private static readonly RolloutState State =
        RolloutState.Initial with { Id = "r1", PlanOrNone = Plan, Environment = "production", Status = RolloutStatus.Created };
    private readonly FakeTimeProvider _time = new(Start);
    private readonly ScriptedKind _kind = new();
    private readonly OrchestratorClock _clock;
    private readonly SourceWorker _worker;

    public SourceWorkerTests() => (_clock, _worker) = (
        new OrchestratorClock(_time, new ClockAnchor(Start, Start, 1)),
        new SourceWorker(
            Plan.Sources[0], _kind, new SourceRounds(TimeSpan.FromSeconds(15), 1, new MetricSource.Ratio("errors", "requests")), Every, Start));

    [Fact]
    public async Task Round_is_believed_for_three_polls_and_not_a_moment_longer()
    {
        Assert.NotNull(await Round());
        Assert.Equal(("ok", Start), (Now()!.State, Now()!.LastRound));

        _time.Advance(3 * Every);
        Assert.Equal("ok", Now()!.State);

        _time.Advance(TimeSpan.FromTicks(1));
        var status = Now()!;
        Assert.Equal(("failing", Start, Start), (status.State, status.LastRound, status.LastSuccess));
        Assert.Equal("no round has ended since 2026-03-02 09:00:00Z, though one is due every 10s", status.Error);
        Assert.Equal(3, status.Queries.Length);

        Assert.NotNull(await Round());
        Assert.Equal("ok", Now()!.State);
    }

    [Fact]
    public void First_round_that_never_ends_is_a_failure_after_three_polls()
    {
        _time.Advance(3 * Every);
        Assert.Null(Now());

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(("failing", null), (Now()!.State, Now()!.LastSuccess));
        Assert.StartsWith("no round has ended since 2026-03-02 09:00:00Z", Now()!.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Round_that_broke_says_so_keeps_the_last_success_and_is_over_with_the_next(bool first)
    {
        if (!first)
        {
            await Round();
            _time.Advance(Every);
        }

        _kind.Broken = true;
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(Round);
        _worker.Broken(failure, _clock.GetUtcNow());

        var status = Now()!;
        Assert.Equal(("failing", "the round failed: nothing can be asked"), (status.State, status.Error));
        Assert.Equal((_clock.GetUtcNow(), _clock.GetUtcNow(), first ? null : (DateTimeOffset?)Start),
            (status.LastRound, status.LastError, status.LastSuccess));

        _kind.Broken = false;
        _time.Advance(Every);
        Assert.NotNull(await Round());
        Assert.Equal(("ok", _clock.GetUtcNow()), (Now()!.State, Now()!.LastSuccess));
    }

    [Fact]
    public async Task Exception_inside_one_query_is_a_sentence_about_it_and_the_others_count()
    {
        _kind.Throwing = "memory";

        var samples = SampleReader.Read(await Round(), Start).Samples;

        Assert.Contains(samples, sample => sample.Gauges.Any(gauge => gauge.Series == "threads"));
        Assert.DoesNotContain(samples, sample => sample.Gauges.Any(gauge => gauge.Series == "memory"));
        var status = Now()!;
        Assert.Equal(("partly", "memory of new: the query failed: a fault in the query", Start), (status.State, status.Error, status.LastSuccess));
        Assert.Equal(["memory failing", "p99 ok", "threads ok"], status.Queries.Select(query => $"{query.Series} {query.State}"));
        Assert.Equal(("memory of new", true), (Assert.Single(_worker.TakeTurns()) is var turn ? (turn.Query, turn.Failing) : default));
    }

    [Fact]
    public async Task Round_that_is_stopped_is_no_fault_of_the_source()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _worker.Ask(State, _clock, stop.Token));
        Assert.Null(Now());
    }

    private SourceStatus? Now() => _worker.Status(_clock.GetUtcNow());

    private Task<byte[]?> Round() => _worker.Ask(State, _clock, CancellationToken.None);

    private static Plan Read()
    {
        var reading = PlanText.Read("""
            plan: p
            flag: f
            metrics: { memory: { gauge: memory }, threads: { gauge: threads }, p99: { gauge: p99 } }
            sources:
              - name: prometheus
                kind: prometheus
                url: http://127.0.0.1:9090
                series: { memory: { gauge: m, variant: new }, threads: { gauge: t, variant: new }, p99: { gauge: p, variant: new } }
            triggers: [ { name: m, when: memory > 80, action: rollback } ]
            phases: [ { name: a, steps: [ { percentage: 10%, hold: 1d } ] } ]
            """);
        Assert.Empty(reading.Errors);
        return reading.Plan!;
    }

    /// <summary>Answers each query with 42, scraped at the moment of the question, unless told otherwise.</summary>
    private sealed class ScriptedKind : ISourceKind
    {
        private long _moment = Start.ToUnixTimeMilliseconds();

        public bool Broken { get; set; }

        public string? Throwing { get; set; }

        public Func<SourceQuery, CancellationToken, Task<Scrape>> Begin(RolloutState state)
        {
            if (Broken)
            {
                throw new InvalidOperationException("nothing can be asked");
            }

            _moment += 1;
            return (query, stop) => query.Series.Name == Throwing
                ? throw new InvalidOperationException("a fault in the query")
                : Task.FromResult(new Scrape(query, _moment, [new ScrapedPoint(new VectorPoint("", "job\na", null, 42), _moment)], null));
        }
    }
}
