using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Windows;
using static Orchestrator.Domain.Tests.Metrics.MetricsSome;

namespace Orchestrator.Domain.Tests.Metrics;

public sealed class ObserveTests
{
    [Fact]
    public void Each_instant_of_the_watched_variant_is_observed_once_and_as_of_itself()
    {
        var windows = NoSamples().With(Every15(-60, 60, sample => sample.Requests(100, 1)))
            .With(Sample(7, Variant.Legacy).Requests(9, 9), Sample(30).Requests(100, 0));
        var observed = Observe(windows, 0, 60);

        Assert.Equal([15, 30, 45, 60], observed.Select(Seconds));
        Assert.All(observed, one => Assert.True(one.FromSample));
        Assert.Equal([400, 500, 500, 500], observed.Select(one => one.Readings[0].Measured.Samples));
        Assert.Equal(observed.Select(one => (DateTimeOffset?)one.At), observed.Select(one => one.LastSample));
    }

    [Fact]
    public void A_sample_knows_the_one_before_it_in_its_step()
    {
        var windows = NoSamples().With(Sample(-15).Requests(1, 0), Sample(0).Requests(1, 0), Sample(300).Requests(1, 0));
        Assert.Equal([null, Noon, null], Observe(windows, -1, 310, stepSince: 0).Select(one => one.Before));

        // However long ago that was.
        windows.Add(Sample(9000).Requests(1, 0), At(9000));
        Assert.Equal(At(300), Observe(windows, 8999, 9000, stepSince: 0)[0].Before);
    }

    [Fact]
    public void Silence_is_observed_at_now()
    {
        var windows = NoSamples().With(Sample(0).Requests(100, 1));
        var observed = Observe(windows, -15, 90);
        Assert.Equal([(0.0, true), (90.0, false)], observed.Select(one => (Seconds(one), one.FromSample)));
        Assert.Null(observed[^1].Readings[0].Measured.Last);
        Assert.Equal(Noon, observed[^1].LastSample);
    }

    [Fact]
    public void A_variant_not_exercised_in_this_step_has_no_last_sample()
    {
        var windows = NoSamples().With(Sample(-30).Requests(100, 1));
        Assert.Null(Assert.Single(Observe(windows, 0, 15, stepSince: 0)).LastSample);
        Assert.NotNull(Observe(windows.With(Sample(0)), 0, 15, stepSince: 0)[^1].LastSample);
    }

    [Fact]
    public void A_late_sample_changes_later_moments_but_brings_back_none()
    {
        var windows = NoSamples().With(Sample(15).Requests(100, 0), Sample(45).Requests(100, 0));
        Observe(windows, 0, 45);
        windows.Add(Sample(30).Requests(100, 50), At(60));

        var observed = Assert.Single(Observe(windows, 45, 60));
        Assert.Equal((60, 300, 50), (Seconds(observed), observed.Readings[0].Measured.Samples, observed.Readings[0].Measured.Events));
    }

    [Fact]
    public void A_sample_pushed_after_its_moment_was_observed_is_seen_while_that_moment_is_now()
    {
        var windows = NoSamples();
        Assert.False(Assert.Single(Observe(windows, -15, 0)).FromSample);
        windows.With(Sample(0).Requests(100, 100));
        var observed = Assert.Single(Observe(windows, 0, 0));
        Assert.Equal((true, 1.0), (observed.FromSample, observed.Readings[0].Measured.Value));
        Assert.Empty(Observe(windows, 15, 0));
    }

    [Fact]
    public void A_future_sample_waits_for_its_moment()
    {
        var windows = NoSamples();
        windows.Add(Sample(40).Requests(100, 0), At(0));
        Assert.Equal([(0.0, false)], Observe(windows, -15, 0).Select(one => (Seconds(one), one.FromSample)));
        Assert.Equal([(40.0, true)], Observe(windows, 0, 40).Select(one => (Seconds(one), one.FromSample)));
    }

    [Fact]
    public void More_than_max_are_asked_for_again()
    {
        var windows = NoSamples().With(Every15(0, 60, sample => sample.Requests(1, 0)));
        Assert.Equal([15, 30, 45], Observe(windows, 0, 70, max: 3).Select(Seconds));
        Assert.Equal([60, 70], Observe(windows, 45, 70, max: 3).Select(Seconds));
    }

    [Fact]
    public void A_first_round_begins_with_the_step()
    {
        var windows = NoSamples().With(Every15(-60, 30, sample => sample.Requests(1, 0)));
        Assert.Equal([15, 30], Observe(windows, null, 30, stepSince: 0).Select(Seconds));
    }

    [Fact]
    public void A_raw_counter_can_be_asked_for_by_name()
    {
        var windows = NoSamples().With(Sample(0).Counter("probes", 3));
        var query = new RoundQuery(Variant.New, Traffic.Live, Noon, [Ask("probes"), Ask("absent_series")]);
        var readings = windows.Observe(query, null, Noon, 10)[0].Readings;
        Assert.Equal((3.0, Noon), (readings[0].Measured.Value, readings[0].Measured.Last));
        Assert.Equal((null, 0, null), (readings[1].Measured.Value, readings[1].Measured.Samples, readings[1].Measured.Last));
    }

    private static Observation[] Observe(MetricWindows windows, double? after, double now, int max = 100, double stepSince = -3600) =>
        windows.Observe(new RoundQuery(Variant.New, Traffic.Live, At(stepSince), [Ask("error_rate")]), after is { } a ? At(a) : null, At(now), max);

    private static double Seconds(Observation observation) => (observation.At - Noon).TotalSeconds;
}
