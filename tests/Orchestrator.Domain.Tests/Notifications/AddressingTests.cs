using Orchestrator.Domain.Notifications;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Domain.Rollouts.Rules;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Notifications;

public sealed class AddressingTests
{
    private const string Channels = """
        channels:
          - { name: pager, kind: webhook, target: "http://127.0.0.1/pager", levels: [critical], escalateTo: boss, escalateAfter: 10m }
          - { name: team, kind: slack, target: "http://127.0.0.1/team", levels: [critical, warning] }
          - { name: all, kind: email, target: all@example.com }
          - { name: boss, kind: webhook, target: "http://127.0.0.1/boss", levels: [critical], escalateTo: board }
          - { name: board, kind: email, target: board@example.com, levels: [critical] }
        """;

    private const string Alerts = """
        alerts:
          - { name: errorRateSpike, on: error_rate > 0.005, for: 5m, action: immediate_rollback, channels: [pager] }
          - { name: responseTimeDegradation, on: p95_response_time > 165, for: 15m, action: investigate }
          - { name: rolloutProgress, event: rollout_percentage_changed, level: info, action: notify_team, channels: [team] }
          - { name: error-rate-warning, on: error_rate > 0.3%, for: 1m, action: investigate, channels: [team] }
        """;

    private static readonly Plan Plain = Some.Plan(Channels);
    private static readonly Plan Alerting = Some.Plan(Channels + "\n" + Alerts);

    /// <summary>Without alert rules: event, channels that hear of it, level, a part of the sentence.</summary>
    public static TheoryData<RolloutEvent, string, string, string> Defaults => new()
    {
        { new RolledBack("error-rate-spike: observed 0.6% in 4000 samples.", "error-rate-spike", "gradual", "s25", 25, ["eu"], null), "pager team all boss board", "critical", "from 25% of users and eu in phase gradual, step s25: error-rate-spike: observed 0.6% in 4000 samples." },
        { new IncidentOpened("checkout-1-1", "critical", "bad", null), "pager team all boss board", "critical", "A critical incident was opened: bad." },
        { new IncidentOpened("checkout-1-1", "major", "bad", null), "team all", "warning", "severity major" },
        { new IncidentEscalated("checkout-1-1", VerificationStep.Health, "legacy-errors failed"), "pager team all boss board", "critical", "failed: legacy-errors failed." },
        { new IncidentAcknowledged("checkout-1-1", "k-anna", "engineering"), "all", "info", "A person is working on it." },
        { new IncidentResolved("checkout-1-1", null, "legacy is healthy", TimeSpan.FromMinutes(3)), "all", "info", "Resolved after 3m: legacy is healthy." },
        { new SegmentRolledBack(["eu"], "eu-memory: 75MB", "eu-memory", null), "team all", "warning", "Segment eu is back on legacy and everyone else keeps their variant: eu-memory: 75MB." },
        { new TriggerFired("error-rate-warning", TriggerAction.Review, "warning", Some.Start, Some.Evidence("error_rate between 0.2% and 0.5% for 10m")), "team all", "warning", "observed 0.6% in 4000 samples." },
        { new TriggerFired("told", TriggerAction.Notify, "critical", Some.Start, Some.Evidence("x")), "pager team all boss board", "critical", "observed 0.6%" },
        { new ReviewOpened("r1", ReviewKind.Gate, "full", "s100", ["product"], 1, null, "h", "All criteria are met."), "team all", "warning", "Go or no-go for phase full, step s100, by 1 of product: All criteria are met." },
        { new EvidenceLost(Some.Start, "No evidence since 09:00."), "team all", "warning", "No evidence since 09:00." },
        { new PhaseOverran("full", TimeSpan.FromDays(1)), "team all", "warning", "longer than its 1d." },
        { new PercentageLowered(25, 10, "gradual", "s10", [], "latency"), "team all", "warning", "Down from 25% to 10% of users in phase gradual, step s10: latency." },
        { new PercentageRaised(10, 25, "gradual", "s25"), "all", "info", "Up from 10% to 25% of users in phase gradual, step s25." },
        { new PhaseStarted("beta"), "all", "info", "Phase beta began, 2 of 4." },
        { new SegmentsIncluded(["beta"], "beta", "cohort"), "all", "info", "Segment beta is on new" },
        { new EvidenceRegained(Some.Start, "Evidence again."), "all", "info", "Evidence again." },
        { new RolloutRestored("fixed", "gradual", "s25", 25), "all", "info", "25% of users and beta, eu are on new again" },
        { new RolloutCompleted(), "all", "info", "complete after 4 phases" },
        { new RolloutCompleted(true, Some.Start, ["eu"]), "all", "info", "but segment eu stays on legacy; triggers watch until 2026-" },
        { new SegmentKeptBack(["eu"], "k-anna", "engineering", "taxes"), "all", "info", "k-anna decided that segment eu stays on legacy: taxes." },
        { new BakeEnded("Watched for 2d"), "all", "info", "Watched for 2d." },
        { new RolloutRetired("gone", "true"), "all", "info", "is answered by its static value true: gone." },
        { new RolloutRetired("next", null, "chat-2"), "all", "info", "Rollout chat-2 has the flag" },
        { new RolloutRestored("fixed", "full", "all", 100, "outside the plan's change windows"), "all", "info", "undone, outside the plan's change windows, and" },
        { new RolloutAborted("given up"), "team all", "warning", "given up." },

        // Its rollback tells, and breaches, assessments and the like are for those who look.
        { new TriggerFired("error-rate-spike", TriggerAction.Rollback, "critical", Some.Start, Some.Evidence("error_rate > 0.5% for 5m")), "", "", "" },
        { new TriggerBreached("error-rate-spike", Some.Start, Some.Evidence("x")), "", "", "" },
        { new StepStarted("gradual", "s10", 10, []), "", "", "" },
        { new CriterionAssessed("c", Domain.Conditions.Verdict.Met, Some.Evidence("x")), "", "", "" },
    };

    /// <summary>With alert rules: event, channels, level, title.</summary>
    public static TheoryData<RolloutEvent, string, string, string> ByAlerts => new()
    {
        { new PercentageRaised(10, 25, "gradual", "s25"), "team", "info", "rolloutProgress: Raised to 25%" },
        { new PercentageLowered(25, 10, "gradual", "s10", [], null), "team", "info", "rolloutProgress: Stepped back to 10%" },
        { new TriggerFired("error-rate-spike", TriggerAction.Rollback, "critical", Some.Start, Some.Evidence("error_rate > 0.5% for 5m")), "pager", "critical", "errorRateSpike: Trigger error-rate-spike fired" },
        { new TriggerFired("responseTimeDegradation", TriggerAction.Notify, "warning", Some.Start, Some.Evidence("p95_response_time > 165 for 15m")), "team all", "warning", "responseTimeDegradation: Trigger responseTimeDegradation fired" },
        { new TriggerFired("error-rate-warning-alert", TriggerAction.Notify, "warning", Some.Start, Some.Evidence("error_rate > 0.3% for 1m")), "team", "warning", "error-rate-warning: Trigger error-rate-warning-alert fired" },

        // The trigger of the same name with another condition is not what the alert is about.
        { new TriggerFired("error-rate-warning", TriggerAction.Review, "warning", Some.Start, Some.Evidence("error_rate between 0.2% and 0.5% for 10m")), "team all", "warning", "Trigger error-rate-warning fired" },
        { new PhaseStarted("beta"), "all", "info", "beta started" },
    };

    [Theory]
    [MemberData(nameof(Defaults))]
    public void Event_without_alert_rules_goes_to_channels_of_its_level(
        RolloutEvent happened, string channels, string level, string sentence)
    {
        var told = Some.Told(Plain, happened);

        Assert.Equal(channels, string.Join(' ', told.Select(n => n.Channel)));
        Assert.All(told, n =>
        {
            Assert.Equal(level, n.Level);
            Assert.Contains(sentence, n.Text, StringComparison.OrdinalIgnoreCase);
            Assert.Matches(@"[^.]\.$", n.Text);
            Assert.Equal((happened.GetType().Name, 7, "checkout-1", "production", "/rollouts/checkout-1"), (n.EventType, n.Position, n.Rollout, n.Environment, n.Link));
            Assert.Equal($"{n.EventId}-{n.Channel}", n.Id);
        });
    }

    [Theory]
    [MemberData(nameof(ByAlerts))]
    public void Event_that_alert_rules_name_goes_where_they_say(RolloutEvent happened, string channels, string level, string title)
    {
        var told = Some.Told(Alerting, happened);

        Assert.Equal(channels, string.Join(' ', told.Select(n => n.Channel)));
        Assert.All(told, n => Assert.Equal((level, title), (n.Level, n.Title)));
    }

    [Fact]
    public void Alert_rules_are_watched_like_triggers_that_only_tell()
    {
        var before = RulesInForce.Triggers(Plain, 2, 0).ToArray();
        var added = RulesInForce.Triggers(Alerting, 2, 0).Skip(before.Length).ToArray();

        Assert.Equal(["responseTimeDegradation", "error-rate-warning-alert"], added.Select(t => t.Name));
        Assert.All(added, t => Assert.Equal((TriggerAction.Notify, "warning"), (t.Action, t.Level)));
    }

    [Fact]
    public void Alert_on_a_condition_fires_once_and_changes_no_variant()
    {
        var rollout = Rollouts.Some.Started(Some.Plan(Channels + "\n" + Alerts));
        Rollouts.Driving.DriveTo(rollout, "s10");

        Rollouts.Driving.Drive(rollout, TimeSpan.FromMinutes(20), at => Rollouts.Some.Sample(at, latency: 180));

        var fired = Assert.Single(Rollouts.Driving.Of<TriggerFired>(rollout));
        Assert.Equal("responseTimeDegradation", fired.Trigger);
        Assert.Equal(RolloutStatus.Running, rollout.State.Status);
        Assert.Equal("team all", string.Join(' ', Some.Told(Alerting, fired).Select(n => n.Channel)));
    }

    [Fact]
    public void Titles_of_a_criterion_and_an_alert_are_for_people()
    {
        var plan = Some.Plan(Channels + "\nalerts: [ { name: shares, title: Share of users, event: rollout_percentage_changed, action: notify_team, channels: [team] } ]");
        Assert.Equal("Share of users: Raised to 25%", Assert.Single(Some.Told(plan, new PercentageRaised(10, 25, "gradual", "s25"))).Title);
        var named = Rollouts.Some.Plan(Rollouts.Some.PlanText.Replace("success: [ error_rate < 0.1% over 30m, incidents", "success: [ { title: Few errors, when: error_rate < 0.1%, over: 30m }, incidents", StringComparison.Ordinal));
        Assert.Equal("Few errors", named.Phases.Single(phase => phase.Name == "gradual").Success[0].Title);
    }

    [Fact]
    public void Unacknowledged_incident_goes_up_the_chain_of_channels()
    {
        var pager = Some.Told(Plain, new IncidentOpened("checkout-1-1", "critical", "bad", null)).Single(n => n.Channel == "pager");

        var first = PendingEscalation.Of(pager, Plain)!;
        Assert.Equal((Some.Start.AddMinutes(10), "boss", true, false), (first.Due, first.To, first.IsAbout("checkout-1", "checkout-1-1"), first.IsAbout("checkout-1", "checkout-1-2")));
        var (told, next) = first.Escalate(Plain)!.Value;
        Assert.Equal(($"{pager.EventId}-boss-escalated", "boss", true), (told.Id, told.Channel, told.Escalated));
        Assert.StartsWith("Not acknowledged on pager within 10m. A critical", told.Text, StringComparison.Ordinal);
        Assert.Equal((Some.Start.AddMinutes(25), "board"), (next!.Due, next.To));
        var (last, end) = next.Escalate(Plain)!.Value;
        Assert.Equal(("board", "email", null), (last.Channel, last.Kind, end));
    }

    [Fact]
    public void Only_critical_incidents_escalate()
    {
        Assert.All(Some.Told(Plain, new IncidentOpened("i", "major", "bad", null)), n => Assert.Null(PendingEscalation.Of(n, Plain)));
        Assert.All(Some.Told(Plain, new RolledBack("bad", null, "gradual", "s25", 25, [], null)), n => Assert.Null(PendingEscalation.Of(n, Plain)));
    }

    [Theory]
    [InlineData("escalateTo: nobody", "unknown channel 'nobody'")]
    [InlineData("escalateTo: a", "'a' escalates to itself in the end")]
    [InlineData("escalateTo: b", "'a' escalates to itself in the end")]
    [InlineData("escalateAfter: 5m", "needs 'escalateTo'")]
    public void Escalation_that_leads_nowhere_is_an_error(string keys, string message)
    {
        var read = PlanFiles.PlanText.Read(Rollouts.Some.PlanText.TrimEnd() + $$"""

            channels:
              - { name: a, kind: webhook, target: "http://127.0.0.1/", {{keys}} }
              - { name: b, kind: webhook, target: "http://127.0.0.1/", escalateTo: a }
            """);

        Assert.Contains(read.Errors, e => e.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Alert_that_says_immediate_rollback_rolls_back()
    {
        var read = PlanFiles.PlanText.Read(Rollouts.Some.PlanText.TrimEnd() + """

            alerts:
              - { name: twin, on: error_rate > 0.005, for: 5m, action: immediate_rollback }
              - { name: alone, on: error_rate > 0.004, for: 5m, action: immediate_rollback }
            """);

        Assert.Empty(read.Warnings);
        var added = RulesInForce.Triggers(read.Plan!, 2, 0).Where(t => t.Name is "twin" or "alone").ToArray();
        Assert.Equal(("alone", TriggerAction.Rollback, "critical"), Assert.Single(added.Select(t => (t.Name, t.Action, t.Level))));

        var rollout = Rollouts.Driving.DriveTo(Rollouts.Some.Started(read.Plan), "s25");
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromMinutes(1));
        Rollouts.Driving.Drive(rollout, TimeSpan.FromMinutes(5), at => Rollouts.Some.Sample(at, errors: 5));
        Assert.Equal("alone", Assert.Single(Rollouts.Driving.Of<RolledBack>(rollout)).Trigger);
    }

    [Theory]
    [InlineData("notify", "now, now-alert")]
    [InlineData("rollback", "now")]
    public void Alert_that_says_immediate_rollback_does_so_beside_a_trigger_that_only_tells(string action, string inForce)
    {
        var read = PlanFiles.PlanText.Read($$"""
            plan: p
            flag: f
            metrics: { memory: { gauge: memory, unit: size } }
            triggers: [ { name: now, when: memory > 80MB, action: {{action}} } ]
            alerts: [ { name: now, on: memory > 80MB, action: immediate_rollback } ]
            phases: [ { name: one, steps: [ { percentage: 10%, hold: 1h } ], success: [ memory < 40MB over 30m ] } ]
            """);

        Assert.Empty(read.Warnings);
        Assert.Equal(inForce, string.Join(", ", RulesInForce.Triggers(read.Plan!, 0, 0).Select(t => t.Name)));
        var rollout = Rollouts.Some.Started(read.Plan);
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15));
        rollout.Push([Rollouts.Some.Sample(rollout.Now, memory: 81e6)]);
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);
    }

    [Fact]
    public void Alert_on_an_event_that_says_immediate_rollback_is_warned_about()
    {
        var read = PlanFiles.PlanText.Read(Rollouts.Some.PlanText + "\nalerts: [ { name: a, event: phase_started, action: immediate_rollback } ]\n");

        Assert.Contains("only notifies", Assert.Single(read.Warnings).Message, StringComparison.Ordinal);
    }
}
