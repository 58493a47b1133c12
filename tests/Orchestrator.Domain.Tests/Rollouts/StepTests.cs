using Orchestrator.Domain.Access;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

public sealed class StepTests
{
    [Fact]
    public void A_plan_runs_from_shadow_to_everyone_and_completes()
    {
        var rollout = Some.Started().DriveTo("s100");
        for (var i = 0; i < 60 && rollout.State.Status == RolloutStatus.Running; i++)
        {
            rollout.DriveWell(TimeSpan.FromMinutes(5)).AgreeToEverything();
        }

        Assert.Equal(RolloutStatus.Completed, rollout.State.Status);
        Assert.Equal(["shadow", "beta", "gradual", "full"], rollout.Of<PhaseStarted>().Select(e => e.Phase));
        Assert.Equal([(0m, 10m), (10m, 25m), (25m, 50m), (50m, 100m)], rollout.Of<PercentageRaised>().Select(e => (e.From, e.To)));
        Assert.Equal(Share.All, rollout.State.Percentage);
        Assert.Equal(["beta", "eu"], rollout.State.Included);
        Assert.IsType<RolloutCompleted>(rollout.Events[^1].Event);
    }

    [Fact]
    public void Time_alone_never_passes_a_step()
    {
        var rollout = Some.Started();
        rollout.AdvanceTo(Some.Start + TimeSpan.FromDays(20));
        Assert.Equal("mirrored", rollout.State.Step!.Name);
        Assert.Contains("evidence", Gates.Shut(rollout.State, rollout.Now));
    }

    [Fact]
    public void A_step_without_criteria_must_have_been_measured_for_its_whole_hold()
    {
        var rollout = Some.Started(Some.Plan("plan: small\nflag: f\nphases: [ { name: p, steps: [ { name: one, percentage: 10%, hold: 1h }, { name: two, percentage: 100%, hold: 1h } ] } ]"));
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromHours(3));
        Assert.Equal("one", rollout.State.Step!.Name);
        rollout.DriveWell(TimeSpan.FromMinutes(50));
        Assert.Equal("one", rollout.State.Step!.Name);
        rollout.DriveWell(TimeSpan.FromMinutes(8));
        Assert.Equal("two", rollout.State.Step!.Name);
    }

    [Fact]
    public void Legacy_must_be_unused_for_its_time_and_one_use_restarts_it()
    {
        var rollout = Some.Started(Some.Plan(
            "plan: small\nflag: f\nphases: [ { name: p, legacyUnusedFor: 2h, steps: [ { name: all, percentage: 100%, hold: 1h } ] } ]"));
        Sample Both(DateTimeOffset at, long legacy) => Some.Sample(at, variant: Variant.Legacy, requests: legacy, probes: 0, probesOk: 0);
        void Drive(TimeSpan span, long legacy)
        {
            for (var end = rollout.Now + span; rollout.Now < end; rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15)))
            {
                rollout.Push([Some.Sample(rollout.Now), Both(rollout.Now, legacy)]);
            }
        }

        Drive(TimeSpan.FromMinutes(90), 0);
        Drive(TimeSpan.FromMinutes(1), 1);
        Drive(TimeSpan.FromMinutes(110), 0);
        Assert.Equal(RolloutStatus.Running, rollout.State.Status);
        Drive(TimeSpan.FromMinutes(15), 0);
        Assert.Equal(RolloutStatus.Completed, rollout.State.Status);
    }

    [Fact]
    public void A_cohort_without_traffic_never_advances()
    {
        var rollout = Some.Started().DriveTo("cohort").AgreeToEverything();
        rollout.Drive(TimeSpan.FromHours(6), at => Some.Sample(at, requests: 0, probes: 0, probesOk: 0));
        Assert.Equal("cohort", rollout.State.Step!.Name);
    }

    [Fact]
    public void A_hold_that_is_over_passes_no_step_without_evidence_and_evidence_passes_no_hold()
    {
        var rollout = Some.Started();
        rollout.DriveWell(TimeSpan.FromMinutes(59));
        Assert.Equal(Verdict.Met, rollout.State.Criteria["shadow error_rate < 0.1% over 30m"].Verdict);
        Assert.Equal(["hold"], Gates.Shut(rollout.State, rollout.Now));
        rollout.DriveWell(TimeSpan.FromMinutes(1));
        Assert.Equal("cohort", rollout.State.Step!.Name);
    }

    [Fact]
    public void Few_requests_cannot_show_a_low_error_rate()
    {
        var rollout = Some.Started().DriveTo("cohort").AgreeToEverything();
        rollout.Drive(TimeSpan.FromHours(2), at => Some.Sample(at, requests: 2));
        Assert.Equal("cohort", rollout.State.Step!.Name);
        Assert.DoesNotContain(rollout.Of<CriterionAssessed>().SkipWhile(e => e.Criterion.StartsWith("shadow", StringComparison.Ordinal)),
            e => e.Verdict == Verdict.Met);
        rollout.Drive(TimeSpan.FromHours(10), at => Some.Sample(at, requests: 2));
        Assert.Equal("s10", rollout.State.Step!.Name);
    }

    [Fact]
    public void A_gap_pauses_the_window_of_a_criterion()
    {
        var rollout = Some.Started().DriveTo("s10");
        rollout.DriveWell(TimeSpan.FromMinutes(20));
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromMinutes(3));
        rollout.DriveWell(TimeSpan.FromMinutes(5));
        Assert.NotEqual(Verdict.Met, rollout.State.Criteria.GetValueOrDefault("error_rate < 0.1% over 30m")?.Verdict);
        rollout.DriveWell(TimeSpan.FromMinutes(4));
        Assert.Equal(Verdict.Met, rollout.State.Criteria["error_rate < 0.1% over 30m"].Verdict);
    }

    [Fact]
    public void A_breach_restarts_the_window_of_a_criterion()
    {
        var rollout = Some.Started().DriveTo("s10");
        rollout.DriveWell(TimeSpan.FromMinutes(25));
        rollout.Drive(TimeSpan.FromMinutes(2), at => Some.Sample(at, errors: 100));
        Assert.Equal(Verdict.Breached, rollout.State.Criteria["error_rate < 0.1% over 30m"].Verdict);
        rollout.DriveWell(TimeSpan.FromMinutes(27));
        Assert.Equal(Verdict.Breached, rollout.State.Criteria["error_rate < 0.1% over 30m"].Verdict);
        rollout.DriveWell(TimeSpan.FromMinutes(3));
        Assert.Equal(Verdict.Met, rollout.State.Criteria["error_rate < 0.1% over 30m"].Verdict);
    }

    [Fact]
    public void A_pause_shifts_the_timers_by_its_length_and_keeps_the_audience()
    {
        var rollout = Some.Started().DriveTo("s10");
        var ends = Gates.HoldEnds(rollout.State)!.Value;
        rollout.Command(new Pause("lunch"), Some.Engineer);
        rollout.DriveWell(TimeSpan.FromHours(3));
        Assert.Equal(("s10", Share.OfPercent(10)), (rollout.State.Step!.Name, rollout.State.Percentage));
        rollout.Command(new Resume(null), Some.Engineer);
        Assert.Equal(ends + TimeSpan.FromHours(3), Gates.HoldEnds(rollout.State));
    }

    [Fact]
    public void A_checkpoint_is_due_every_two_hours_and_holds_the_step_until_it_is_decided()
    {
        var rollout = Some.Started().DriveTo("s50");
        rollout.DriveWell(TimeSpan.FromHours(2));
        var review = Assert.Single(rollout.State.Reviews, r => r.Open);
        Assert.Equal((ReviewKind.Checkpoint, "s50"), (review.Kind, review.Step));
        rollout.DriveWell(TimeSpan.FromHours(5));
        Assert.Equal("s50", rollout.State.Step!.Name);
        Assert.Single(rollout.State.Reviews, r => r.Open);
    }

    [Fact]
    public void A_no_go_pauses()
    {
        var rollout = Some.Started().DriveTo("s50").DriveWell(TimeSpan.FromHours(2));
        var review = rollout.State.Reviews.Single(r => r.Open);
        rollout.Command(new DecideReview(review.Id, false, "support is overrun"), Some.Product);
        Assert.Equal(RolloutStatus.Paused, rollout.State.Status);
        Assert.Equal(Share.OfPercent(50), rollout.State.Percentage);
    }

    [Fact]
    public void A_required_objective_holds_the_phase()
    {
        var rollout = Some.Started().DriveTo("cohort").DriveWell(TimeSpan.FromHours(3));
        Assert.Equal(["review"], Gates.Shut(rollout.State, rollout.Now));
        rollout.Command(new CompleteObjective("feedback"), Some.Engineer);
        Assert.Equal("s10", rollout.State.Step!.Name);
    }

    [Fact]
    public void Advance_ends_the_hold_but_not_the_evidence()
    {
        var rollout = Some.Started().DriveTo("s10").DriveWell(TimeSpan.FromMinutes(10));
        Refused("rollout.gate_shut", rollout.Command(new Advance(null, false, null), Some.Engineer));
        rollout.DriveWell(TimeSpan.FromMinutes(25));
        rollout.Command(new Advance("s10", false, "looks good"), Some.Engineer);
        Assert.Equal("s25", rollout.State.Step!.Name);
        Assert.Empty(((Decision<RolloutEvent>.Accepted)rollout.Command(new Advance("s10", false, null), Some.Engineer)).Events);
        Assert.Equal("s25", rollout.State.Step!.Name);
    }

    [Fact]
    public void An_override_needs_a_reason_and_a_second_person()
    {
        var rollout = Some.Started().DriveTo("s10");
        Refused("rollout.reason_missing", rollout.Command(new Advance(null, true, " "), Some.Engineer));
        rollout.Command(new Advance(null, true, "the metrics pipeline is down"), Some.Engineer);
        var review = rollout.State.Reviews.Single(r => r.Open);
        Refused("review.own_override", rollout.Command(new DecideReview(review.Id, true, null), Some.Engineer));
        rollout.Command(new DecideReview(review.Id, true, null), Some.Product);
        Assert.Equal("s25", rollout.State.Step!.Name);
        Assert.Contains("pipeline", rollout.Of<StepCompleted>()[^1].OverrideReason);
    }

    [Fact]
    public void An_override_is_not_approved_with_a_key_that_its_asker_made()
    {
        var rollout = Some.Started().DriveTo("s10");
        rollout.Command(new Advance(null, true, "the metrics pipeline is down"), Some.Engineer);
        var review = rollout.State.Reviews.Single(r => r.Open);
        var longUsed = new KeyOrigin(["k-carl", Some.Engineer.Id], Some.Start - TimeSpan.FromDays(1));
        Refused("review.own_override", rollout.Command(new DecideReview(review.Id, true, null, Origin: longUsed), Some.Product));
        rollout.Command(new DecideReview(review.Id, true, null, Origin: new KeyOrigin(["k-admin"], null)), Some.Product);
        Assert.Equal("s25", rollout.State.Step!.Name);
    }

    [Fact]
    public void An_override_asked_with_a_fresh_key_is_not_approved_by_its_maker()
    {
        var rollout = Some.Started().DriveTo("s10");
        rollout.Command(new Advance(null, true, "the metrics pipeline is down"), Some.Engineer);
        var review = rollout.State.Reviews.Single(r => r.Open);
        var fresh = new KeyOrigin([Some.Product.Id], review.OpenedAt);
        Refused("review.own_override", rollout.Command(new DecideReview(review.Id, true, null, Asker: fresh), Some.Product));
        Refused("review.own_override", rollout.Command(
            new DecideReview(review.Id, true, null, Origin: new KeyOrigin([Some.Product.Id], null), Asker: fresh), Actor.User("k-dora", "product")));
        var used = fresh with { FirstUsedAt = review.OpenedAt - TimeSpan.FromDays(1) };
        rollout.Command(new DecideReview(review.Id, true, null, Asker: used), Some.Product);
        Assert.Equal("s25", rollout.State.Step!.Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_key_that_was_not_in_use_before_the_review_counts_as_its_maker(bool makerFirst)
    {
        var rollout = Some.Started(Some.Plan(
            "plan: small\nflag: f\nphases: [ { name: p, steps: [ { name: one, percentage: 10%, hold: 1h, review: { roles: [engineering, product], quorum: 2 } }, { name: two, percentage: 100%, hold: 1h } ] } ]"));
        rollout.DriveWell(TimeSpan.FromMinutes(70));
        var review = rollout.State.Reviews.Single(r => r.Open);
        KeyOrigin Fresh(DateTimeOffset? used) => new([Some.Engineer.Id], used);
        void Approve(Actor by, KeyOrigin? origin) =>
            Assert.IsType<Decision<RolloutEvent>.Accepted>(rollout.Command(new DecideReview(review.Id, true, null, Origin: origin), by));
        Decision<RolloutEvent> Second(Actor by, KeyOrigin? origin) =>
            rollout.Command(new DecideReview(review.Id, true, null, Origin: origin), by);

        if (makerFirst)
        {
            Approve(Some.Engineer, null);
            Refused("review.already_decided", Second(Some.Product, Fresh(null)));
            Refused("review.already_decided", Second(Some.Product, Fresh(review.OpenedAt)));
            Assert.Single(rollout.Of<ReviewDecided>());
            Approve(Some.Product, Fresh(review.OpenedAt - TimeSpan.FromSeconds(1)));
        }
        else
        {
            Approve(Some.Product, Fresh(null));
            Assert.Equal(Some.Engineer.Id, rollout.Of<ReviewDecided>().Single().CountsAs);
            Refused("review.already_decided", Second(Some.Engineer, null));
            Approve(Actor.User("k-dora", "product"), null);
        }

        Assert.Equal("two", rollout.State.Step!.Name);
    }

    [Fact]
    public void Step_back_lowers_the_audience_and_holds_until_resumed()
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.Command(new StepBack(null, "odd logs"), Some.Engineer);
        var lowered = Assert.Single(rollout.Of<PercentageLowered>());
        Assert.Equal((25m, 10m, "s10"), (lowered.From, lowered.To, lowered.Step));
        Assert.Equal(["beta"], rollout.State.Included);
        rollout.DriveWell(TimeSpan.FromHours(4));
        Assert.Equal(("s10", RolloutStatus.Paused), (rollout.State.Step!.Name, rollout.State.Status));
        rollout.Command(new Resume(null), Some.Engineer);
        rollout.DriveTo("s25");
    }

    [Fact]
    public void A_restored_rollout_returns_to_its_step_and_must_earn_its_evidence_again()
    {
        var rollout = Some.Started().DriveTo("s25").DriveWell(TimeSpan.FromMinutes(50));
        rollout.Command(new Rollback("gut feeling"), Some.Engineer);
        rollout.DriveWell(TimeSpan.FromHours(2));
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);
        rollout.Command(new Restore("it was the network"), Some.Engineer);
        Assert.Equal(
            (RolloutStatus.Running, "s25", Share.OfPercent(25)), (rollout.State.Status, rollout.State.Step!.Name, rollout.State.Percentage));
        Assert.Equal(["hold", "evidence"], Gates.Shut(rollout.State, rollout.Now));
    }

    [Fact]
    public void What_was_bad_before_a_rollback_does_not_fire_after_the_restore()
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.Push([Some.Sample(rollout.Now, http5xx: 500)]);
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15));
        rollout.Command(new Restore("fixed"), Some.Engineer);
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15));
        rollout.Push([Some.Sample(rollout.Now)]);
        Assert.Equal(RolloutStatus.Running, rollout.State.Status);
    }

    private static void Refused(string code, Decision<RolloutEvent> decision) =>
        Assert.Equal(code, Assert.IsType<Decision<RolloutEvent>.Refused>(decision).Code);
}
