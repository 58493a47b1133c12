using Orchestrator.Dashboard.Pages.Incidents;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Tests.Incidents;

public sealed class IncidentTextsTests
{
    private static readonly DateTimeOffset Opened = new(2026, 11, 24, 2, 12, 40, TimeSpan.Zero);
    private static readonly Viewer Viewer = Viewer.Read("Europe/Berlin", null, null, Opened.AddMinutes(2));

    private static readonly IncidentData Incident = new()
    {
        Id = "r1-1",
        Rollout = "r1",
        State = "open",
        Reason = "bad",
        Trigger = "spike",
        OpenedAt = Opened,
        Next = "health",
        Legs =
        [
            new LegData { Leg = "propagation", Outcome = "passed", Took = "12ms", Elapsed = "12ms", At = Opened, Text = "3 of 3." },
            new LegData { Leg = "traffic", Outcome = "passed", Took = "45.2s", Elapsed = "45.212s", At = Opened, Text = "None on new." },
        ],
    };

    [Fact]
    public void Open_incident_is_told_with_its_trigger_its_question_and_its_missing_owner() => Assert.Equal(
        "Everyone was rolled back by trigger spike at 03:12:40, 2 min ago. The procedure asks whether legacy is healthy. No person has acknowledged it yet.",
        IncidentTexts.Lead(Incident, Viewer));

    [Fact]
    public void Owner_is_named_with_the_role()
    {
        var owned = Incident with { Trigger = null, Segments = ["beta", "eu"], Acknowledged = new MarkData("k1", "Anna Berg", "devops", Opened.AddMinutes(1)) };
        Assert.Equal(
            "Segments beta and eu were rolled back by a person at 03:12:40, 2 min ago. The procedure asks whether legacy is healthy. Anna Berg (devops) is on it since 03:13:40.",
            IncidentTexts.Lead(owned, Viewer));
    }

    [Theory]
    [InlineData("health", "Going back did not help: look at what both have in common.")]
    [InlineData("traffic", "A service does not follow its flag: look which one reports requests on new.")]
    [InlineData("consistency", "Stop writing to what may be damaged first.")]
    public void Escalated_incident_has_an_advice_until_it_is_over(string leg, string advice)
    {
        var escalated = Incident with { State = "escalated", Escalated = new EscalationData(leg, "failed", Opened) };
        Assert.Equal(advice, IncidentTexts.Advice(escalated));
        Assert.Equal("escalated: manual intervention required", IncidentTexts.State(escalated));
        Assert.Null(IncidentTexts.Advice(escalated with { Ended = new EndData("resolved", "k1", null, "well", Opened) }));
    }

    [Fact]
    public void Procedure_has_five_steps_with_measured_times_and_one_that_runs()
    {
        var steps = IncidentTexts.Procedure(Incident);
        Assert.Equal(["route", "propagation", "traffic", "health", "consistency"], steps.Select(one => one.Name));
        Assert.Equal(["is-met", "is-met", "is-met", "is-waiting", "is-plain"], steps.Select(one => one.Class));
        Assert.Equal("45 s, ended 45 s after the rollback", steps[2].Measured);
        Assert.Equal("propagation 12 ms · traffic 45 s", IncidentTexts.Line(Incident));
    }

    [Fact]
    public void Skipped_step_is_no_success_and_an_end_asks_no_further()
    {
        var leg = new LegData { Leg = "health", Outcome = "skipped", Took = "0s", Elapsed = "45.212s", At = Opened, Text = "None." };
        var skipped = Incident with { Legs = [.. Incident.Legs, leg], Next = "consistency" };
        Assert.Equal(("is-none", "skipped, which is no success"), (IncidentTexts.Procedure(skipped)[3].Class, IncidentTexts.Procedure(skipped)[3].State));
        var over = IncidentTexts.Procedure(Incident with { Ended = new EndData("ended", null, null, "The rollback was undone.", Opened) });
        Assert.Equal(["not asked", "not asked"], over.Skip(3).Select(one => one.State));
    }

    [Fact]
    public void Incident_at_the_end_of_its_procedure_without_a_proof_needs_a_person() => Assert.Contains(
        "has not shown all: a person must resolve it.", IncidentTexts.Lead(Incident with { Next = null }, Viewer), StringComparison.Ordinal);

    [Theory]
    [InlineData("delivered", 1, null, "delivered after 210 ms, attempt 1")]
    [InlineData("pending", 3, "connection refused", "not delivered, 3 attempts, next in 40 s: connection refused")]
    [InlineData("pending", 0, null, "waits for its first attempt")]
    [InlineData("dead", 9, "answered 410", "given up after 9 attempts: answered 410")]
    public void Delivery_is_told_with_its_attempts_and_its_error(string state, int attempts, string? error, string text)
    {
        var told = new NotificationData
        {
            State = state,
            Attempts = attempts,
            LastError = error,
            At = Opened,
            EndedAt = state == "delivered" ? Opened.AddMilliseconds(210) : null,
            NextAt = state == "pending" ? Viewer.Now.AddSeconds(40) : null,
        };
        Assert.Equal(text, IncidentTexts.Delivery(told, Viewer));
    }

    [Fact]
    public void Delivery_before_its_event_by_another_clock_took_no_negative_time() => Assert.Equal(
        "delivered after 0 s, attempt 1",
        IncidentTexts.Delivery(new NotificationData { State = "delivered", Attempts = 1, At = Opened, EndedAt = Opened.AddSeconds(-3) }, Viewer));

    [Fact]
    public void List_says_how_many_are_open_and_without_an_owner()
    {
        var mark = new MarkData("k1", null, null, Opened);
        var other = Incident with { Id = "r2-1", Acknowledged = mark, Escalated = new EscalationData("health", "x", Opened) };
        Assert.Equal("One incident is open. No person has acknowledged it.", IncidentTexts.ListLead([Incident], [], false, Viewer));
        Assert.Equal("2 incidents are open here, 1 escalated. 1 without an owner.", IncidentTexts.ListLead([other, Incident], [], true, Viewer));
        Assert.Equal("No incident yet: no rollout was ever rolled back.", IncidentTexts.ListLead([], [], false, Viewer));
        var last = Incident with { State = "resolved", Ended = new EndData("resolved", null, null, "x", Opened.AddMinutes(4)) };
        Assert.Equal("No incident is open. The last one: r1, 03:12:40, resolved after 4 min.", IncidentTexts.ListLead([], [last], false, Viewer));
    }

    [Fact]
    public void Restore_waits_for_the_procedure_and_is_that_of_the_segments()
    {
        var rollout = new IncidentRollout([
            new VerbData("restore", true, true, null, "All on new.", [
                new VerbOption("segments", "beta", true, null, "Beta on new."), new VerbOption("segments", "eu", false, "Load returns.", null)]),
        ]);
        Assert.Equal((false, "Not now: the procedure asks health, and its result says what a restore risks."), Of(Incident));
        var over = Incident with { Next = null };
        Assert.Equal((true, null), Of(over));
        Assert.Equal("Beta on new.", IncidentTexts.Restore(over with { Segments = ["beta"] }, rollout)!.Consequence);
        Assert.Equal((false, "Load returns."), Of(over with { Segments = ["eu"] }));
        Assert.Equal((false, "The rollback is not in force any more."), Of(over with { Segments = ["us"] }));
        Assert.Null(IncidentTexts.Restore(over, null));

        (bool, string?) Of(IncidentData incident) =>
            IncidentTexts.Restore(incident, rollout) is { } verb ? (verb.Can, verb.Reason) : default;
    }

    [Theory]
    [InlineData("error_rate > 0.5% for 5m", "error_rate")]
    [InlineData("legacy p95 > baseline", "p95")]
    [InlineData("absent(requests)", "requests")]
    [InlineData("alert(CheckoutDown)", null)]
    public void Metric_of_a_rule_is_the_first_that_exists(string rule, string? metric) =>
        Assert.Equal(metric, IncidentTexts.Metric(rule, ["requests", "p95", "error_rate"]));

    [Theory]
    [InlineData("1h30m", "1 h 30 min")]
    [InlineData("soon", "soon")]
    public void Duration_that_cannot_be_read_stays_as_it_is(string text, string words) => Assert.Equal(words, IncidentTexts.Duration(text));
}
