using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary><c>absent</c> is about samples that come, for every kind of metric alike.</summary>
public sealed class SilenceTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static TheoryData<string> Kinds => ["error_rate", "p95", "memory", "rps", "complaints", "requests", "response_time", "memory_of_process", "error_rate in eu", "p95 in eu"];

    private static Simulator Of(string metric) => Some.Started(Some.Plan($$"""
        plan: quiet-night
        flag: f
        segments: { eu: { title: Europe, all: [ { attribute: region, equals: eu } ] } }
        metrics:
          error_rate: { ratio: errors / requests }
          p95: { quantile: 0.95, of: response_time }
          memory: { gauge: memory, unit: size }
          process: { gauge: memory_of_process, unit: size }
          rps: { rate: requests }
          complaints: { count: complaints }
        triggers: [ { name: gone, when: absent({{metric}}), for: 3m, action: rollback } ]
        phases:
          - name: p
            steps: [ { name: a, percentage: 50%, hold: 2h, segments: [eu] } ]
            success: [ error_rate < 1% over 5m ]
        """));

    /// <summary>A sample of a time without requests, as the client library pushes it: counters at zero, and no histogram.</summary>
    private static Sample Night(DateTimeOffset at) => new(
        0, null, at, Variant.New, Traffic.Live, "eu", [new("requests", 0), new("errors", 0), new("complaints", 0)], [new("memory", 30e6), new("memory_of_process", 30e6)], []);

    private static Sample Day(DateTimeOffset at) => Night(at) with
    {
        Counters = [new("requests", 1000), new("errors", 0), new("complaints", 0)],
        Distributions = [new("response_time", [new(100, 1000)])],
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_quiet_night_is_no_silence(string metric)
    {
        var rollout = Of(metric).Drive(10 * Minute, Day).Drive(60 * Minute, Night);
        Assert.Equal(RolloutStatus.Running, rollout.State.Status);
        Assert.Empty(rollout.Of<TriggerBreached>());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Samples_that_stop_are_silence_by_day_and_by_night(string metric)
    {
        foreach (var last in new Func<DateTimeOffset, Sample>[] { Day, Night })
        {
            var rollout = Of(metric).Drive(10 * Minute, Day).Drive(5 * Minute, last);
            rollout.AdvanceTo(rollout.Now + (6 * Minute));
            Assert.Equal("gone", Assert.Single(rollout.Of<RolledBack>()).Trigger);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_variant_that_was_not_exercised_in_the_step_is_not_silent(string metric)
    {
        var rollout = Of(metric);
        rollout.AdvanceTo(rollout.Now + (30 * Minute));
        Assert.Empty(rollout.Of<TriggerBreached>());
    }

    [Fact]
    public void A_latency_that_is_missing_while_requests_are_served_is_silence()
    {
        var rollout = Of("p95").Drive(10 * Minute, Day).Drive(6 * Minute, at => Day(at) with { Distributions = [] });
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);
    }

    [Fact]
    public void A_level_that_is_missing_is_silence_also_without_requests()
    {
        var rollout = Of("memory").Drive(10 * Minute, Day).Drive(6 * Minute, at => Night(at) with { Gauges = [] });
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);
    }

    [Theory]
    [InlineData("rollback after 10m")]
    [InlineData("hold")]
    [InlineData("review")]
    public void A_rule_about_requests_is_not_blind_while_there_are_none(string policy)
    {
        var plan = Some.Plan($$"""
            plan: quiet-night
            flag: f
            metrics:
              error_rate: { ratio: errors / requests }
              p95: { quantile: 0.95, of: response_time }
            triggers: [ { name: slow, when: p95 > 1s, onNoData: {{policy}}, action: rollback } ]
            phases:
              - name: p
                steps: [ { name: a, percentage: 50%, hold: 2h } ]
                success: [ error_rate < 1% over 5m ]
            """);
        var rollout = Some.Started(plan).Drive(20 * Minute, Night).Drive(10 * Minute, Day).Drive(60 * Minute, Night);
        Assert.Empty(rollout.Of<RuleUnmeasured>());
        Assert.Equal(RolloutStatus.Running, rollout.State.Status);

        rollout.Drive(15 * Minute, at => Day(at) with { Distributions = [] });
        Assert.Single(rollout.Of<RuleUnmeasured>());
        Assert.Equal(policy.StartsWith("rollback", StringComparison.Ordinal), rollout.State.Status == RolloutStatus.RolledBack);
    }

    [Fact]
    public void A_histogram_without_observations_is_a_sample_of_its_metric()
    {
        var rollout = Of("p95").Drive(10 * Minute, Day)
            .Drive(30 * Minute, at => Night(at) with { Counters = [], Distributions = [new("response_time", [])] });
        Assert.Equal(RolloutStatus.Running, rollout.State.Status);
    }
}
