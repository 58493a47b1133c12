using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Time is all that a person may shorten: a step does not end while a rule that would undo it has seen nothing.</summary>
public sealed class HoldEndedByPersonTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static Simulator Of(string rule, string success = "error_rate < 1% over 5m", string share = "percentage: 10%") => Some.Started(Some.Plan($$"""
        plan: small
        flag: f
        metrics:
          error_rate: { ratio: errors / requests }
          p99: { quantile: 0.99, of: response_time }
          memory: { gauge: memory, unit: size }
          complaints: { count: complaints }
        triggers: [ { name: guard, {{rule}} } ]
        phases:
          - name: p
            steps: [ { name: one, {{share}}, hold: 2h }, { name: two, percentage: 100%, hold: 1h } ]
            success: [ {{success}} ]
        """));

    private static Sample Blind(DateTimeOffset at) => Some.Sample(at) with { Gauges = [], Distributions = [] };

    [Theory]
    [InlineData("when: memory > 80MB, action: rollback", "memory")]
    [InlineData("when: p99 > 1s, for: 2m, action: step-back", "p99")]
    [InlineData("when: p99 > 1s and error_rate > 1%, action: rollback", "p99")]
    public void A_rule_that_holds_and_was_never_heard_refuses_it_by_name(string rule, string metric)
    {
        var rollout = Of(rule).Drive(20 * Minute, Blind);
        Assert.Equal(["hold"], Gates.Shut(rollout.State, rollout.Now));

        var refused = Assert.IsType<Decision<RolloutEvent>.Refused>(rollout.Command(new Advance(null, false, "looks good"), Some.Engineer));
        Assert.Equal("rollout.gate_shut", refused.Code);
        Assert.Contains("rule 'guard' (", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"no sample has carried {metric} since the step began at 2026-03-02T09:00:00Z", refused.Message, StringComparison.Ordinal);
        Assert.Contains("An override needs a reason and a second person", refused.Message, StringComparison.Ordinal);
        Assert.Equal("one", rollout.State.Step!.Name);

        rollout.DriveWell(TimeSpan.FromSeconds(15));
        Assert.IsType<Decision<RolloutEvent>.Accepted>(rollout.Command(new Advance(null, false, "looks good"), Some.Engineer));
        Assert.Equal("two", rollout.State.Step!.Name);
    }

    [Theory]
    [InlineData("action: notify, onNoData: hold")]
    [InlineData("action: rollback, onNoData: rollback after 1h")]
    public void A_rule_that_says_so_itself_refuses_it_from_the_first_moment(string rule)
    {
        var rollout = Of($"when: memory > 80MB, maxGap: 30m, {rule}", "error_rate < 1% over 5m").Drive(20 * Minute, Blind);
        Assert.Empty(rollout.Of<RuleUnmeasured>());
        Assert.Contains("rule 'guard' (", Assert.IsType<Decision<RolloutEvent>.Refused>(
            rollout.Command(new Advance(null, false, null), Some.Engineer)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("when: memory > 80MB, action: rollback, onNoData: ignore")]
    [InlineData("when: memory > 80MB, action: notify")]
    [InlineData("when: complaints > 3, over: 1h, action: rollback")]
    [InlineData("when: absent(requests), for: 5m, action: rollback")]
    [InlineData("when: incidents > 0, action: rollback")]
    [InlineData("when: error_rate > 5%, action: rollback")]
    public void Rules_that_may_be_silent_and_rules_that_were_heard_do_not(string rule)
    {
        var rollout = Of(rule).Drive(20 * Minute, Blind);
        rollout.Command(new Advance(null, false, "looks good"), Some.Engineer);
        Assert.Equal("two", rollout.State.Step!.Name);
    }

    [Fact]
    public void A_latency_that_no_request_could_bring_does_not()
    {
        var rollout = Of("when: p99 > 1s, action: rollback", "error_rate < 1% over 20m", "percentage: 10%").DriveWell(20 * Minute)
            .Drive(2 * Minute, at => Blind(at) with { Counters = [new("requests", 0), new("errors", 0)] });
        rollout.Command(new Advance(null, false, "looks good"), Some.Engineer);
        Assert.Equal("two", rollout.State.Step!.Name);
    }

    [Fact]
    public void What_the_step_before_heard_is_not_heard_in_this_one()
    {
        var rollout = Of("when: memory > 80MB, action: rollback").DriveWell(20 * Minute);
        rollout.Command(new Advance(null, false, null), Some.Engineer);
        rollout.Drive(20 * Minute, Blind);
        Assert.Contains("since the step began at 2026-03-02T09:20:00Z", Assert.IsType<Decision<RolloutEvent>.Refused>(
            rollout.Command(new Advance(null, false, null), Some.Engineer)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("incidents == 0 over 5m")]
    [InlineData("incidents == 0 over 5m or error_rate < 1%")]
    public void Nothing_measured_at_all_is_not_seen_either_by_a_person_or_by_time(string success)
    {
        var rollout = Of("when: memory > 80MB, action: rollback", success);
        rollout.AdvanceTo(rollout.Now + (20 * Minute));
        Assert.Equal(["hold"], Gates.Shut(rollout.State, rollout.Now));
        Assert.IsType<Decision<RolloutEvent>.Refused>(rollout.Command(new Advance(null, false, null), Some.Engineer));
        rollout.AdvanceTo(rollout.Now + (200 * Minute));
        Assert.Equal(("one", "hold"), (rollout.State.Step!.Name, Assert.Single(rollout.Of<RuleUnmeasured>()).Follows));
        rollout.DriveWell(Minute);
        Assert.Equal("two", rollout.State.Step!.Name);
    }

    [Fact]
    public void A_step_that_exposes_no_user_needs_no_samples()
    {
        var rollout = Of("when: memory > 80MB, action: rollback", "incidents == 0 over 5m", "percentage: 0%");
        rollout.AdvanceTo(rollout.Now + (20 * Minute));
        rollout.Command(new Advance(null, false, null), Some.Engineer);
        Assert.Equal("two", rollout.State.Step!.Name);
    }

    [Fact]
    public void An_override_with_a_reason_and_a_second_person_passes_it_and_keeps_the_sentence()
    {
        var rollout = Of("when: memory > 80MB, action: rollback").Drive(20 * Minute, Blind);
        rollout.Command(new Advance(null, true, "the exporter is down"), Some.Engineer);
        var review = rollout.State.Reviews.Single(one => one.Open);
        Assert.Contains("no sample has carried memory", review.EvidenceText, StringComparison.Ordinal);
        Assert.Equal("one", rollout.State.Step!.Name);
        rollout.Command(new DecideReview(review.Id, true, null), Some.Product);
        Assert.Equal("two", rollout.State.Step!.Name);
        Assert.Contains("the exporter is down", rollout.Of<StepCompleted>().Single().OverrideReason, StringComparison.Ordinal);
    }
}
