using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Effects of alerts on a rollout: they fire, end, fall silent.</summary>
public sealed class RolloutAlertTests
{
    private const string Down = "Chat down 5% /eu";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static Simulator Of(string trigger, string judgement = "") => Some.Started(Some.Plan($$"""
        plan: small
        flag: f
        metrics:
          error_rate: { ratio: errors / requests }
        {{judgement}}
        triggers:
          - { name: down, when: 'alert("{{Down}}")', {{trigger}} }
          - { name: errors, when: error_rate > 50%, action: rollback }
        phases:
          - name: only
            steps: [ { name: one, percentage: 10%, hold: 20m }, { name: two, percentage: 20%, hold: 4w } ]
            success: [ error_rate < 0.1% over 5m ]
        """));

    [Fact]
    public void Alert_that_fires_in_another_group_goes_on_to_fire_when_one_group_is_resolved()
    {
        var rollout = Of("for: 10m, action: rollback");
        Report(rollout, Some.Alerts(Down, firing: ["1"], group: "eu"));
        Report(rollout, Some.Alerts(Down, firing: ["2"], group: "us"));
        Report(rollout, Some.Alerts(Down, resolved: ["1"], group: "eu"));
        Assert.Empty(rollout.Of<AlertResolved>());
        rollout.DriveWell(10 * Minute);
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);
        Assert.Single(rollout.Of<AlertRaised>());
    }

    [Fact]
    public void Alert_is_resolved_when_no_group_knows_a_member_that_fires()
    {
        var rollout = Of("for: 10m, action: rollback");
        Report(rollout, Some.Alerts(Down, firing: ["1", "2"], group: "eu"));
        Report(rollout, Some.Alerts(Down, resolved: ["1"], hidden: [Down], group: "eu"));
        Assert.Empty(rollout.Of<AlertResolved>());
        Report(rollout, Some.Alerts(Down, resolved: ["1", "2"], group: "eu"));
        Assert.Single(rollout.Of<AlertResolved>());
        Assert.Empty(rollout.State.AlertGroups);
        rollout.DriveWell(25 * Minute);
        Assert.Equal("two", rollout.State.Step!.Name);
    }

    [Theory]
    [InlineData("and", 20, true)]
    [InlineData("and", 0, false)]
    [InlineData("or", 0, true)]
    public void Alert_that_only_a_joined_rule_reads_is_kept_and_decides_with_the_others(string joint, int errors, bool fires)
    {
        var rollout = Some.Started(Some.Plan($$"""
            plan: small
            flag: f
            metrics: { error_rate: { ratio: errors / requests } }
            triggers: [ { name: down, when: 'alert("{{Down}}") {{joint}} error_rate > 1%', action: rollback } ]
            phases: [ { name: only, steps: [ { name: one, percentage: 10%, hold: 4w } ] } ]
            """));
        Report(rollout, Some.Alerts(Down, firing: ["1"], group: "eu"));
        rollout.Drive(2 * Minute, at => Some.Sample(at, errors: errors));
        Assert.Single(rollout.Of<AlertRaised>());
        Assert.Equal(fires ? RolloutStatus.RolledBack : RolloutStatus.Running, rollout.State.Status);
    }

    [Fact]
    public void Alert_that_no_rule_reads_leaves_no_trace()
    {
        var rollout = Of("action: rollback");
        var version = rollout.State.Version;
        Report(rollout, Some.Alerts("Other", firing: ["1"], hidden: ["Another"]));
        Assert.Equal(version, rollout.State.Version);
    }

    [Theory]
    [InlineData("action: rollback, for: 3w", "hold")]
    [InlineData("action: rollback, for: 3w, onNoData: ignore", null)]
    [InlineData("action: review, for: 3w", null)]
    [InlineData("action: notify, for: 3w, onNoData: hold", "hold")]
    [InlineData("action: notify, for: 3w, onNoData: review", "review")]
    [InlineData("action: notify, for: 3w, onNoData: rollback after 10m", "rollback after 10m")]
    public void Group_that_fired_and_fell_silent_is_no_evidence_and_the_rule_says_what_follows(string trigger, string? follows)
    {
        var rollout = Of(trigger);
        Report(rollout, Some.Alerts(Down, firing: ["1"]));
        rollout.AdvanceTo(rollout.Now + (5 * Hour));
        Assert.Empty(rollout.Of<RuleUnmeasured>());
        rollout.AdvanceTo(rollout.Now + (2 * Minute));
        Assert.Equal(follows is null ? [] : [follows], rollout.Of<RuleUnmeasured>().Select(e => e.Follows));
        Assert.Equal(follows is not null, !rollout.State.Unmeasured.IsEmpty);
        Assert.Equal(follows == "review", rollout.State.Reviews.Any(r => r is { Open: true, Trigger: "down" }));
        rollout.AdvanceTo(rollout.Now + (10 * Minute));
        Assert.Equal(follows == "rollback after 10m", rollout.State.Status == RolloutStatus.RolledBack);
        Assert.Empty(rollout.Of<AlertResolved>());
    }

    [Fact]
    public void Step_held_by_a_silent_alert_goes_on_when_the_alert_is_heard_of_again()
    {
        var rollout = Of("action: rollback, for: 3w", "judgement: { alertRepeat: 5m }");
        Report(rollout, Some.Alerts(Down, firing: ["1"]));
        rollout.DriveWell(Hour);
        Assert.Equal("one", rollout.State.Step!.Name);
        Assert.Equal(["evidence"], Gates.Shut(rollout.State, rollout.Now));
        Assert.Contains("has sent no message since", Assert.Single(rollout.Of<RuleUnmeasured>()).Text, StringComparison.Ordinal);
        Report(rollout, Some.Alerts(Down, resolved: ["1"]));
        rollout.DriveWell(Minute);
        Assert.Single(rollout.Of<RuleMeasured>());
        Assert.Equal("two", rollout.State.Step!.Name);
    }

    [Fact]
    public void Rule_that_Grafana_has_no_data_for_holds_the_step_although_its_alert_is_resolved()
    {
        var rollout = Of("action: rollback, for: 3w");
        Report(rollout, Some.Alerts(Down, firing: ["1"]));
        Report(rollout, Some.Alerts(Down, resolved: ["1"]));
        Report(rollout, Some.Alerts(Down, unseen: ["9"], group: "g2"));
        Assert.Single(rollout.Of<AlertResolved>());
        rollout.DriveWell(Hour);
        Assert.Equal("one", rollout.State.Step!.Name);
        Assert.Contains("Grafana has had no data", Assert.Single(rollout.Of<RuleUnmeasured>()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Alert_raised_before_groups_were_known_fires_until_a_message_resolves_it()
    {
        var rollout = Of("action: notify");
        var old = RolloutEvolution.Evolve(
            rollout.State, new Happened<RolloutEvent>(rollout.State.Version + 1, rollout.Now, Actor.System, new AlertRaised(Down, null)));
        Assert.True(AlertWatch.Fires(old, Down, rollout.Now + TimeSpan.FromDays(30)));
        var decided = RolloutDecider.Decide(old, Some.Alerts(Down, resolved: ["1"]), Actor.System, rollout.Now);
        Assert.Equal([new AlertResolved(Down)], Assert.IsType<Decision<RolloutEvent>.Accepted>(decided).Events);
    }

    private static void Report(Simulator rollout, RolloutCommand.ReportAlerts message) =>
        Assert.IsType<Decision<RolloutEvent>.Accepted>(rollout.Command(message, Actor.System));
}
