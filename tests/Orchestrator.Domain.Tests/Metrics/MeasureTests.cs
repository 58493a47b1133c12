using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;
using static Orchestrator.Domain.Tests.Metrics.MetricsSome;

namespace Orchestrator.Domain.Tests.Metrics;

public sealed class MeasureTests
{
    [Fact]
    public void A_window_holds_the_samples_after_its_start_up_to_its_end()
    {
        var windows = NoSamples().With(Every15(-60, 75, sample => sample.Requests(100, 1)));
        var measured = windows.Of(ErrorRate, 60);
        Assert.Equal(new Measurement(0.01, 400, 4, Minutes(1), Minutes(1), At(60)), measured);
        Assert.Equal(300, windows.Of(ErrorRate, 59.999).Samples - 100);
    }

    [Fact]
    public void A_gap_is_not_covered_and_a_late_sample_fills_it()
    {
        var windows = NoSamples().With(Every15(-60, 60, sample => sample.Requests(100, 1)).Where(sample => sample.At != At(30)));
        Assert.Equal(TimeSpan.FromSeconds(45), windows.Of(ErrorRate, 60).Covered);

        windows.Add(Sample(30).Requests(100, 0), At(70));
        Assert.Equal((Minutes(1), 1.0), (windows.Of(ErrorRate, 60).Covered, windows.Of(ErrorRate, 60).Coverage));
    }

    [Fact]
    public void A_window_cut_off_by_since_shows_little_coverage()
    {
        var windows = NoSamples().With(Every15(-600, 30, sample => sample.Requests(100, 1)));
        var measured = windows.Of(ErrorRate, 30, minutes: 10, since: 0);
        Assert.Equal((200, TimeSpan.FromSeconds(30), Minutes(10)), (measured.Samples, measured.Covered, measured.Window));
    }

    [Fact]
    public void A_ratio_over_nothing_has_no_value_and_was_still_sampled()
    {
        var measured = NoSamples().With(Sample(0).Requests(0, 0)).Of(ErrorRate, 0);
        Assert.Equal((null, 0, Noon), (measured.Value, measured.Samples, measured.Last));
    }

    [Fact]
    public void A_ratio_without_a_numerator_has_no_value_until_one_is_sent()
    {
        var windows = NoSamples().With(Sample(0).Counter("requests", 100));
        Assert.Null(windows.Of(ErrorRate, 0).Value);

        windows.With(Sample(0, Variant.Legacy).Counter("errors", 0));
        Assert.Equal(0, windows.Of(ErrorRate, 0).Value);
    }

    [Fact]
    public void A_numerator_above_its_denominator_is_kept_as_it_is() =>
        Assert.Equal(5.0 / 3, NoSamples().With(Sample(0).Requests(3, 5)).Of(ErrorRate, 0).Value);

    [Fact]
    public void A_quantile_is_over_all_observations_of_the_window()
    {
        var windows = NoSamples().With(Sample(0).Times([.. Enumerable.Repeat(100.0, 98)]), Sample(0).Times(501), Sample(15).Times(501));
        Assert.Equal((501.0, 100), (windows.Of(P99, 15).Value, windows.Of(P99, 15).Samples));
        Assert.Equal(501, windows.Of(P99, 60).Value);
        Assert.Equal(1, windows.Of(P99, 61).Samples);
    }

    [Theory]
    [InlineData(GaugeFold.Max, 90)]
    [InlineData(GaugeFold.Min, 30)]
    [InlineData(GaugeFold.Mean, 50)]
    [InlineData(GaugeFold.Last, 40)]
    public void A_gauge_folds_as_the_plan_says(GaugeFold fold, double expected)
    {
        var metric = Memory with { Source = new MetricSource.Gauge("memory", fold) };
        var windows = NoSamples().With(Sample(0).Level(90), Sample(15).Level(40), Sample(15).Level(30)).With(Sample(10).Level(40));
        Assert.Equal((expected, 4), (windows.Of(metric, 20).Value, windows.Of(metric, 20).Samples));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(67)]
    public void A_rate_is_per_second_that_the_samples_tell_of_wherever_the_window_cuts(double at) =>
        Assert.Equal(10, NoSamples().With(Every15(-60, 60, sample => sample.Counter("requests", 150))).Of(Rps, at).Value);

    [Fact]
    public void A_count_of_a_series_never_sent_is_not_measured_and_a_sent_zero_is()
    {
        var windows = NoSamples().With(Sample(0).Requests(100, 0));
        Assert.Equal((null, null), (windows.Of(Complaints, 0).Value, windows.Of(Complaints, 0).Last));
        Assert.Equal(0, windows.With(Sample(0).Counter("complaints", 0)).Of(Complaints, 0).Value);
    }

    [Fact]
    public void Variants_and_traffic_are_kept_apart()
    {
        var windows = NoSamples().With(
            Sample(0).Requests(100, 1), Sample(0, Variant.Legacy).Requests(100, 2), Sample(0, traffic: Traffic.Shadow).Requests(100, 3));
        Assert.Equal(0.01, windows.Of(ErrorRate, 0).Value);
        Assert.Equal(0.02, windows.Of(ErrorRate, 0, variant: Variant.Legacy).Value);
        Assert.Equal(0.03, windows.Of(ErrorRate, 0, traffic: Traffic.Shadow).Value);
    }

    [Theory]
    [InlineData(100, 1, 400)]
    [InlineData(450, 1.25, 500)]
    [InlineData(1000, 2.5, 1000)]
    [InlineData(99_999, 10, 4000)]
    public void A_window_grows_until_enough_samples_are_in_but_never_before_since(long needs, double minutes, long samples)
    {
        var windows = NoSamples().With(Every15(-3600, 0, sample => sample.Requests(100, 0)));
        var measured = windows.Of(ErrorRate, 0, since: -600, needs: needs);
        Assert.Equal((Minutes(minutes), samples), (measured.Window, measured.Samples));
    }

    [Fact]
    public void A_window_grows_across_folded_time()
    {
        var windows = NoSamples().With(Every15(-10 * 3600, 0, sample => sample.Requests(1, 0)));
        var measured = windows.Of(ErrorRate, 0, needs: 1000);
        Assert.InRange(measured.Samples, 1000, 1120);
        Assert.Equal(measured.Window, measured.Covered);
        Assert.Equal(10 * 240, windows.Of(ErrorRate, 0, needs: 99_999).Samples);
    }

    [Fact]
    public void A_baseline_is_measured_over_the_same_time()
    {
        var fixedAt = ErrorRate with { Name = "fixed", Baseline = new Baseline.Fixed(new Quantity(0.0005, Unit.Ratio)) };
        var legacy = ErrorRate with { Name = "legacy", Baseline = new Baseline.Legacy() };
        var windows = NoSamples(fixedAt, legacy)
            .With(Every15(-300, 0, sample => sample.Requests(100, 1)))
            .With(Every15(-300, 0, sample => sample.Requests(1000, sample.At <= At(-60) ? 900 : 2), Variant.Legacy));

        Assert.Equal([0.0005, 0.002], Baselines(windows, Ask("fixed"), Ask("legacy")));
        Assert.Null(Baselines(NoSamples(legacy).With(Sample(0).Requests(100, 1)), Ask("legacy"))[0]);
    }

    [Fact]
    public void A_shadow_question_is_compared_with_live_legacy()
    {
        var legacy = ErrorRate with { Name = "legacy", Baseline = new Baseline.Legacy() };
        var windows = NoSamples(legacy)
            .With(Sample(0, traffic: Traffic.Shadow).Requests(100, 5), Sample(0, Variant.Legacy).Requests(100, 3));
        Assert.Equal([0.03], Baselines(windows, Ask("legacy") with { Traffic = Traffic.Shadow }));
    }

    [Fact]
    public void A_trailing_count_is_scaled_to_the_window_by_the_time_anybody_listened()
    {
        // Two days of listening with 96 complaints before the window are 2 an hour, though complaints came in 96 samples only.
        var trailing = Complaints with { Name = "trailing", Baseline = new Baseline.Trailing(TimeSpan.FromDays(7)) };
        var windows = NoSamples(trailing)
            .With(Every15(-49 * 3600, 0, sample => sample.At.Minute % 30 == 7 && sample.At.Second == 0 ? sample.Counter("complaints", 1) : sample));

        var reading = Assert.Single(Read(windows, Ask("trailing", minutes: 60)));
        Assert.Equal(2, reading.Measured.Value);
        Assert.Equal(2, reading.Baseline!.Value, 6);
        Assert.Null(Assert.Single(Baselines(NoSamples(trailing).With(Sample(0).Counter("complaints", 1)), Ask("trailing", minutes: 60))));
    }

    [Fact]
    public void Nothing_before_since_leaks_in_when_old_samples_are_folded()
    {
        // The step began at 12:10, in the middle of a block, and everything before it was bad.
        var windows = NoSamples();
        var ask = Ask("error_rate", minutes: 48 * 60, since: 600);
        foreach (var sample in Every15(0, 3 * 3600, sample => sample.Requests(100, sample.At <= At(600) ? 50 : 0)))
        {
            windows.With(sample);
            windows.Observe(new RoundQuery(Variant.New, Traffic.Live, At(600), [ask]), sample.At.AddSeconds(-15), sample.At, 10);
        }

        var measured = windows.Of(ErrorRate, 3 * 3600, minutes: 48 * 60, since: 600);
        Assert.Equal((0.0, Minutes(170), 170 * 400), (measured.Value, measured.Covered, measured.Samples));
    }

    private static double?[] Baselines(MetricWindows windows, params MetricQuery[] questions) =>
        [.. Read(windows, questions).Select(reading => reading.Baseline)];

    private static MetricReading[] Read(MetricWindows windows, params MetricQuery[] questions) =>
        windows.Observe(new RoundQuery(Variant.New, Traffic.Live, Noon, questions), Noon, Noon, 10)[^1].Readings;
}
