using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Forecasts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Domain.Rollouts.Rules;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Rules of several conditions: each is judged by itself, and "no evidence" decides only where the others leave it open.</summary>
public sealed class JoinedConditionRolloutTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static Simulator Of(string when, string success = "error_rate < 50% over 5m", string action = "rollback", string more = "", string top = "") => Some.Started(Some.Plan($$"""
        plan: joined
        flag: f
        segments:
          eu: { title: Europe, all: [ { attribute: region, equals: eu } ] }
          us: { title: States, all: [ { attribute: region, equals: us } ] }
        metrics:
          error_rate: { ratio: errors / requests }
          http_5xx_rate: { ratio: http_5xx / requests }
          p95: { quantile: 0.95, of: response_time }
          memory: { gauge: memory, unit: size }
        triggers: [ { name: t, when: "{{when}}", action: {{action}} {{more}} } ]
        {{top}}
        phases:
          - name: p
            steps: [ { name: one, percentage: 10%, hold: 1h, segments: [eu, us] }, { name: two, percentage: 100%, hold: 1h } ]
            success: [ "{{success}}" ]
        """));

    private static Sample WithoutMemory(Sample sample) => sample with { Gauges = [] };

    [Theory]
    [InlineData("error_rate > 1% and memory > 80MB", 20, 100, true)]
    [InlineData("error_rate > 1% and memory > 80MB", 20, 30, false)]
    [InlineData("error_rate > 1% and memory > 80MB", 0, 100, false)]
    [InlineData("error_rate > 1% or memory > 80MB", 0, 100, true)]
    [InlineData("error_rate > 1% or memory > 80MB", 20, 30, true)]
    [InlineData("error_rate > 1% or memory > 80MB", 0, 30, false)]
    [InlineData("p95 > 1s or (error_rate > 1% and memory > 80MB)", 20, 100, true)]
    [InlineData("p95 > 1s and (error_rate > 1% or memory > 80MB)", 20, 100, false)]
    public void A_trigger_fires_by_all_of_its_conditions_together(string when, int errors, int megabytes, bool fires)
    {
        var rollout = Of(when).Drive(3 * Minute, at => Some.Sample(at, errors: errors, memory: megabytes * 1e6));
        Assert.Equal(fires ? RolloutStatus.RolledBack : RolloutStatus.Running, rollout.State.Status);
    }

    [Theory]
    [InlineData("error_rate > 1% and memory > 80MB", 20, false)]
    [InlineData("error_rate > 1% or memory > 80MB", 20, true)]
    [InlineData("error_rate > 1% or memory > 80MB", 0, false)]
    public void A_condition_without_evidence_fires_nothing_by_itself_and_stops_no_other(string when, int errors, bool fires)
    {
        var rollout = Of(when).Drive(3 * Minute, at => WithoutMemory(Some.Sample(at, errors: errors)));
        Assert.Equal(fires ? RolloutStatus.RolledBack : RolloutStatus.Running, rollout.State.Status);
    }

    [Fact]
    public void The_sentence_names_each_condition_with_its_numbers()
    {
        var rollout = Of("error_rate > 1% and memory > 80MB", more: ", for: 1m").Drive(3 * Minute, at => Some.Sample(at, errors: 20, memory: 90e6));
        Assert.Equal(
            "t: (error_rate > 1% and memory > 80MB) for 1m: breached. error_rate > 1%: observed 2% in 4000 samples, 1m of 1m measured; breached. "
            + "memory > 80MB: observed 90 MB in 4 samples, 1m of 1m measured; breached.",
            Assert.Single(rollout.Of<RolledBack>()).Reason);
    }

    [Fact]
    public void Each_condition_looks_back_over_its_own_window()
    {
        const string burning = "error_rate > 1% over 30m and error_rate > 1% over 2m";
        var rollout = Of(burning).DriveWell(30 * Minute).Drive(3 * Minute, at => Some.Sample(at, errors: 30));
        Assert.Equal(RolloutStatus.Running, rollout.State.Status);

        rollout.Drive(15 * Minute, at => Some.Sample(at, errors: 30));
        var fired = Assert.Single(rollout.Of<TriggerFired>());
        Assert.Contains("error_rate > 1% over 30m: observed 1.", fired.Evidence.Text, StringComparison.Ordinal);
        Assert.Contains("error_rate > 1% over 2m: observed 3%", fired.Evidence.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_for_runs_while_the_whole_holds_whichever_condition_it_is()
    {
        var rollout = Of("error_rate > 1% or memory > 80MB", more: ", for: 4m", success: "error_rate < 1% over 30m");
        rollout.Drive(2 * Minute, at => Some.Sample(at, errors: 50, memory: 90e6)).Drive(3 * Minute, at => Some.Sample(at, memory: 90e6));
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);
    }

    [Fact]
    public void A_for_is_not_completed_by_what_is_already_over()
    {
        var rollout = Of("error_rate > 1% and memory > 80MB", more: ", for: 2m");
        rollout.Drive(TimeSpan.FromSeconds(105), at => Some.Sample(at, errors: 500, memory: 90e6));
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15));
        rollout.Drive(3 * Minute, at => Some.Sample(at, memory: 90e6));
        Assert.Empty(rollout.Of<TriggerFired>());
    }

    [Fact]
    public void A_gap_of_one_condition_restarts_the_time_only_when_the_whole_rests_on_it()
    {
        foreach (var (when, restarts) in new[] { ("error_rate > 1% and memory > 80MB", true), ("error_rate > 1% or memory > 80MB", false) })
        {
            var rollout = Of(when, more: ", for: 6m, maxGap: 30s");
            rollout.Drive(2 * Minute, at => Some.Sample(at, errors: 20, memory: 90e6));
            rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15));
            rollout.Drive(TimeSpan.FromSeconds(30), at => WithoutMemory(Some.Sample(at, errors: 20)));
            rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15));
            rollout.Drive(4 * Minute, at => Some.Sample(at, errors: 20, memory: 90e6));
            Assert.Equal(restarts, rollout.State.Status == RolloutStatus.Running);
            Assert.Equal(restarts, rollout.Of<TriggerCleared>().Any(cleared => cleared.Reason.Contains("No sample carried memory for", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Silence_beside_a_comparison_fires_in_a_round_without_samples()
    {
        var rollout = Of("absent(requests) or error_rate > 50%").DriveWell(2 * Minute);
        rollout.AdvanceTo(rollout.Now + (3 * Minute));
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);
    }

    [Fact]
    public void A_comparison_says_nothing_new_in_a_round_without_samples()
    {
        // Two samples in a minute are bad; then no sample comes. The rest of "for" must not pass by the clock.
        var rollout = Of("error_rate > 1% or alert(Never)", more: ", for: 1m");
        rollout.Drive(TimeSpan.FromSeconds(30), at => Some.Sample(at, errors: 20));
        rollout.AdvanceTo(rollout.Now + (10 * Minute));
        Assert.Empty(rollout.Of<TriggerFired>());
    }

    [Fact]
    public void Each_segment_is_judged_by_the_whole_rule()
    {
        var rollout = Of("error_rate > 1% and p95 > 500ms", action: "rollback-segment", more: ", perSegment: true");
        for (var end = rollout.Now + (3 * Minute); rollout.Now < end; rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15)))
        {
            rollout.Push(
                [Some.Sample(rollout.Now, errors: 20, latency: 900, segment: "eu"), Some.Sample(rollout.Now, errors: 20, segment: "us")]);
        }

        var back = Assert.Single(rollout.Of<SegmentRolledBack>());
        Assert.Equal(["eu"], back.Segments);
        Assert.Contains("p95 in eu > 500ms: observed 900 ms", back.Reason, StringComparison.Ordinal);
        Assert.Contains("error_rate in us > 1% and p95 in us > 500ms: quiet.", back.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trigger_that_undoes_is_blind_when_one_condition_is_no_longer_measured()
    {
        var rollout = Of("error_rate > 1% and memory > 80MB", success: "error_rate < 1% over 30m");
        rollout.DriveWell(40 * Minute).Drive(30 * Minute, at => WithoutMemory(Some.Sample(at)));
        Assert.Equal("part 2 of trigger t", Assert.Single(rollout.Of<RuleUnmeasured>()).Rule);
        Assert.Contains("no sample has carried memory", rollout.Of<RuleUnmeasured>()[0].Text, StringComparison.Ordinal);
        Assert.Equal("one", rollout.State.Step!.Name);

        rollout.DriveWell(Minute);
        Assert.Single(rollout.Of<RuleMeasured>());
        Assert.Equal("two", rollout.State.Step!.Name);
    }

    [Theory]
    [InlineData("error_rate < 1% over 30m and memory < 80MB over 30m", true)]
    [InlineData("error_rate < 1% over 30m and memory < 20MB over 30m", false)]
    [InlineData("error_rate < 1% over 30m or memory < 20MB over 30m", true)]
    [InlineData("p95 < 50ms over 30m or memory < 20MB over 30m", false)]
    public void A_criterion_is_met_by_all_of_its_conditions_together(string success, bool advances)
    {
        var rollout = Of("error_rate > 50%", success).DriveWell(65 * Minute);
        Assert.Equal(advances ? "two" : "one", rollout.State.Step!.Name);
    }

    [Theory]
    [InlineData("error_rate < 1% over 30m and memory < 80MB over 30m", false)]
    [InlineData("error_rate < 1% over 30m or memory < 80MB over 30m", true)]
    public void A_criterion_with_an_unmeasured_condition_passes_only_by_another(string success, bool advances)
    {
        var rollout = Of("error_rate > 50%", success).Drive(65 * Minute, at => WithoutMemory(Some.Sample(at)));
        Assert.Equal(advances ? "two" : "one", rollout.State.Step!.Name);
        Assert.Equal(advances ? Verdict.Met : null, rollout.Of<CriterionAssessed>().FirstOrDefault()?.Verdict);
    }

    [Fact]
    public void Parts_of_an_or_share_the_doubt_so_that_the_whole_errs_no_oftener()
    {
        // 2,995 requests without an error show "below 0.1%" with 95 %; each of two parts must show it with 97.5 %: 3,688.
        foreach (var (success, requests, met) in new[]
        {
            ("error_rate < 0.1% over 1h", 13, true), ("error_rate < 0.1% over 1h and http_5xx_rate < 0.1% over 1h", 13, true),
            ("error_rate < 0.1% over 1h or http_5xx_rate < 0.1% over 1h", 13, false), ("error_rate < 0.1% over 1h or http_5xx_rate < 0.1% over 1h", 16, true),
        })
        {
            var rollout = Of("error_rate > 50%", success).Drive(60 * Minute, at => Some.Sample(at, requests: requests));
            Assert.Equal(met ? "two" : "one", rollout.State.Step!.Name);
        }
    }

    [Fact]
    public void A_breach_of_the_whole_restarts_the_windows_of_all_parts()
    {
        var rollout = Of("error_rate > 50%", "error_rate < 1% over 20m and memory < 80MB over 20m");
        rollout.DriveWell(50 * Minute).Drive(Minute, at => Some.Sample(at, memory: 90e6)).DriveWell(15 * Minute);
        Assert.Equal("one", rollout.State.Step!.Name);
        rollout.DriveWell(10 * Minute);
        Assert.Equal("two", rollout.State.Step!.Name);
    }

    [Fact]
    public void A_check_after_a_rollback_joins_its_conditions()
    {
        var rollout = Of("error_rate > 50%", top: "healthChecks: [ { name: legacy-well, when: legacy error_rate < 1% and legacy p95 < 500ms } ]");
        var check = Assert.Single(rollout.State.Plan.HealthChecks);
        var undone = new RollbackRecord(1, rollout.Now, []);
        var windows = new MetricWindows(rollout.State.Plan);
        var at = rollout.Now.AddSeconds(15);
        windows.Add(Some.Sample(at, variant: Variant.Legacy), at);
        var query = RuleCheck.Ask(rollout.State, undone, VerificationStep.Health, rollout.State.Plan.HealthChecks);
        var (passed, text) = RuleCheck.Judge(rollout.State, check, windows.Observe(query, null, at, 10)[^1]);
        Assert.True(passed, text);
        Assert.Equal(
            "legacy error_rate < 1% and legacy p95 < 500ms: holds. legacy error_rate < 1%: observed 0% in 1000 samples, holds. "
            + "legacy p95 < 500ms: observed 100 ms in 1000 samples, holds.", text);
    }

    [Fact]
    public void A_forecast_waits_for_the_slowest_of_and_and_the_fastest_of_or()
    {
        foreach (var (success, minutes) in new[] { ("p95 < 1s over 10m and memory < 80MB over 50m", 47.5), ("p95 < 1s over 10m or memory < 80MB over 50m", 9.5) })
        {
            var rollout = Of("error_rate > 50%", success);
            var windows = new MetricWindows(rollout.State.Plan);
            var at = rollout.Now;
            windows.Add([Some.Sample(at, Variant.Legacy), Some.Sample(at)], at);
            var reading =
                windows.Observe(new RoundQuery(Variant.New, Traffic.Live, at, Forecaster.Ask(rollout.State)), null, at, 1)[0].Readings;
            var forecast = Forecaster.Of(rollout.State, null, reading, at)!;
            Assert.Equal(TimeSpan.FromMinutes(minutes), forecast.Steps[0].Criteria[0].Takes);
            Assert.Contains("memory < 80MB over 50m: ", forecast.Steps[0].Criteria[0].Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_view_tells_each_part_of_what_is_in_force()
    {
        var rollout = Of("error_rate > 1% and memory > 80MB", "error_rate < 1% over 30m and memory < 80MB over 30m").DriveWell(5 * Minute);
        var windows = new MetricWindows(rollout.State.Plan);
        windows.Add(Some.Sample(rollout.Now), rollout.Now);
        var seen = windows.Observe(RoundQueries.For(rollout.State)!, null, rollout.Now, 10)[^1];
        var trigger = Assert.Single(Assessments.Triggers(rollout.State, seen));
        Assert.Equal("quiet", trigger.State);
        Assert.Contains("memory > 80MB: observed 30 MB", trigger.Evidence!.Text, StringComparison.Ordinal);
        var criterion = Assessments.Criteria(rollout.State, seen).First();
        Assert.Equal(Verdict.NoEvidence, criterion.Verdict);
        Assert.Contains("error_rate < 1% over 30m: observed 0%", criterion.Evidence!.Text, StringComparison.Ordinal);
    }
}
