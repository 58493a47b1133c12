using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Tests.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Domain.Tests.History;

public sealed class NearMissTests
{
    [Fact]
    public void Condition_that_held_for_less_than_its_for_is_a_near_miss_with_both_times()
    {
        var rollout = Some.Started().DriveTo("s25");
        var bad = rollout.Now;
        rollout.Drive(TimeSpan.FromMinutes(3), at => Some.Sample(at, errors: 60));
        rollout.DriveWell(TimeSpan.FromMinutes(5));

        var told = Retrospective.Of(rollout.Events);
        var miss = Assert.Single(told.NearMisses, one => one.Trigger == "error-rate-spike");
        Assert.Equal((NearMissKind.Held, 0d, TimeSpan.FromMinutes(5), bad), (miss.Kind, miss.Distance, miss.For, miss.At));
        Assert.InRange(miss.Held!.Value, TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(4.5));
        Assert.Equal(told.Triggers.Count(one => one.Trigger == "error-rate-spike"), miss.Times);
    }

    [Fact]
    public void Trigger_that_fired_is_first_and_no_near_miss()
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.Drive(TimeSpan.FromMinutes(6), at => Some.Sample(at, errors: 60));
        var first = Retrospective.Of(rollout.Events).NearMisses[0];
        Assert.Equal(("error-rate-spike", NearMissKind.Fired), (first.Trigger, first.Kind));
    }

    [Fact]
    public void Without_kept_measurements_the_distance_of_a_quiet_trigger_is_unknown()
    {
        var told = Retrospective.Of(Some.Started().DriveTo("s25").Events);
        var quiet = told.NearMisses.Single(one => one.Trigger == "memory-leak");
        Assert.Equal((NearMissKind.Unknown, null, null, TimeSpan.Zero), (quiet.Kind, quiet.Distance, quiet.At, quiet.Told));
        Assert.EndsWith("Events do not say how near it came.", quiet.Text, StringComparison.Ordinal);
        Assert.EndsWith("no single number to come near to.", told.NearMisses.Single(one => one.Trigger == "silent").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nearest_kept_measurement_tells_the_distance_the_time_and_how_much_is_kept()
    {
        var told = Retrospective.Of(Some.Started().DriveTo("s25").Events);
        var watched = told.Watched.Single(one => one.Trigger.Name == "error-rate-spike");
        var question = NearMisses.Questions(watched).Single(one => one.Query.Traffic == Traffic.Live);
        var from = question.Spans[0].From;
        var series = new MetricSeries(
            [new SeriesTier(from, from.AddMinutes(4), true, TimeSpan.FromMinutes(1))],
            [
                Point(1, 0.001, 1000), Point(2, 0.004, 1000),

                // Too few requests to judge, and a time before the trigger was in force: neither is a near miss.
                Point(3, 0.0049, 5), Point(-5, 0.0049, 1000),
            ],
            []);

        var miss = told.NearMisses.Single(one => one.Trigger == "error-rate-spike").With(watched, [NearMisses.Nearest(question, series)!]);
        Assert.Equal((NearMissKind.Measured, 0.004, 0.005, 1000L), (miss.Kind, miss.Observed, miss.Limit, miss.Samples));
        Assert.Equal((0.2, from.AddMinutes(2), TimeSpan.FromMinutes(2)), (Math.Round(miss.Distance!.Value, 6), miss.At, miss.Told));
        Assert.StartsWith("80 % of the way to 0.5%", miss.Text, StringComparison.Ordinal);

        SeriesPoint Point(int minute, double value, long samples) => new(
            from.AddMinutes(minute - 1), from.AddMinutes(minute), value, samples, 0, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Trigger_is_asked_about_in_shadow_and_live_traffic_apart()
    {
        var told = Retrospective.Of(Some.Started().DriveTo("s25").Events);
        var questions = NearMisses.Questions(told.Watched.Single(one => one.Trigger.Name == "memory-leak")).ToArray();
        Assert.Equal([Traffic.Shadow, Traffic.Live], questions.Select(one => one.Query.Traffic));
        Assert.Equal(questions[0].Query.To, questions[1].Query.From);
    }

    [Fact]
    public void Time_on_legacy_is_no_time_in_force()
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.Command(new Rollback("odd logs"), Some.Engineer);
        var back = rollout.Now;
        rollout.AdvanceTo(back + TimeSpan.FromHours(3));
        var all = Retrospective.Of(rollout.Events, rollout.Now).Watched;
        Assert.NotEmpty(all);
        Assert.All(all, one => Assert.True(one.Spans[^1].Until <= back));
    }
}
