using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Domain.Tests.Rollouts;

public sealed class ScheduleTests
{
    [Fact]
    public void Schedule_has_every_step_of_the_plan_and_no_time_before_the_start()
    {
        var schedule = Schedule.Of(Some.Created().State, Some.Start);
        Assert.Equal(["mirrored", "cohort", "s10", "s25", "s50", "s100"], schedule.Steps.Select(step => step.Step));
        Assert.All(schedule.Steps, step => Assert.True(step is { PlannedFrom: null, From: null, Until: null, Current: false }));
        Assert.Null(schedule.StartedAt);
        Assert.Null(schedule.Behind);
    }

    [Fact]
    public void Planned_times_are_the_holds_and_the_shortest_duration_of_a_phase()
    {
        var rollout = Some.Started();
        var steps = Schedule.Of(rollout.State, rollout.Now).Steps;
        var began = steps[0].PlannedFrom!.Value;
        Assert.Equal(began, steps[0].From);
        Assert.Equal(
            [1, 2, 3, 4, 8, 10], steps.Select(step => (int)(step.PlannedTo!.Value - began).TotalHours));
        Assert.True(steps[0].Current);
    }

    [Fact]
    public void Step_that_takes_longer_than_planned_puts_the_rollout_behind()
    {
        var rollout = Some.Started();
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromHours(3));
        var schedule = Schedule.Of(rollout.State, rollout.Now);
        Assert.Equal(rollout.Now - schedule.Steps[0].PlannedTo, schedule.Behind);
        Assert.Equal(schedule.PlannedEnd + schedule.Behind, schedule.ExpectedEnd);
    }

    [Fact]
    public void Rolled_back_step_has_its_end_and_no_step_is_current()
    {
        var rollout = Some.Started().DriveTo("s10");
        rollout.Command(new Rollback("errors"), Some.Engineer);
        var step = Schedule.Of(rollout.State, rollout.Now).Steps.Single(one => one.Step == "s10");
        Assert.Equal((StepEnd.RolledBack, false), (step.Ended, step.Current));
        Assert.NotNull(step.Until);
    }

    [Fact]
    public void Visits_of_the_state_are_those_of_the_retrospective()
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.Command(new StepBack(null, "too fast"), Some.Engineer);
        rollout.Command(new Rollback("errors"), Some.Engineer);
        rollout.Command(new Restore("mended"), Some.Engineer);
        var told = Retrospective.Of(rollout.Events).Phases.SelectMany(
            phase => phase.Steps.Select(step => (phase.Name, step.Name, step.StartedAt, step.EndedAt, step.Ended)));
        Assert.Equal(told, rollout.State.Visits.Select(visit => (visit.Phase, visit.Step, visit.From, visit.Until, visit.Ended)));
    }

    [Fact]
    public void Visits_are_bounded_and_the_first_stays()
    {
        var rollout = Some.Started().DriveTo("s25");
        var first = rollout.State.Visits[0];
        for (var i = 0; i < StepVisit.Most; i++)
        {
            rollout.Command(new Rollback("errors"), Some.Engineer);
            rollout.AdvanceTo(rollout.Now + TimeSpan.FromMinutes(2));
            rollout.Command(new Restore("mended"), Some.Engineer);
        }

        Assert.Equal(StepVisit.Most, rollout.State.Visits.Length);
        Assert.Equal(first, rollout.State.Visits[0]);
        Assert.Equal(rollout.State.Visits.Skip(1).OrderBy(visit => visit.From), rollout.State.Visits.Skip(1));
    }
}
