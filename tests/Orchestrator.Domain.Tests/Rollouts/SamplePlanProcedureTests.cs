using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Notifications;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Tests.Plans;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>
/// Consequences when samples/plans/chat-architecture.yaml fires: notifications, checks, and the time at which people must act.
/// </summary>
public sealed class SamplePlanProcedureTests
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private static readonly Domain.Plans.Plan Plan = Some.Plan(Samples.Plan("chat-architecture.yaml"));
    private static readonly Actor Follower = new(ActorKind.System, "aftermath");

    [Fact]
    public void Half_a_percent_of_errors_for_five_minutes_tells_critical_alerts_the_reason()
    {
        var rollout = At("3c");
        rollout.Drive(TimeSpan.FromMinutes(5) - Every, at => Some.Sample(at, requests: 10_000, errors: 51));
        Assert.DoesNotContain(Told(rollout), n => n.Channel == "critical-alerts");
        rollout.Drive(TimeSpan.FromSeconds(30), at => Some.Sample(at, requests: 10_000, errors: 51));

        var told = Told(rollout).Where(n => n.Channel == "critical-alerts").ToArray();
        Assert.Equal(["TriggerFired", "RolledBack", "IncidentOpened"], told.Select(n => n.EventType));
        Assert.Equal("errorRateSpike: Trigger error-rate-spike fired", told[0].Title);
        Assert.All(told, n => Assert.Equal(("critical", "http://127.0.0.1:5099/critical-alerts"), (n.Level, n.Target)));
        var reason = rollout.Of<RolledBack>().Single().Reason;
        Assert.Contains("error_rate > 0.5% for 5m: observed 0.51%", reason, StringComparison.Ordinal);
        Assert.All(told[1..], n => Assert.Contains(reason, n.Text, StringComparison.Ordinal));
        Assert.Equal(rollout.Of<IncidentOpened>().Single().Incident, told[2].Incident);
    }

    [Fact]
    public void Half_a_percent_of_errors_is_not_above_it()
    {
        var rollout = At("3c");
        rollout.Drive(TimeSpan.FromMinutes(6), at => Some.Sample(at, requests: 10_000, errors: 50));
        Assert.DoesNotContain(Told(rollout), n => n.Channel == "critical-alerts");
    }

    [Theory]
    [InlineData(165, 20, false)]
    [InlineData(166, 14, false)]
    [InlineData(166, 16, true)]
    public void Slow_answers_for_a_quarter_of_an_hour_are_the_teams_to_investigate(double latency, int minutes, bool told)
    {
        var rollout = At("3c");
        rollout.Drive(TimeSpan.FromMinutes(minutes), at => Some.Sample(at, latency: latency));
        Assert.Equal(told, Told(rollout).Any(n => n is { Channel: "rollout-team", Level: "warning" } && n.Title.StartsWith("responseTimeDegradation: ", StringComparison.Ordinal)));
        Assert.Equal(RolloutStatus.Running, rollout.State.Status);
    }

    [Fact]
    public void Each_change_of_the_percentage_is_told_to_the_team()
    {
        var told = Told(At("3c")).Where(n => n.Title.StartsWith("rolloutProgress: ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["Raised to 10%", "Raised to 25%", "Raised to 50%", "Raised to 75%"], told.Select(n => n.Title["rolloutProgress: ".Length..]));
        Assert.All(told, n => Assert.Equal(("rollout-team", "info"), (n.Channel, n.Level)));
    }

    /// <summary>Errors of 1,000 requests of legacy and its latency after a rollback, and whether it carries the load.</summary>
    [Theory]
    [InlineData(4, 195, true)]
    [InlineData(5, 100, false)]
    [InlineData(0, 205, false)]
    public void Legacy_that_does_not_carry_the_load_escalates_to_critical_alerts(int errors, double latency, bool carries)
    {
        var rollout = RolledBack();
        var results = Checks(rollout, VerificationStep.Health, at => Some.Sample(at, Variant.Legacy, errors: errors, latency: latency));
        Assert.Equal(["legacy-errors", "legacy-latency"], results.Select(r => r.Name));

        Report(rollout, at => new VerificationReport.Health(at, results));
        Assert.Equal(carries ? 1 : 0, rollout.Of<HealthVerified>().Length);
        Assert.Equal(carries ? 0 : 1, rollout.Of<HealthFailed>().Length);
        var escalated = Told(rollout).Where(n => n.EventType == "IncidentEscalated").ToArray();
        Assert.Equal(carries ? [] : ["critical-alerts", "rollout-team"], escalated.Select(n => n.Channel));
        Assert.All(escalated, n => Assert.True(n.Level == "critical" && n.Title.EndsWith("manual intervention required", StringComparison.Ordinal), n.Title));
    }

    [Theory]
    [InlineData("", "", "")]
    [InlineData("messages_delivered", "no-data-loss", "new")]
    [InlineData("callbacks_completed", "callback-consistency", "new")]
    [InlineData("sessions_after", "session-state", "new")]
    [InlineData("messages_delivered", "message-delivery", "legacy")]
    public void One_in_a_thousand_lost_by_the_switch_fails_the_check_that_is_about_it(string lost, string check, string variant)
    {
        string[] series = ["messages_sent", "messages_delivered", "callbacks_started", "callbacks_completed", "sessions_before", "sessions_after"];
        var rollout = RolledBack();
        Sample Sample(DateTimeOffset at, Variant of) => Some.Sample(at, of) with
        {
            Counters = [.. series.Select(
                s => new SampleCounter(s, s == lost && of.ToString().Equals(variant, StringComparison.OrdinalIgnoreCase) ? 999 : 1000))],
        };

        var results = Checks(rollout, VerificationStep.Consistency, at => Sample(at, Variant.New), at => Sample(at, Variant.Legacy));
        Assert.Equal(["no-data-loss", "callback-consistency", "session-state", "message-delivery"], results.Select(r => r.Name));
        Assert.Equal(check.Length == 0 ? [] : [check], results.Where(r => !r.Passed).Select(r => r.Name));
    }

    [Fact]
    public void A_triggers_state_is_quiet_then_breached_then_fired()
    {
        var rollout = At("3c");
        rollout.Drive(TimeSpan.FromMinutes(1), at => Some.Sample(at, requests: 10_000));
        Assert.DoesNotContain(Assessments.Triggers(rollout.State, null), t => t.State is "breached" or "fired");
        rollout.Drive(TimeSpan.FromMinutes(3), at => Some.Sample(at, requests: 10_000, errors: 51));
        Assert.Equal("breached", State());
        rollout.Drive(TimeSpan.FromMinutes(3), at => Some.Sample(at, requests: 10_000, errors: 51));
        Assert.Equal("fired", State());

        string State() => Assessments.Triggers(rollout.State, null).Single(t => t.Name == "error-rate-spike").State;
    }

    private static Simulator At(string step)
    {
        var rollout = Some.Started(Plan);
        while (rollout.State.Step!.Name != step)
        {
            rollout.Command(new Advance(null, true, "to " + step), Some.Engineer);
            rollout.Command(new DecideReview(rollout.State.Reviews.Single(r => r.Open).Id, true, null), Some.Product);
        }

        rollout.AdvanceTo(rollout.Now + Every);
        return rollout;
    }

    /// <summary>Up to the leg that checks legacy.</summary>
    private static Simulator RolledBack()
    {
        var rollout = At("3c");
        rollout.Command(new Rollback("bad"), Some.Engineer);
        Report(rollout, at => new VerificationReport.Propagated(at, ["node"]));
        Report(rollout, at => new VerificationReport.Traffic(at, VerificationOutcome.Passed, 0, 40, 0, 4000, "nobody"));
        return rollout;
    }

    private static void Report(Simulator rollout, Func<DateTimeOffset, VerificationReport> report) =>
        rollout.Command(new ReportLeg(rollout.State.Incidents.Single().Id, report(rollout.Now)), Follower);

    /// <summary>Results of the plan's checks after ten minutes of these samples.</summary>
    private static CheckResult[] Checks(Simulator rollout, VerificationStep leg, params Func<DateTimeOffset, Sample>[] samples)
    {
        var (state, undone) = (rollout.State, rollout.State.Incidents.Single().Undone!);
        var windows = new MetricWindows(Plan);
        for (var end = rollout.Now + TimeSpan.FromMinutes(10); rollout.Now < end;)
        {
            rollout.AdvanceTo(rollout.Now + Every);
            windows.Add(samples.Select(sample => sample(rollout.Now)), rollout.Now);
        }

        var checks = RuleCheck.Of(state, leg);
        var seen = windows.Observe(
            RuleCheck.Ask(state, undone, leg, checks), rollout.Now - TimeSpan.FromMilliseconds(1), rollout.Now, int.MaxValue)[^1];
        return [.. checks.Select(check => (check.Name, Judged: RuleCheck.Judge(state, check, seen)))
            .Select(c => new CheckResult(c.Name, c.Judged.Passed, 1, null, c.Judged.Text))];
    }

    private static Notification[] Told(Simulator rollout) => [.. rollout.Events.SelectMany(e =>
    {
        var stored = RolloutEvents.Catalog.Write(e.Event, new Guid((int)e.Version, 0, 0, new byte[8]));
        return Addressing.Of(
            new RecordedEvent
            {
                Position = e.Version, Stream = "rollout/checkout-1", Version = e.Version, Id = stored.Id, Type = stored.Type, Schema = stored.Schema,
                At = e.At,
                Actor = e.Actor, Cause = null, Correlation = null, CommandId = "c", Data = stored.Data, Hash = default,
            },
            e.Event, rollout.State);
    })];
}
