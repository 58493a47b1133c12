using Orchestrator.Domain.Rollouts.Previews;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts.Previews;

public sealed class PlanScheduleTests
{
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    [Fact]
    public void Simulated_rollout_in_good_weather_keeps_the_dates_and_is_never_faster()
    {
        var schedule = PlanSchedule.Of(Some.Plan(), Some.Start);
        var rollout = Some.Started();
        while (rollout.State.Unfinished && rollout.Now < schedule.Ends + TimeSpan.FromHours(1))
        {
            rollout.AgreeToEverything().DriveWell(Look);
        }

        Assert.False(rollout.State.Unfinished);
        var began = rollout.Events.Where(one => one.Event is StepStarted).ToDictionary(one => ((StepStarted)one.Event).Step, one => one.At);
        foreach (var (index, step) in schedule.Steps.Index())
        {
            // People look once a minute, and a go/no-go is asked for after the hold.
            Assert.InRange(began[step.Step] - step.Begins!.Value, TimeSpan.Zero, (index + 1) * 2 * Look);
        }
    }

    [Fact]
    public void Phase_that_lasts_longer_than_its_steps_ends_with_its_least_time()
    {
        var last = PlanSchedule.Of(Some.Plan(), Some.Start).Steps[^1];
        Assert.Equal(TimeSpan.FromHours(2), last.Ends - last.Begins);
        Assert.Equal("phase full lasts at least 2h", last.Waits[0]);
        Assert.Contains("1 of product must agree at the end of phase full", last.Waits);
    }

    [Fact]
    public void Evidence_that_takes_longer_than_the_hold_decides_the_date()
    {
        var plan = Some.Plan(Some.PlanText.Replace("incidents == 0 over 30m ]", "incidents == 0 over 10h ]", StringComparison.Ordinal));
        var step = PlanSchedule.Of(plan, Some.Start).Steps.Single(one => one.Step == "s10");
        Assert.Equal(TimeSpan.FromHours(9.5), step.Ends - step.Begins);
        Assert.StartsWith("'incidents == 0 over 10h'", step.Waits[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Step_ends_when_the_change_window_opens()
    {
        var plan = Some.Plan(Some.PlanText + """

            calendar: { timeZone: UTC, changeWindows: [ { days: [wed], from: "09:00", to: "10:00" } ] }
            """);
        var step = PlanSchedule.Of(plan, Some.Start).Steps[0];
        Assert.Equal(new DateTimeOffset(2026, 3, 4, 9, 0, 0, TimeSpan.Zero), step.Ends);
        Assert.StartsWith("the calendar: outside the plan's change windows", step.Waits[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Dates_beyond_the_last_year_of_the_clock_are_unknown()
    {
        var schedule = PlanSchedule.Of(Some.Plan(), DateTimeOffset.MaxValue - TimeSpan.FromMinutes(90));
        Assert.NotNull(schedule.Steps[0].Ends);
        Assert.Null(schedule.Steps[1].Ends);
        Assert.Null(schedule.Ends);
    }
}
