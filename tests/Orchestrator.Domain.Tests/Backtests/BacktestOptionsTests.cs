using Orchestrator.Domain.Backtests;
using Orchestrator.Domain.Tests.Plans;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Backtests;

public sealed class BacktestOptionsTests
{
    private static readonly Domain.Plans.Plan Plan = Rollouts.Some.Plan();

    [Fact]
    public void Everything_wrong_with_a_question_is_said_at_once() => Assert.Equal(
        ["days", "sources"], BacktestOptions.Check(Plan, 91, TimeSpan.FromMinutes(5)).Select(error => error.Path));

    [Fact]
    public void Strategy_has_sources_beside_it_and_each_part_of_the_time_has_its_questions()
    {
        var reading = PlanSource.Of(Samples.ChatArchitecture).Plan(PlanSource.Of(Samples.Plan("../sources/chat-architecture.sources.yaml")));
        Assert.Empty(reading.Errors.Select(error => $"{error.Path}: {error.Message}"));
        var until = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
        var backtest = Backtest.Of(reading.Plan!, BacktestOptions.LastDays(reading.Plan!, 30, until));
        var questions = backtest.Next();
        Assert.Contains(questions, one => one.Question.Query == "chat_requests_total{variant=\"legacy\"}");
        Assert.DoesNotContain(questions, one => one.Question.Query.Contains("variant=\"new\"", StringComparison.Ordinal));
        Assert.All(questions, one => Assert.InRange((one.Question.To - one.Question.From) / one.Question.Step, 1, 499));

        // Nothing is there: no rule is judged, and none is met.
        while (backtest.Next() is { IsEmpty: false } next)
        {
            backtest.Take([.. next.Select(_ => new RangeReading([], null))]);
        }

        var report = backtest.Report();
        Assert.Equal(1, report.NoData);
        Assert.All(report.Criteria, one => Assert.Equal(0, one.Met));
        Assert.All(report.Triggers, one => Assert.Equal(0, one.Fired));
    }

    [Fact]
    public void Step_bounds_the_readings() => Assert.Contains(
        "at most 50000 readings in 30 days", BacktestOptions.Check(Plan, 30, TimeSpan.FromSeconds(15)).First().Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(90)]
    public void Usual_step_fits_the_days(int days)
    {
        var options = BacktestOptions.LastDays(Plan, days, new DateTimeOffset(2026, 3, 2, 9, 7, 13, TimeSpan.Zero));
        Assert.DoesNotContain(BacktestOptions.Check(Plan, days, options.Step), error => error.Path == "step");
        Assert.Equal(TimeSpan.FromDays(days), options.To - options.From);
        Assert.Equal(0, options.To.UtcTicks % options.Step.Ticks);
    }
}
