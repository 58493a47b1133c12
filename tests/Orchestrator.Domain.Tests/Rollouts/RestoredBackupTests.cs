using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;
using Orchestrator.Domain.Routing;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Events after the backup are unknown, so no user is on new until a person confirms.</summary>
public sealed class RestoredBackupTests
{
    private static readonly Actor Restorer = new(ActorKind.System, "restore");

    private static Simulator Held(string step = "s10")
    {
        var rollout = Some.Started().DriveTo(step);
        rollout.Command(new Hold(7, "A backup was restored."), Restorer);
        return rollout;
    }

    [Fact]
    public void A_running_rollout_routes_no_user_to_new()
    {
        var state = Held().State;

        Assert.Equal((RolloutStatus.Paused, 7L, false), (state.Status, state.AwaitingConfirmation!.Timeline, state.Watched));
        Assert.Equal(RouteMode.Off, RolloutRoutes.Of(state).Mode);
        Assert.Equal(["confirm"], Gates.Shut(state, state.LastAt));
    }

    [Fact]
    public void Time_and_good_samples_change_nothing()
    {
        var rollout = Held();
        var version = rollout.State.Version;

        rollout.DriveWell(TimeSpan.FromDays(2));

        Assert.Equal(version, rollout.State.Version);
    }

    [Fact]
    public void Confirmed_it_goes_on_at_its_step_and_the_time_held_does_not_count()
    {
        var rollout = Held();
        var since = rollout.State.StepSince;
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromDays(3));

        rollout.Command(new Confirm("It was never rolled back."), Some.Engineer);

        var state = rollout.State;
        Assert.Equal((RolloutStatus.Running, "s10", Share.OfPercent(10)), (state.Status, state.Step!.Name, state.Percentage));
        Assert.Equal(RouteMode.Split, RolloutRoutes.Of(state).Mode);
        Assert.Equal(since + TimeSpan.FromDays(3), state.StepSince);
        Assert.Null(state.AwaitingConfirmation);
        Assert.Equal("It was never rolled back.", Assert.Single(rollout.Of<RolloutConfirmed>()).Reason);
    }

    [Fact]
    public void One_that_was_paused_is_paused_again_once_confirmed()
    {
        var rollout = Some.Started().DriveTo("s10");
        rollout.Command(new Pause("lunch"), Some.Engineer);
        rollout.Command(new Hold(7, "restored"), Restorer);

        rollout.Command(new Confirm("fine"), Some.Engineer);

        Assert.Equal(RolloutStatus.Paused, rollout.State.Status);
        Assert.True(rollout.State.Watched);
    }

    [Fact]
    public void Neither_resume_nor_anything_else_that_goes_forward_gets_past_the_hold()
    {
        foreach (var command in new RolloutCommand[] { new Start(), new Resume(null), new Advance(null, true, "must"), new Restore("ok"),
            new StepBack(null, null), new Pause(null) })
        {
            var rollout = Held();
            var refused =
                Assert.IsType<Decision<RolloutEvent>.Refused>(RolloutDecider.Decide(rollout.State, command, Some.Admin, rollout.Now));
            Assert.Equal("rollout.held", refused.Code);
        }
    }

    [Fact]
    public void It_can_be_rolled_back_and_then_needs_no_confirmation_but_a_restore()
    {
        var rollout = Held();

        rollout.Command(new Rollback("It had been rolled back after the backup."), Some.Engineer);

        Assert.Equal((RolloutStatus.RolledBack, (AwaitingConfirmation?)null), (rollout.State.Status, rollout.State.AwaitingConfirmation));
        Assert.IsType<Decision<RolloutEvent>.Refused>(RolloutDecider.Decide(rollout.State, new Confirm("no"), Some.Engineer, rollout.Now));
    }

    [Fact]
    public void Only_rollouts_that_put_users_on_new_are_held()
    {
        var created = Some.Created();
        created.Command(new Hold(7, "restored"), Restorer);
        var back = Some.Started().DriveTo("s10");
        back.Command(new Rollback("bad"), Some.Engineer);
        back.Command(new Hold(7, "restored"), Restorer);

        Assert.Equal(RolloutStatus.Created, created.State.Status);
        Assert.Equal((RolloutStatus.RolledBack, (AwaitingConfirmation?)null), (back.State.Status, back.State.AwaitingConfirmation));
    }

    [Fact]
    public void A_second_restore_of_the_same_timeline_changes_nothing_and_a_later_one_is_told()
    {
        var rollout = Held();
        rollout.Command(new Hold(7, "again"), Restorer);
        Assert.Single(rollout.Of<RolloutHeld>());

        rollout.Command(new Hold(8, "another backup"), Restorer);
        rollout.Command(new Confirm("fine"), Some.Engineer);

        Assert.Equal((RolloutStatus.Running, 8L), (rollout.State.Status, rollout.Of<RolloutConfirmed>()[^1].Timeline));
    }
}
