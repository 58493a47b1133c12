using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Statistics;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Forecasts;
using Orchestrator.Domain.Rollouts.Rules;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Time that evidence takes, told before it is there.</summary>
public sealed class ForecastTests
{
    private const string Written = """
        plan: small
        flag: f
        segments:
          eu: { attribute: region, equals: eu }
        metrics:
          error_rate: { ratio: errors / requests }
          memory: { gauge: memory, unit: size }
        triggers: [ { name: collapse, when: error_rate > 50%, action: rollback } ]
        phases:
          - name: p
            steps: [ { name: one, percentage: 5%, hold: 1h }, { name: two, percentage: 50%, hold: 1h }, { name: three, segments: [eu], hold: 2h } ]
            success: [ error_rate < 0.1% over 30m, memory < 80MB over 30m ]
        """;

    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(15);

    [Fact]
    public void Before_a_start_the_traffic_of_legacy_tells_how_long_each_step_takes()
    {
        var rollout = Created();
        var forecast = Of(rollout, null, Legacy(rollout, perMinute: 240));

        // 2,995 requests show "below 0.1 %" with no failure; 5 % of 240 a minute are 12, and half of them 120.
        Assert.Null(forecast.EvidenceAt);
        Assert.Equal(["one", "two", "three"], forecast.Steps.Select(s => s.Step));
        var first = forecast.Steps[0].Criteria[0];
        Assert.Equal((2995L, 12.0, new TimeSpan(4, 9, 35)), (first.Needs, first.PerMinute!.Value, first.Takes!.Value));
        Assert.Equal("error_rate < 0.1% over 30m needs 2,995 requests; 12 a minute make that 4h 9m; 28m 30s to be measured.", first.Text);
        Assert.Equal(new TimeSpan(4, 9, 35), forecast.Steps[0].Takes);
        Assert.Equal(new TimeSpan(1, 0, 0), forecast.Steps[1].Takes);
        Assert.Equal(
            "The rollout takes at least 7h 9m at the present traffic, without reviews and change windows. In step one, error_rate < 0.1% over 30m needs 2,995 requests; 12 a minute make that 4h 9m; 28m 30s to be measured.",
            forecast.Text);
    }

    [Fact]
    public void A_segment_that_samples_name_adds_its_own_traffic()
    {
        var rollout = Created();
        var forecast = Of(rollout, null, Legacy(rollout, perMinute: 240, segment: "eu", inSegment: 60));

        // Half of everyone else and all of the segment.
        Assert.Equal(120.0, forecast.Steps[1].Criteria[0].PerMinute);
        Assert.Equal(60 + (0.5 * 180), forecast.Steps[2].Criteria[0].PerMinute);
    }

    [Fact]
    public void Without_samples_the_time_is_unknown_and_is_said_to_be()
    {
        var rollout = Created();
        var forecast = Of(rollout, null, new MetricWindows(rollout.State.Plan));
        Assert.Null(forecast.Takes);
        Assert.Equal("error_rate < 0.1% over 30m needs 2,995 requests; the traffic is unknown; 28m 30s to be measured.", forecast.Steps[0].Criteria[0].Text);
        Assert.Equal(TimeSpan.FromMinutes(28.5), forecast.Steps[0].Criteria[1].Takes);
        Assert.StartsWith("The rollout takes an unknown time at the present traffic.", forecast.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_under_way_is_forecast_by_what_it_measured_and_its_evidence_says_so()
    {
        var rollout = Some.Started(Some.Plan(Written));
        var windows = new MetricWindows(rollout.State.Plan);
        for (var passed = Sampling; passed <= TimeSpan.FromMinutes(50); passed += Sampling)
        {
            rollout.AdvanceTo(rollout.Now + Sampling);
            var sample = Some.Sample(rollout.Now, requests: 3, errors: 0);
            rollout.Push([sample]);
            windows.Add(sample, rollout.Now);
        }

        var seen = windows.Observe(RoundQueries.For(rollout.State)!, rollout.Now - TimeSpan.FromMilliseconds(1), rollout.Now, 1)[0];
        var forecast = Of(rollout, seen, windows);
        var first = forecast.Steps[0].Criteria[0];
        Assert.Equal((2995L, 600L, 12.0), (first.Needs, first.Has, first.PerMinute!.Value));
        Assert.Equal("error_rate < 0.1% over 30m needs 2,995 requests (2,395 more); 12 a minute make that 3h 19m.", first.Text);
        Assert.Equal(rollout.Now + new TimeSpan(3, 19, 35), forecast.EvidenceAt);

        var (_, _, evidence) = Assessments.Criteria(rollout.State, seen).First();
        Assert.EndsWith("no evidence: 600 of 2995 samples needed with 0 events, 12 a minute make that 3h 19m.", evidence!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void First_sample_of_a_step_tells_of_the_time_before_it_too_and_gives_no_pace()
    {
        var rollout = Some.Started(Some.Plan(Written));
        var windows = new MetricWindows(rollout.State.Plan);
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromMilliseconds(80));
        windows.Add(Some.Sample(rollout.Now, requests: 1000, errors: 0), rollout.Now);

        var seen = windows.Observe(RoundQueries.For(rollout.State)!, rollout.Now - TimeSpan.FromMilliseconds(1), rollout.Now, 1)[0];

        // 1,000 requests of a whole sampling period, of which the step had 80 ms: a share of the total says more.
        Assert.Equal(0.05 * 4000, Of(rollout, seen, windows).Steps[0].Criteria[0].PerMinute);
    }

    [Fact]
    public void Evidence_comes_when_the_forecast_said_at_a_steady_traffic()
    {
        var rollout = Some.Started(Some.Plan(Written));
        var start = rollout.Now;
        var windows = new MetricWindows(rollout.State.Plan);
        DateTimeOffset? told = null, met = null;
        while (met is null && rollout.Now - start < TimeSpan.FromHours(6))
        {
            rollout.AdvanceTo(rollout.Now + Sampling);
            var sample = Some.Sample(rollout.Now, requests: 3, errors: 0);
            windows.Add(sample, rollout.Now);
            rollout.Push([sample]);
            met = rollout.Of<CriterionAssessed>().Any(e => e.Verdict == Verdict.Met && e.Criterion.StartsWith("error_rate", StringComparison.Ordinal))
                ? rollout.Now
                : null;
            if (rollout.Now - start == TimeSpan.FromHours(1))
            {
                told = Of(rollout, windows.Observe(
                    RoundQueries.For(rollout.State)!, rollout.Now - TimeSpan.FromMilliseconds(1), rollout.Now, 1)[0], windows).EvidenceAt;
            }
        }

        Assert.InRange(met!.Value - told!.Value, -Sampling, Sampling);
    }

    [Theory]
    [InlineData("success >= 99.9%", 2995L)]
    [InlineData("success > 60%", 100L)]
    [InlineData("p99 < 1s", 299L)]
    [InlineData("p99 <= 110% of baseline", 299L)]
    [InlineData("error_rate <= 200% of baseline", 0L)]
    [InlineData("success >= 99.8% of baseline", 0L)]
    [InlineData("bounces >= 38%", 0L)]
    public void What_must_be_shown_says_how_many_requests_it_needs(string criterion, long needs)
    {
        var rollout = Chancy(criterion);
        var windows = new MetricWindows(rollout.State.Plan);
        for (var i = 1; i <= 240; i++)
        {
            var at = rollout.Now - (240 - i) * Sampling;
            windows.Add(Some.Sample(
                at, Variant.Legacy, requests: 1000) with
            { Counters = [new("requests", 1000), new("errors", 1), new("good", 999), new("bounced", 400)] }, at);
        }

        // Where the share itself decides, legacy's: 0.1 % of errors, 40 % of bounces.
        var decides = needs == 0;
        needs = criterion.Split(' ')[0] switch
        {
            _ when needs > 0 => needs,
            "bounces" => BinomialBound.RequiredAtShare(0.6, 0.62, 0.95)!.Value,
            "success" => BinomialBound.RequiredAtShare(0.001, 1 - (0.998 * 0.999), 0.95)!.Value,
            _ => BinomialBound.RequiredAtShare(0.001, 0.002, 0.95)!.Value,
        };
        var told = Of(rollout, null, windows).Steps[0].Criteria[0];
        Assert.Equal(needs, told.Needs);
        Assert.Equal(200, told.PerMinute);
        Assert.Equal(
            Pace.Time(needs, 200) is { } time && time > TimeSpan.FromMinutes(28.5) ? time : TimeSpan.FromMinutes(28.5), told.Takes);

        // Nothing tells that a criterion can be met when nothing tells of the share that decides.
        var unknown = Of(rollout, null, new MetricWindows(rollout.State.Plan)).Steps[0].Criteria[0];
        Assert.Null(unknown.Takes);
        Assert.Equal(decides, unknown.Text.Contains("is unknown.", StringComparison.Ordinal) && unknown.Needs is null);
    }

    [Fact]
    public void A_share_at_its_limit_is_said_to_need_more_than_any_number()
    {
        var rollout = Chancy("error_rate <= baseline");
        var windows = new MetricWindows(rollout.State.Plan);
        var at = rollout.Now - Sampling;
        windows.Add(Some.Sample(at, Variant.Legacy, requests: 1000, errors: 1), at);
        var told = Of(rollout, null, windows).Steps[0].Criteria[0];
        Assert.Equal((null, null, "error_rate <= baseline over 30m: no number of requests shows it at the present share."), (told.Needs, told.Takes, told.Text));
    }

    private static Simulator Chancy(string criterion) => Some.Created(Some.Plan($$"""
        plan: small
        flag: f
        metrics:
          error_rate: { ratio: errors / requests, baseline: legacy }
          success: { ratio: good / requests, baseline: legacy }
          bounces: { ratio: bounced / requests }
          p99: { quantile: 0.99, of: response_time, baseline: legacy }
        phases: [ { name: p, steps: [ { name: one, percentage: 5%, hold: 1h } ], success: [ {{criterion}} over 30m ] } ]
        """));

    [Fact]
    public void A_rollout_that_is_over_has_no_forecast()
    {
        var rollout = Some.Started(Some.Plan(Written));
        rollout.Command(new RolloutCommand.Abort("over"), Some.Engineer);
        Assert.Empty(Forecaster.Ask(rollout.State));
        Assert.Null(Forecaster.Of(rollout.State, null, [], rollout.Now));
    }

    private static Simulator Created() => Some.Created(Some.Plan(Written));

    private static Forecast Of(Simulator rollout, Observation? seen, MetricWindows windows) =>
        Forecaster.Of(rollout.State, seen, windows.Look(Forecaster.Ask(rollout.State), rollout.Now), rollout.Now)!;

    private static MetricWindows Legacy(Simulator rollout, int perMinute, string? segment = null, int inSegment = 0)
    {
        var windows = new MetricWindows(rollout.State.Plan);
        for (var back = TimeSpan.FromMinutes(59); back >= TimeSpan.Zero; back -= TimeSpan.FromMinutes(1))
        {
            for (var quarter = 0; quarter < 4; quarter++)
            {
                var at = rollout.Now - back - (quarter * Sampling);
                windows.Add(Some.Sample(at, Variant.Legacy, requests: (perMinute - inSegment) / 4, errors: 0), at);
                if (segment is not null)
                {
                    windows.Add(Some.Sample(at, Variant.Legacy, requests: inSegment / 4, errors: 0) with { Segment = segment }, at);
                }
            }
        }

        return windows;
    }
}
