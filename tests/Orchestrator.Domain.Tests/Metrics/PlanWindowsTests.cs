using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Plans;
using static Orchestrator.Domain.Tests.Metrics.MetricsSome;

namespace Orchestrator.Domain.Tests.Metrics;

public sealed class PlanWindowsTests
{
    [Fact]
    public void Windows_of_a_plan_keep_what_its_metrics_and_conditions_read()
    {
        var windows = new MetricWindows(Plan(over: null));
        var intake = windows.Add(Sample(0).Requests(1, 0).Counter("heartbeats", 1).Counter("other", 1), Noon);
        Assert.Equal("samples[0].counters.other", Assert.Single(intake.Warnings).Path);
    }

    [Theory]
    [InlineData(null, 15)]
    [InlineData(50, 50)]
    [InlineData(90, 15)]
    public void Recent_time_is_exact_for_the_longest_trigger_window_of_up_to_an_hour(int? over, int minutes) =>
        Assert.Equal((long)Minutes(minutes).TotalMilliseconds, Periods.Of(Plan(over)).Exact);

    private static Plan Plan(int? over)
    {
        var rule = new Rule(new Condition.Absent(new Subject("heartbeats")), null, over is { } window ? Minutes(window) : null, "absent(heartbeats)");
        return new Plan
        {
            Name = "p",
            Title = "P",
            Flag = "f",
            Document = "{}",
            Hash = "",
            Metrics = [ErrorRate],
            Phases =
            [
                new Phase { Name = "a",
                    Steps = [new Step { Name = "a", Triggers = [new Trigger("silent", rule, TriggerAction.Rollback, "critical", [])] }] },
            ],
        };
    }
}
