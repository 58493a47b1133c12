using Orchestrator.Domain.Access;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Amending;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts.Amending;

public sealed class AmendedRolloutTests
{
    private const string Gradual = "success: [ error_rate < 0.1% over 30m, incidents == 0 over 30m ]";

    [Fact]
    public void A_stricter_plan_is_in_force_at_once_for_the_same_users_and_in_the_event()
    {
        var rollout = Some.Started().DriveTo("s25");
        var before = rollout.State;
        var plan = Correcting.Plan(("when: error_rate > 0.5%, for: 5m", "when: error_rate > 0.4%, for: 5m"));
        rollout.Amend(plan);
        var amended = Assert.Single(rollout.Of<RolloutAmended>());
        Assert.Equal((1, before.Plan.Hash, 2, plan.Hash), (amended.FromRevision, amended.FromHash, amended.Revision, amended.Hash));
        Assert.Equal(plan.Document, amended.Document.GetRawText());
        Assert.Null(amended.Looser);
        Assert.Equal(
            (before.Salt, before.Percentage, before.PhaseIndex, before.StepIndex, before.Entry),
            (rollout.State.Salt, rollout.State.Percentage, rollout.State.PhaseIndex, rollout.State.StepIndex, rollout.State.Entry));
        Assert.Equal(before.Included, rollout.State.Included);
        Assert.Equal((2, plan.Hash), (rollout.State.Revision, rollout.State.Plan.Hash));
        rollout.Drive(TimeSpan.FromMinutes(7), at => Some.Sample(at, requests: 1000, errors: 5));
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);
    }

    [Fact]
    public void The_same_revision_again_changes_nothing()
    {
        var rollout = Some.Started().DriveTo("s10");
        var plan = Correcting.Plan(("title: New checkout", "title: Newer checkout"));
        rollout.Amend(plan);
        Assert.Empty(Assert.IsType<Decision<RolloutEvent>.Accepted>(rollout.Amend(plan)).Events);
        Assert.Single(rollout.Of<RolloutAmended>());
    }

    [Fact]
    public void A_replay_of_the_events_gives_the_same_state_and_so_does_every_prefix()
    {
        var rollout = Some.Started().DriveTo("s10");
        rollout.Amend(Correcting.Plan(("hold: 4h, review", "hold: 6h, review")));
        rollout.Amend(Correcting.Plan(("> 0.5%, for: 5m", "> 0.6%, for: 5m")), revision: 3);
        rollout.Approve(Some.Product).DriveTo("s50");
        var state = RolloutState.Initial;
        foreach (var happened in rollout.Events)
        {
            var read = RolloutEvents.Catalog.Read(Recorded(happened));
            state = RolloutEvolution.Evolve(state, happened with { Event = read });
        }

        Assert.Equal((3, rollout.State.Plan.Hash, rollout.State.Entry, rollout.State.Percentage),
            (state.Revision, state.Plan.Hash, state.Entry, state.Percentage));
        Assert.Equal(rollout.State.RestartedAt, state.RestartedAt);
        var then = rollout.Events.TakeWhile(e => e.Event is not RolloutAmended).Aggregate(RolloutState.Initial, RolloutEvolution.Evolve);
        Assert.Equal(1, then.Revision);
    }

    [Fact]
    public void An_unchanged_trigger_goes_on_in_its_for_and_a_changed_one_starts_again()
    {
        var rollout = Some.Started().DriveTo("s10").DriveWell(TimeSpan.FromMinutes(10));
        rollout.Drive(TimeSpan.FromMinutes(3), at => Some.Sample(at, errors: 20, latency: 450));
        var since = rollout.State.Triggers["error-rate-spike"].Since;
        rollout.Amend(Correcting.Plan(("p99_response_time > 500ms, for: 2m", "p99_response_time > 400ms, for: 2m")));
        Assert.Equal(since, rollout.State.Triggers["error-rate-spike"].Since);
        Assert.Equal(["latency-collapse"], Assert.Single(rollout.Of<RolloutAmended>()).Triggers);
        Assert.Equal(rollout.Now, rollout.State.RestartedAt["trigger latency-collapse"]);
        rollout.Drive(TimeSpan.FromMinutes(1.5), at => Some.Sample(at, errors: 20, latency: 450));
        Assert.Equal(RolloutStatus.Running, rollout.State.Status);
        rollout.Drive(TimeSpan.FromMinutes(1), at => Some.Sample(at, errors: 20, latency: 450));
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);
        Assert.Equal("error-rate-spike", rollout.State.Rollback!.Trigger);
    }

    [Fact]
    public void A_changed_trigger_looks_at_nothing_from_before_the_amendment()
    {
        var rollout = Some.Started().DriveTo("s10").DriveWell(TimeSpan.FromMinutes(10));
        rollout.Drive(TimeSpan.FromSeconds(45), at => Some.Sample(at, http5xx: 8));
        rollout.Amend(Correcting.Plan(("http_5xx_rate > 1%", "http_5xx_rate > 0.5%")));
        rollout.DriveWell(TimeSpan.FromMinutes(5));
        Assert.Equal(RolloutStatus.Running, rollout.State.Status);
        rollout.Push([Some.Sample(rollout.Now, http5xx: 60)]);
        Assert.Equal("server-errors", rollout.State.Rollback?.Trigger);
    }

    [Fact]
    public void Only_a_criterion_that_changed_is_judged_by_samples_since_the_amendment_alone()
    {
        var rollout = Some.Started().DriveTo("s25").DriveWell(TimeSpan.FromMinutes(45));
        Assert.Equal(Verdict.Met, rollout.State.Criteria["error_rate < 0.1% over 30m"].Verdict);
        rollout.Amend(Correcting.Plan((Gradual, "success: [ error_rate < 0.09% over 30m, incidents == 0 over 30m ]")));
        Assert.False(rollout.State.Criteria.TryGetValue("error_rate < 0.09% over 30m", out var known) && known.Verdict == Verdict.Met);
        Assert.Equal(Verdict.Met, rollout.State.Criteria["incidents == 0 over 30m"].Verdict);
        rollout.DriveWell(TimeSpan.FromMinutes(20));
        Assert.Equal("s25", rollout.State.Step!.Name);
        Assert.Contains("evidence", Gates.Shut(rollout.State, rollout.Now));
        rollout.DriveWell(TimeSpan.FromMinutes(12));
        Assert.Equal("s50", rollout.State.Step!.Name);
    }

    [Fact]
    public void An_approval_at_a_steps_end_is_withdrawn_by_an_amendment_and_a_checkpoint_stays()
    {
        var rollout = Some.Started().DriveTo("s100").DriveWell(TimeSpan.FromHours(2));
        var gate = Assert.Single(rollout.State.Reviews, r => r is { Open: true, Kind: ReviewKind.Gate });
        var plan = Correcting.Plan(("duration: 2h..1d", "duration: 3h..1d"));
        Assert.Equal([gate.Id], rollout.Effect(plan).Withdrawn);
        rollout.Amend(plan);
        Assert.Equal(ReviewOutcome.Withdrawn, rollout.State.Reviews.Single(r => r.Id == gate.Id).Outcome);
        Correcting.Refused("review.closed", rollout.Command(new DecideReview(gate.Id, true, null), Some.Product));

        var other = Some.Started().DriveTo("s50").DriveWell(TimeSpan.FromHours(2));
        var checkpoint = Assert.Single(other.State.Reviews, r => r is { Open: true, Kind: ReviewKind.Checkpoint });
        other.Amend(Correcting.Plan(("hold: 4h, review", "hold: 5h, review")));
        Assert.True(other.State.Reviews.Single(r => r.Id == checkpoint.Id).Open);
    }

    [Fact]
    public void A_rule_that_was_blind_and_is_gone_holds_the_step_no_longer()
    {
        const string leak = "  - { name: memory-leak, when: memory > 80MB, action: rollback }\n";
        var rollout = Some.Started(Correcting.Plan((leak, leak.Replace("rollback }", "rollback, onNoData: hold }", StringComparison.Ordinal)))).DriveTo("s10");
        rollout.Drive(TimeSpan.FromMinutes(70), at => Some.Sample(at) with { Gauges = [] });
        Assert.Contains("trigger memory-leak", rollout.State.Unmeasured.Keys);
        Assert.Equal("s10", rollout.State.Step!.Name);
        rollout.Amend(Correcting.Plan((leak, "")));
        rollout.Approve(Some.Product);
        Assert.DoesNotContain("trigger memory-leak", rollout.State.Unmeasured.Keys);
    }

    [Fact]
    public void A_looser_plan_waits_for_a_second_person_who_is_not_the_asker_nor_a_key_of_theirs()
    {
        var rollout = Some.Started().DriveTo("s10");
        var plan = Correcting.Plan(("> 0.5%, for: 5m", "> 1%, for: 5m"));
        rollout.Amend(plan);
        var review = Assert.Single(rollout.State.Reviews, r => r is { Open: true, Kind: ReviewKind.Amendment });
        Assert.Equal((1, plan.Hash), (rollout.State.Revision, rollout.State.Proposed!.Plan.Hash));
        Assert.Contains("0.5%", review.EvidenceText, StringComparison.Ordinal);
        Assert.Contains("review", Gates.Shut(rollout.State, rollout.Now));
        Correcting.Refused("review.own_override", rollout.Command(new DecideReview(review.Id, true, null), Some.Admin));
        Correcting.Refused(
            "review.own_override", rollout.Command(new DecideReview(review.Id, true, null, Origin: new KeyOrigin([Some.Admin.Id], null)), Some.Product));
        Correcting.Refused("review.role", rollout.Command(new DecideReview(review.Id, true, null), Actor.User("k-carl", "devops")));
        Assert.Equal(1, rollout.State.Revision);
        rollout.Approve(Some.Product);
        Assert.Equal((2, plan.Hash), (rollout.State.Revision, rollout.State.Plan.Hash));
        Assert.Null(rollout.State.Proposed);
        var amended = Assert.Single(rollout.Of<RolloutAmended>());
        Assert.Equal(review.Id, amended.Review);
        Assert.NotEmpty(amended.Looser!);
        Assert.Contains(("k-root", "k-ben"), Retrospective.Of(rollout.Events).Amendments.Select(a => (a.AskedBy.Id, a.AgreedBy!.Id)));
    }

    [Fact]
    public void The_retrospective_names_all_who_agreed_to_a_looser_plan()
    {
        const string both = "\napprovals: { roles: { product: 1, engineering: 1 } }\n";
        var rollout = Some.Started(Some.Plan(Some.PlanText + both)).DriveTo("s10");
        rollout.Amend(Some.Plan(Some.PlanText.Replace("> 0.5%, for: 5m", "> 1%, for: 5m", StringComparison.Ordinal) + both));
        rollout.Approve(Some.Product).Approve(Some.Engineer);
        var told = Assert.Single(Retrospective.Of(rollout.Events).Named((id, _) => "name of " + id).Amendments);
        Assert.Equal([(Some.Product.Id, "name of " + Some.Product.Id), (Some.Engineer.Id, "name of " + Some.Engineer.Id)],
            told.Agreed.Select(one => (one.Id, one.Name!)));
        Assert.Equal(("name of " + Some.Admin.Id, Some.Engineer.Id), (told.AskedBy.Name, told.AgreedBy!.Id));
    }

    [Fact]
    public void A_no_to_a_looser_plan_leaves_everything_as_it_was_and_pauses_nothing()
    {
        var rollout = Some.Started().DriveTo("s10");
        rollout.Amend(Correcting.Plan(("> 0.5%, for: 5m", "> 1%, for: 5m")));
        var review = rollout.State.Reviews.Single(r => r is { Open: true, Kind: ReviewKind.Amendment });
        rollout.Command(new DecideReview(review.Id, false, "not now"), Some.Product);
        Assert.Equal((RolloutStatus.Running, 1), (rollout.State.Status, rollout.State.Revision));
        Assert.Null(rollout.State.Proposed);
    }

    [Fact]
    public void A_question_about_an_amendment_ends_with_a_rollback_and_with_a_restore()
    {
        var loose = Correcting.Plan(("> 0.5%, for: 5m", "> 1%, for: 5m"));
        var rollout = Some.Started().DriveTo("s10");
        rollout.Amend(loose);
        rollout.Command(new Rollback("bad"), Some.Engineer);
        Assert.Null(rollout.State.Proposed);
        rollout.Amend(loose);
        Assert.NotNull(rollout.State.Proposed);
        rollout.Command(new Restore("fixed"), Some.Engineer);
        Assert.Null(rollout.State.Proposed);
        Assert.DoesNotContain(rollout.State.Reviews, r => r.Open);
        Assert.Equal((RolloutStatus.Running, 1), (rollout.State.Status, rollout.State.Revision));
    }

    [Fact]
    public void A_rollout_at_legacy_is_amended_and_restored_under_the_corrected_plan()
    {
        var rollout = Some.Started().DriveTo("s10");
        rollout.Command(new Rollback("false alarm"), Some.Engineer);
        rollout.Amend(Correcting.Plan(("> 0.5%, for: 5m", "> 1%, for: 5m")));
        rollout.Approve(Some.Product);
        rollout.Command(new Restore("the limit was wrong"), Some.Engineer);
        rollout.Drive(TimeSpan.FromMinutes(10), at => Some.Sample(at, errors: 7));
        Assert.Equal((RolloutStatus.Running, 2), (rollout.State.Status, rollout.State.Revision));
    }

    [Fact]
    public void Another_amendment_takes_the_place_of_one_that_waits()
    {
        var rollout = Some.Started().DriveTo("s10");
        rollout.Amend(Correcting.Plan(("> 0.5%, for: 5m", "> 1%, for: 5m")));
        rollout.Amend(Correcting.Plan(("> 0.5%, for: 5m", "> 0.6%, for: 5m")), revision: 3);
        Assert.Equal(3, rollout.State.Proposed!.Revision);
        Assert.Single(rollout.State.Reviews, r => r is { Open: true, Kind: ReviewKind.Amendment });
        rollout.Amend(Correcting.Plan(("> 0.5%, for: 5m", "> 0.4%, for: 5m")), revision: 4);
        Assert.Null(rollout.State.Proposed);
        Assert.Equal(4, rollout.State.Revision);
        Assert.DoesNotContain(rollout.State.Reviews, r => r.Open);
    }

    [Fact]
    public void A_new_metric_is_measured_from_the_amendment_on_and_old_series_keep_their_samples()
    {
        var rollout = Some.Started().DriveTo("s10").DriveWell(TimeSpan.FromMinutes(40));
        rollout.Amend(Correcting.Plan(
            ("  availability: {", "  declined: { ratio: payments_declined / requests }\n  availability: {"),
            ("- { name: unavailable", "- { name: declined, when: declined > 5%, action: rollback }\n  - { name: unavailable")));
        Assert.Equal(["declined"], Assert.Single(rollout.Of<RolloutAmended>()).Triggers);
        Assert.Equal(Verdict.Met, rollout.State.Criteria["error_rate < 0.1% over 30m"].Verdict);
        Sample(rollout, 10);
        Assert.Equal(RolloutStatus.Running, rollout.State.Status);
        Sample(rollout, 100);
        Assert.Equal("declined", rollout.State.Rollback?.Trigger);

        static void Sample(Simulator rollout, long declined)
        {
            rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15));
            var sample = Some.Sample(rollout.Now);
            rollout.Push([sample with { Counters = sample.Counters.Add(new("payments_declined", declined)) }]);
        }
    }

    [Fact]
    public void A_freeze_of_an_amendment_shuts_the_step_and_a_waived_hold_stays_with_its_hold()
    {
        var rollout = Some.Started().DriveTo("s10").DriveWell(TimeSpan.FromMinutes(40));
        var until = Some.Start + TimeSpan.FromDays(30);
        rollout.Amend(Correcting.Plan(("flag: newCheckout", $"flag: newCheckout\ncalendar: {{ timeZone: UTC, freezes: [ {{ name: sale, from: 2026-03-01T00:00:00Z, to: {until:yyyy-MM-dd'T'HH:mm:ss'Z'} }} ] }}")));
        rollout.DriveWell(TimeSpan.FromHours(2));
        Assert.Equal("s10", rollout.State.Step!.Name);
        Assert.Equal(["window"], Gates.Shut(rollout.State, rollout.Now));
    }

    [Theory]
    [InlineData("rollout.not_running", false)]
    [InlineData("rollout.aborted", true)]
    public void Only_a_rollout_under_way_is_amended(string code, bool aborted)
    {
        var rollout = Some.Created();
        if (aborted)
        {
            rollout.Command(new Abort("no"), Some.Engineer);
        }

        Correcting.Refused(code, rollout.Amend(Correcting.Plan(("title: New checkout", "title: Other"))));
    }

    [Fact]
    public void A_rollout_that_is_held_after_a_restore_is_confirmed_first()
    {
        var rollout = Some.Started().DriveTo("s10");
        rollout.Command(new Hold(2, "restored"), Actor.System);
        Correcting.Refused("rollout.held", rollout.Amend(Correcting.Plan(("title: New checkout", "title: Other"))));
        Assert.Equal("rollout.held", Amendment.NotNow(rollout.State)!.Code);
        rollout.Command(new Confirm("it is right"), Some.Engineer);
        rollout.Amend(Correcting.Plan(("title: New checkout", "title: Other")));
        Assert.Equal(2, rollout.State.Revision);
    }

    [Fact]
    public void A_rollout_takes_a_bounded_number_of_amendments_each_of_which_keeps_a_plan()
    {
        var rollout = Some.Started().DriveTo("s10");
        for (var i = 0; i < 100; i++)
        {
            rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(2));
            Assert.IsType<Decision<RolloutEvent>.Accepted>(rollout.Amend(Correcting.Plan(("title: New checkout", $"title: Checkout {i}")), revision: i + 2));
        }

        rollout.AdvanceTo(rollout.Now + TimeSpan.FromMinutes(2));
        Correcting.Refused("rollout.too_many_amendments", rollout.Amend(Correcting.Plan(("title: New checkout", "title: one more")), revision: 200));
    }

    [Fact]
    public void The_retrospective_tells_of_each_amendment_and_of_steps_that_are_gone_since()
    {
        var rollout = Some.Started().DriveTo("s50").DriveWell(TimeSpan.FromMinutes(5));
        rollout.Command(new StepBack(null, "too much"), Some.Engineer);
        rollout.Amend(Correcting.Plan(
            ("- { name: s50, percentage: 50%, hold: 4h, review: { every: 2h, roles: [engineering, product] } }",
                "- { name: s40, title: Four in ten, percentage: 40%, hold: 4h, review: { every: 2h, roles: [engineering, product] } }")));
        var told = Retrospective.Of(rollout.Events);
        Assert.Contains("s50", told.Phases.SelectMany(p => p.Steps).Select(s => s.Name));
        Assert.Equal((1, 2, "the limit was wrong"), Assert.Single(told.Amendments.Select(a => (a.FromRevision, a.Revision, a.Reason))));
        Assert.Contains(told.Moments, moment => moment.Type == nameof(RolloutAmended));
    }

    private static RecordedEvent Recorded(Happened<RolloutEvent> happened)
    {
        var written = RolloutEvents.Catalog.Write(happened.Event, Guid.CreateVersion7(happened.At));
        return new RecordedEvent
        {
            Id = written.Id,
            Type = written.Type,
            Schema = written.Schema,
            Data = written.Data,
            Stream = "rollout/checkout-1",
            Version = happened.Version,
            Position = happened.Version,
            At = happened.At,
            Actor = happened.Actor,
            CommandId = "c",
            Cause = null,
            Correlation = null,
            Hash = default,
        };
    }
}
