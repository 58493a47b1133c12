using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using Orchestrator.Domain.Routing;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>A completed rollout serves until it is retired, can be taken back until then, and is watched while it bakes.</summary>
public sealed class AfterCompletionTests
{
    private const string Text = """
        plan: small
        flag: checkout
        segments: { eu: { any: [ { attribute: region, equals: eu } ] } }
        metrics:
          error_rate: { ratio: errors / requests }
          memory: { gauge: memory, unit: size }
        triggers:
          - { name: spike, when: error_rate > 0.5%, for: 5m, action: rollback }
          - { name: eu-memory, when: memory in eu > 70MB, action: rollback-segment, segments: [eu] }
          - { name: odd, when: error_rate between 0.2% and 0.5%, for: 10m, action: review }
        alerts: [ { name: down, on: alert(CheckoutDown), action: immediate_rollback, level: critical } ]
        phases:
          - name: full
            flags: { verbose: true }
            steps: [ { name: half, percentage: 50%, hold: 10m }, { name: all, percentage: 100%, hold: 10m } ]
            success: [ error_rate < 0.1% over 5m ]
        """;

    private static readonly TimeSpan Bake = TimeSpan.FromDays(2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rollback_after_completion_takes_everyone_back_with_an_incident_and_can_be_undone(bool bakes)
    {
        var rollout = Completed(bakes);
        Accepted(rollout.Command(new Rollback("it loses orders"), Some.Engineer));
        Assert.Equal((RolloutStatus.RolledBack, RouteMode.Off), (rollout.State.Status, RolloutRoutes.Of(rollout.State).Mode));
        Assert.Equal(VerificationStep.Propagation, Assert.Single(rollout.State.Incidents).Next);
        Assert.Equal((100m, "all"), (rollout.Of<RolledBack>()[^1].Percentage, rollout.Of<RolledBack>()[^1].Step));

        Accepted(rollout.Command(new Restore("it was the network"), Some.Engineer));
        Assert.Equal((RolloutStatus.Running, "all", Share.All), (rollout.State.Status, rollout.State.Step!.Name, rollout.State.Percentage));
        Assert.Equal(["hold", "evidence"], Gates.Shut(rollout.State, rollout.Now));
        rollout.DriveWell(TimeSpan.FromMinutes(15));
        Assert.Equal((RolloutStatus.Completed, bakes), (rollout.State.Status, rollout.State.Baking));
    }

    [Fact]
    public void Step_back_after_completion_lowers_the_audience_and_a_resume_completes_again()
    {
        var rollout = Completed(bakes: false);
        Accepted(rollout.Command(new StepBack(null, "too slow"), Some.Engineer));
        Assert.Equal(
            ("half", RolloutStatus.Paused, Share.OfPercent(50)), (rollout.State.Step!.Name, rollout.State.Status, rollout.State.Percentage));
        rollout.Command(new Resume(null), Some.Engineer);
        rollout.DriveWell(TimeSpan.FromMinutes(30));
        Assert.Equal(RolloutStatus.Completed, rollout.State.Status);
        Assert.Equal(2, rollout.Of<RolloutCompleted>().Length);
    }

    [Fact]
    public void Ramped_rollback_after_completion_returns_in_pieces()
    {
        var rollout = Completed(bakes: false, "\nlegacy: { capacity: 40%, per: 10m }\n");
        Accepted(rollout.Command(new Rollback("slowly", null, true), Some.Engineer));
        Assert.Equal((RolloutStatus.Paused, Share.OfPercent(60)), (rollout.State.Status, rollout.State.Percentage));
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromMinutes(20));
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);
    }

    [Fact]
    public void A_trigger_takes_everyone_back_while_it_bakes()
    {
        var rollout = Completed(bakes: true);
        Assert.Equal(rollout.Now + Bake, rollout.State.Completion!.BakesUntil);
        rollout.DriveWell(TimeSpan.FromHours(5));
        rollout.Drive(TimeSpan.FromMinutes(6), at => Some.Sample(at, errors: 60));
        Assert.Equal((RolloutStatus.RolledBack, "spike"), (rollout.State.Status, rollout.Of<RolledBack>()[^1].Trigger));
        Assert.NotEmpty(rollout.State.Incidents);
    }

    [Fact]
    public void An_alert_takes_everyone_back_while_it_bakes_and_is_refused_after_that()
    {
        var rollout = Completed(bakes: true);
        Accepted(rollout.Command(Some.Alerts("CheckoutDown", firing: ["aa"]), Some.Engineer));
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15));
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);

        var over = Completed(bakes: false);
        Refused("rollout.completed", over.Command(Some.Alerts("CheckoutDown", firing: ["aa"]), Some.Engineer));
    }

    [Fact]
    public void A_segment_is_taken_back_alone_while_it_bakes()
    {
        var rollout = Completed(bakes: true);
        rollout.Push([Some.Sample(rollout.Now, memory: 90e6, segment: "eu")]);
        Assert.Equal((RolloutStatus.Completed, "eu"), (rollout.State.Status, Assert.Single(rollout.State.TakenBack)));
        Assert.Contains("eu is taken back to legacy", Summary.Of(rollout.State), StringComparison.Ordinal);
        Assert.True(rollout.State.Baking);
        Accepted(rollout.Command(new Restore("fixed", ["eu"]), Some.Engineer));
        Assert.Empty(rollout.State.TakenBack);
    }

    [Fact]
    public void A_warning_while_it_bakes_is_told_and_asks_for_no_review()
    {
        var rollout = Completed(bakes: true);
        rollout.Drive(TimeSpan.FromMinutes(12), at => Some.Sample(at, errors: 3));
        Assert.Equal("odd", Assert.Single(rollout.Of<TriggerFired>()).Trigger);
        Assert.DoesNotContain(rollout.State.Reviews, review => review.Open);
        Assert.Equal(RolloutStatus.Completed, rollout.State.Status);
    }

    [Fact]
    public void The_bake_ends_by_an_event_and_no_trigger_takes_users_back_after_it()
    {
        var rollout = Completed(bakes: true);
        rollout.AdvanceTo(rollout.Now + Bake - TimeSpan.FromHours(1));
        Assert.Empty(rollout.Of<BakeEnded>());
        Assert.Contains("Baking until", Summary.Of(rollout.State), StringComparison.Ordinal);
        rollout.DriveWell(TimeSpan.FromHours(2));
        Assert.DoesNotContain("No sample", Assert.Single(rollout.Of<BakeEnded>()).Text, StringComparison.Ordinal);
        Assert.Equal((RolloutStatus.Completed, false, null),
            (rollout.State.Status, rollout.State.Watched, NextWakes.NextWake(rollout.State, rollout.Now)));
        rollout.Drive(TimeSpan.FromMinutes(10), at => Some.Sample(at, errors: 500));
        Assert.Equal(RolloutStatus.Completed, rollout.State.Status);
        Accepted(rollout.Command(new Rollback("by hand"), Some.Engineer));
    }

    [Fact]
    public void A_bake_without_samples_ends_and_says_that_nothing_was_shown()
    {
        var rollout = Completed(bakes: true);
        rollout.AdvanceTo(rollout.Now + Bake + TimeSpan.FromMinutes(1));
        Assert.Contains("No sample of the new variant has arrived since", Assert.Single(rollout.Of<BakeEnded>()).Text, StringComparison.Ordinal);
        Assert.Null(rollout.State.EvidenceLostAt);
    }

    [Fact]
    public void The_bake_does_not_end_while_the_for_of_a_trigger_runs()
    {
        var rollout = Completed(bakes: true);
        var until = rollout.State.Completion!.BakesUntil!.Value;
        rollout.AdvanceTo(until - TimeSpan.FromMinutes(3));
        rollout.Drive(TimeSpan.FromMinutes(6), at => Some.Sample(at, errors: 60));
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);
        Assert.True(rollout.State.Since > until);
    }

    [Fact]
    public void Without_a_bake_no_trigger_acts_and_nothing_is_asked()
    {
        var rollout = Completed(bakes: false);
        Assert.Null(RoundQueries.For(rollout.State));
        rollout.Drive(TimeSpan.FromMinutes(10), at => Some.Sample(at, errors: 500));
        Assert.Equal(RolloutStatus.Completed, rollout.State.Status);
    }

    [Fact]
    public void Flags_of_the_last_phase_stay_until_it_is_retired_and_end_with_a_rollback()
    {
        var rollout = Completed(bakes: false);
        Assert.Equal("verbose", Assert.Single(rollout.State.FlagsInForce).Key);
        rollout.Command(new Rollback("bad"), Some.Engineer);
        Assert.Empty(rollout.State.FlagsInForce);
    }

    [Theory]
    [InlineData(null, null, "rollout.flag_without_value")]
    [InlineData("false", null, "rollout.value_changes")]
    [InlineData("false", "true", "rollout.value_differs")]
    [InlineData("\"new\"", null, "rollout.value_changes")]
    [InlineData("true", null, null)]
    [InlineData("false", "false", null)]
    public void Retiring_changes_no_answer_unless_a_person_names_the_value(string? value, string? expected, string? code)
    {
        var rollout = Completed(bakes: true);
        var decision = rollout.Command(new Retire("flag is gone", expected, value), Some.Engineer);
        if (code is not null)
        {
            Refused(code, decision);
            Assert.Equal(RolloutStatus.Completed, rollout.State.Status);
            return;
        }

        Accepted(decision);
        Assert.Equal((RolloutStatus.Retired, false, false), (rollout.State.Status, rollout.State.Watched, rollout.State.Unfinished));
        Assert.Empty(Accepted(rollout.Command(new Retire("again", expected, value), Some.Engineer)));
        Refused("rollout.retired", rollout.Command(new Rollback("too late"), Some.Engineer));
    }

    [Fact]
    public void Retiring_with_a_segment_on_legacy_needs_the_value_named()
    {
        var rollout = Completed(bakes: false);
        rollout.Command(new Rollback("eu is slow", ["eu"]), Some.Engineer);
        Refused("rollout.value_changes", rollout.Command(new Retire("done", null, "true"), Some.Engineer));
        Accepted(rollout.Command(new Retire("done", "true", "true"), Some.Engineer));
    }

    [Fact]
    public void Only_a_completed_rollout_is_retired()
    {
        Refused("rollout.not_completed", Some.Started(Plan(false)).Command(new Retire("r", null, "true"), Some.Engineer));
        var back = Completed(bakes: false);
        back.Command(new Rollback("bad"), Some.Engineer);
        Refused("rollout.not_completed", back.Command(new Retire("r", null, "true"), Some.Engineer));
    }

    [Fact]
    public void An_aborted_rollout_has_everyone_on_legacy_and_retiring_to_false_moves_no_user()
    {
        var rollout = Completed(bakes: false);
        rollout.Command(new Rollback("bad"), Some.Engineer);
        rollout.Command(new Abort("over"), Some.Engineer);
        var aborted = rollout.Now;
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromDays(1));
        Refused("rollout.value_changes", rollout.Command(new Retire("r", null, "true"), Some.Engineer));
        Accepted(rollout.Command(new Retire("r", null, "false"), Some.Engineer));
        Assert.Equal(RolloutStatus.Retired, rollout.State.Status);
        var told = Retrospective.Of(rollout.Events).Headline;
        Assert.Equal(aborted, told.EndedAt);
        Assert.StartsWith("Aborted after", told.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_start_retires_this_rollout_but_not_one_that_was_taken_back()
    {
        var rollout = Completed(bakes: true);
        Accepted(rollout.Command(new Retire("next", Successor: "small-2"), Some.Engineer));
        Assert.Equal((RolloutStatus.Retired, RouteMode.Split), (rollout.State.Status, RolloutRoutes.Of(rollout.State).Mode));
        Assert.Empty(Accepted(rollout.Command(new Retire("next", Successor: "small-2"), Some.Engineer)));

        var back = Completed(bakes: false);
        back.Command(new Rollback("bad"), Some.Engineer);
        Refused(EnvironmentDecider.FlagTaken, back.Command(new Retire("next", Successor: "small-2"), Some.Engineer));
    }

    [Fact]
    public void A_completion_of_an_earlier_build_serves_and_can_be_taken_back_and_retired()
    {
        var events = Completed(bakes: false).Events.Select(e => e.Event is RolloutCompleted ? e with { Event = new RolloutCompleted() } : e)
            .ToArray();
        var state = events.Aggregate(RolloutState.Initial, RolloutEvolution.Evolve);
        Assert.Equal((true, RouteMode.Split), (state.Serving, RolloutRoutes.Of(state).Mode));
        Assert.Empty(state.FlagsInForce);
        Accepted(RolloutDecider.Decide(state, new Rollback("bad"), Some.Engineer, state.LastAt));
        Accepted(RolloutDecider.Decide(state, new Retire("done", null, "true"), Some.Engineer, state.LastAt));
    }

    [Fact]
    public void After_a_restored_backup_a_baking_rollout_is_held_and_bakes_on_when_confirmed()
    {
        var rollout = Completed(bakes: true);
        rollout.Command(new Hold(7, "restored"), Actor.System);
        Assert.Equal(RouteMode.Off, RolloutRoutes.Of(rollout.State).Mode);
        Assert.Empty(rollout.State.FlagsInForce);
        rollout.Command(new Confirm("fine"), Some.Engineer);
        Assert.Equal((RolloutStatus.Completed, true, RouteMode.Split),
            (rollout.State.Status, rollout.State.Baking, RolloutRoutes.Of(rollout.State).Mode));
    }

    [Fact]
    public void The_retrospective_tells_when_it_was_completed_baked_taken_back_and_retired()
    {
        var rollout = Completed(bakes: true);
        var completed = rollout.Now;
        var told = Retrospective.Of(rollout.Events);
        Assert.Equal(completed, told.Headline.EndedAt);
        Assert.Contains("Still serving", told.Headline.Outcome, StringComparison.Ordinal);
        rollout.AdvanceTo(rollout.Now + Bake + TimeSpan.FromMinutes(1));
        rollout.Command(new Retire("gone from the code", null, "true"), Some.Engineer);
        told = Retrospective.Of(rollout.Events, rollout.Now + TimeSpan.FromDays(9));
        Assert.Equal((RolloutStatus.Retired, completed), (told.Headline.Status, told.Headline.EndedAt));
        Assert.Contains("and retired at", told.Headline.Outcome, StringComparison.Ordinal);
        Assert.Equal(["RolloutCompleted", "BakeEnded", "RolloutRetired"], told.Moments.TakeLast(3).Select(moment => moment.Type));
        Assert.DoesNotContain(told.Waiting, wait => wait.Shut > TimeSpan.FromDays(1));
    }

    [Fact]
    public void A_bake_that_no_trigger_watches_is_warned_of()
    {
        var read = PlanFiles.PlanText.Read("plan: p\nflag: f\nbake: 1d\nphases: [ { name: a, steps: [ { name: one, percentage: 10%, hold: 1h } ] } ]");
        Assert.Contains(read.Warnings, warning => warning.Path == "bake");
        Assert.Equal(TimeSpan.FromDays(1), read.Plan!.Bake);
        Assert.Contains(PlanFiles.PlanText.Read("plan: p\nflag: f\nbake: soon\nphases: [ { name: a, steps: [ { name: one, percentage: 10%, hold: 1h } ] } ]").Errors, e => e.Path == "bake");
    }

    private static Plan Plan(bool bakes, string more = "") => Some.Plan(Text + (bakes ? "\nbake: 2d\n" : "\n") + more);

    private static Simulator Completed(bool bakes, string more = "")
    {
        var rollout = Some.Started(Plan(bakes, more));
        for (var i = 0; i < 20 && rollout.State.Status == RolloutStatus.Running; i++)
        {
            rollout.DriveWell(TimeSpan.FromMinutes(2));
        }

        Assert.Equal(RolloutStatus.Completed, rollout.State.Status);
        Assert.IsType<RolloutCompleted>(rollout.Events[^1].Event);
        return rollout;
    }

    private static RolloutEvent[] Accepted(Decision<RolloutEvent> decision) =>
        [.. Assert.IsType<Decision<RolloutEvent>.Accepted>(decision).Events];

    private static void Refused(string code, Decision<RolloutEvent> decision) =>
        Assert.Equal(code, Assert.IsType<Decision<RolloutEvent>.Refused>(decision).Code);
}
