using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;
using Orchestrator.Domain.Tests.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Domain.Tests.History;

public sealed class RetrospectiveTests
{
    private static readonly Actor Follower = new(ActorKind.System, "aftermath");

    [Fact]
    public void An_override_names_two_people_and_the_verdict_it_was_against()
    {
        var rollout = Some.Started().DriveTo("s10");
        rollout.Drive(TimeSpan.FromMinutes(2), at => Some.Sample(at, errors: 4));
        rollout.Command(new Advance(null, true, "in a hurry"), Some.Engineer);
        rollout.Command(new DecideReview(Open(rollout), false, "no"), Some.Product);
        rollout.Command(new Advance(null, true, "the sampler is broken (failing: ha)"), Some.Engineer);
        rollout.Command(new DecideReview(Open(rollout), true, "I checked by hand"), Some.Product);

        var told = Retrospective.Of(rollout.Events).Overrides;
        Assert.Equal([true, false], told.Select(o => o.Passed));
        Assert.Equal(("s10", "the sampler is broken (failing: ha)", Some.Engineer), (told[0].Step, told[0].Reason, told[0].AskedBy));
        Assert.StartsWith("error_rate < 0.1% over 30m: observed 0.4% in", told[0].Failing, StringComparison.Ordinal);
        Assert.Equal([("error_rate < 0.1% over 30m", Verdict.Breached), ("incidents == 0 over 30m", Verdict.NoEvidence)], told[0].Verdicts.Select(v => (v.Criterion, v.Verdict)));
        Assert.EndsWith("breached.", told[0].Verdicts[0].Text, StringComparison.Ordinal);
        var decision = Assert.Single(told[0].Decisions);
        Assert.Equal(("k-ben", "product", true, "I checked by hand"), (decision.By, decision.Role, decision.Approved, decision.Reason));
        Assert.Equal((ReviewOutcome.Rejected, "in a hurry"), (told[1].Outcome, told[1].Reason));
        Assert.Equal(StepEnd.Overridden, Retrospective.Of(rollout.Events).Phases[^1].Steps[0].Ended);
    }

    [Fact]
    public void An_incident_tells_how_long_it_took_to_see_to_undo_and_to_end()
    {
        var rollout = Some.Started().DriveTo("s25");
        var bad = rollout.Now;
        rollout.Drive(TimeSpan.FromMinutes(5), at => Some.Sample(at, errors: 60));
        var incident = rollout.State.Incidents.Single().Id;
        rollout.Command(
            new ReportLeg(incident, new VerificationReport.Propagated(rollout.Now + TimeSpan.FromMilliseconds(12), ["a", "b"])), Follower);
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromMinutes(4));
        rollout.Command(new AcknowledgeIncident(incident), Some.Engineer);
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromMinutes(6));
        rollout.Command(new ResolveIncident(incident, "a bad disk"), Some.Engineer);

        var told = Retrospective.Of(rollout.Events);
        var one = Assert.Single(told.Incidents);
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromMinutes(5) + TimeSpan.FromMilliseconds(12)), (one.TimeToDetect, one.TimeToRollBack));
        Assert.Equal((TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(10)), (one.Acknowledged!.At - one.OpenedAt, one.Open));
        var back = Assert.Single(told.Rollbacks);
        Assert.Equal((RollbackKind.Everyone, "error-rate-spike", one.Id, 25m), (back.Kind, back.By.Id, back.Incident, back.From));
        Assert.Equal((bad, back.At), (told.Triggers[^1].Since, told.Triggers[^1].FiredAt));
        Assert.StartsWith("Rolled back after ", told.Headline.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_person_took_back_has_no_time_to_detect_and_says_who_undid_it()
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.Command(new Rollback("odd logs", ["eu"]), Some.Engineer);
        rollout.Command(new Rollback("all of it"), Some.Engineer);
        rollout.Command(new Restore("false alarm"), Some.Admin);
        rollout.Command(new StepBack(null, "slowly"), Some.Engineer);

        var told = Retrospective.Of(rollout.Events);
        Assert.Equal([RollbackKind.Segments, RollbackKind.Everyone, RollbackKind.StepBack], told.Rollbacks.Select(b => b.Kind));
        Assert.All(told.Incidents, i => Assert.True(i.TimeToDetect is null && i.TimeToRollBack is null));
        Assert.Equal([null, "false alarm", null], told.Rollbacks.Select(b => b.Undone?.Text));
        Assert.Equal(Some.Admin, told.Rollbacks[1].Undone!.By);
        Assert.Equal((25m, 10m), (told.Rollbacks[2].From, told.Rollbacks[2].To));
        Assert.Equal([StepEnd.RolledBack, StepEnd.SteppedBack, null], told.Phases[^1].Steps[^3..].Select(s => s.Ended));
    }

    [Fact]
    public void A_silence_is_a_gap_from_the_last_sample_to_the_next()
    {
        var rollout = Some.Started().DriveTo("s10");
        var last = rollout.Now;
        rollout.AdvanceTo(last + TimeSpan.FromMinutes(3));
        rollout.DriveWell(TimeSpan.FromMinutes(1));
        var gap = Assert.Single(Retrospective.Of(rollout.Events).Gaps);
        Assert.Equal((null, last, last + TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(3)), (gap.Rule, gap.From, gap.Until, gap.Lasted));

        rollout.AdvanceTo(rollout.Now + TimeSpan.FromMinutes(3));
        rollout.Command(new Rollback("blind"), Some.Engineer);
        Assert.All(Retrospective.Of(rollout.Events, rollout.Now + TimeSpan.FromDays(1)).Gaps,
            g => Assert.True(g.Lasted < TimeSpan.FromMinutes(4)));
    }

    [Fact]
    public void Each_gate_is_charged_the_time_it_was_shut_and_alone_shut()
    {
        var plan = Some.Plan("""
            plan: p
            flag: f
            calendar: { timeZone: UTC, changeWindows: [ { days: [mon], from: "10:30", to: "12:00" } ] }
            phases: [ { name: a, review: { roles: [product] }, steps: [ { name: one, percentage: 0%, hold: 1h } ] } ]
            """);
        var rollout = new Simulator(Some.Create(plan), Some.Start);
        rollout.Command(new Start(), Some.Engineer);
        rollout.AdvanceTo(Some.Start + TimeSpan.FromMinutes(10));
        rollout.Command(new Pause("tea"), Some.Engineer);
        rollout.AdvanceTo(Some.Start + TimeSpan.FromMinutes(20));
        rollout.Command(new Resume(null), Some.Engineer);
        rollout.AdvanceTo(Some.Start + TimeSpan.FromHours(2));

        var waits = Retrospective.Of(rollout.Events, rollout.Now).Waiting.ToDictionary(w => w.Gate);
        Wait("hold", 60, 0);
        Wait("resume", 10, 10);
        Wait("review", 110, 30);
        Wait("window", 80, 0);
        Assert.False(waits.ContainsKey("evidence"));

        void Wait(string gate, int shut, int alone) =>
            Assert.Equal(new GateWait(gate, TimeSpan.FromMinutes(shut), TimeSpan.FromMinutes(alone)), waits[gate]);
    }

    [Fact]
    public void Every_prefix_can_be_told()
    {
        var rollout = Some.Started().DriveTo("s50");
        rollout.Command(new Rollback("enough"), Some.Engineer);
        rollout.Command(new Abort("for good"), Some.Engineer);
        for (var length = 1; length <= rollout.Events.Count; length++)
        {
            var told = Retrospective.Of(rollout.Events.Take(length));
            Assert.Equal((length, false), ((int)told.Headline.Version, string.IsNullOrWhiteSpace(told.Headline.Outcome)));
            Assert.All(told.Phases.SelectMany(p => p.Steps), step => Assert.True(step.Took >= TimeSpan.Zero));
        }

        var end = Retrospective.Of(rollout.Events, rollout.Now + TimeSpan.FromDays(9)).Headline;
        Assert.Equal((RolloutStatus.Aborted, rollout.Now - Some.Start), (end.Status, end.Took));
    }

    private static string Open(Simulator rollout) => rollout.State.Reviews.Single(r => r is { Open: true, Kind: ReviewKind.Override }).Id;
}
