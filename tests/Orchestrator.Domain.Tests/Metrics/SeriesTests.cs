using System.Text;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Plans.Rules;
using static Orchestrator.Domain.Tests.Metrics.MetricsSome;

namespace Orchestrator.Domain.Tests.Metrics;

public sealed class SeriesTests
{
    [Fact]
    public void A_missed_sample_is_a_gap_between_two_points()
    {
        var windows = NoSamples().With(Every15(0, 90, sample => sample.Requests(100, 1)).Where(sample => sample.At != At(45)));
        var series = Read(windows, "error_rate", 0, 90, resolution: 15);

        Assert.Equal([At(15), At(30), At(60), At(75), At(90)], series.Points.Select(point => point.At));
        Assert.Equal([false, false, true, false, false], series.Points.Select(point => point.AfterGap));
        Assert.Equal([new SeriesGap(At(30), At(45), SeriesGapKind.NoSamples)], series.Gaps);
        Assert.All(series.Points, point => Assert.Equal((0.01, 100, 1), (point.Value, point.Samples, point.Events)));
    }

    [Fact]
    public void A_late_sample_fills_its_gap()
    {
        var windows = NoSamples().With(Every15(0, 90, sample => sample.Requests(100, 0)).Where(sample => sample.At != At(45)));
        windows.Add(Sample(45).Requests(100, 50), At(90));
        var series = Read(windows, "error_rate", 0, 90, resolution: 15);

        Assert.Empty(series.Gaps);
        Assert.Equal([0, 0, 0.5, 0, 0, 0], series.Points.Select(point => point.Value));
    }

    [Fact]
    public void A_missed_sample_inside_a_point_lowers_its_covered_time_alone()
    {
        var windows = NoSamples().With(Every15(0, 120, sample => sample.Requests(100, 1)).Where(sample => sample.At != At(30)));
        var series = Read(windows, "error_rate", 0, 120, resolution: 60);

        Assert.Empty(series.Gaps);
        Assert.Equal([(300L, 45.0), (400, 60)], series.Points.Select(point => (point.Samples, point.Covered.TotalSeconds)));
    }

    [Fact]
    public void Two_senders_out_of_step_leave_no_gap()
    {
        var windows = NoSamples().With(Every15(0, 300, sample => sample.Requests(10, 0))
            .SelectMany(sample => new[] { sample with { At = sample.At.AddSeconds(-11) }, sample with { At = sample.At.AddSeconds(-3) } }));
        Assert.Empty(Read(windows, "error_rate", 4, 297, resolution: 15, now: 297).Gaps);
    }

    [Fact]
    public void Time_without_requests_has_no_point_and_another_kind_of_gap()
    {
        var windows = NoSamples().With(
            Every15(0, 120, sample => sample.Requests(sample.At > At(30) && sample.At <= At(75) ? 0 : 10, 0)));
        var series = Read(windows, "error_rate", 0, 120, resolution: 15);

        Assert.Equal([new SeriesGap(At(30), At(75), SeriesGapKind.NoValue)], series.Gaps);
        Assert.Equal([At(15), At(30), At(90), At(105), At(120)], series.Points.Select(point => point.At));
        Assert.True(series.Points[2].AfterGap);
    }

    [Fact]
    public void A_numerator_that_was_never_sent_is_no_zero()
    {
        var series = Read(NoSamples().With(Every15(0, 60, sample => sample.Counter("requests", 10))), "error_rate", 0, 60);
        Assert.Empty(series.Points);
        Assert.Equal([new SeriesGap(Noon, At(60), SeriesGapKind.NoValue)], series.Gaps);
    }

    [Fact]
    public void Silence_before_and_after_the_samples_is_a_gap()
    {
        var windows = NoSamples().With(Every15(600, 660, sample => sample.Level(1)));
        var series = Read(windows, "memory", 0, 1200, resolution: 60, now: 1000);
        Assert.Equal(
            [new SeriesGap(Noon, At(600), SeriesGapKind.NoSamples), new SeriesGap(At(660), At(1000), SeriesGapKind.NoSamples)],
            series.Gaps);
        Assert.Equal(At(660), Assert.Single(series.Points).At);
        Assert.Empty(Read(windows, "memory", 600, 1200, resolution: 60, now: 680).Gaps);
    }

    [Fact]
    public void A_metric_without_samples_is_one_gap()
    {
        var series = Read(NoSamples(), "p99", 0, 60);
        Assert.Empty(series.Points);
        Assert.Equal([new SeriesGap(Noon, At(60), SeriesGapKind.NoSamples)], series.Gaps);
    }

    [Fact]
    public void Samples_of_a_segment_are_in_its_series_and_in_that_of_all()
    {
        var windows = NoSamples().With(
            Sample(15, segment: "beta").Requests(10, 5), Sample(15, segment: "vip").Requests(10, 0), Sample(15).Requests(20, 0));
        Assert.Equal((40, 5), Only(Read(windows, "error_rate", 0, 15)));
        Assert.Equal((10, 5), Only(Read(windows, "error_rate", 0, 15, segment: "beta")));
        Assert.Empty(Read(windows, "error_rate", 0, 15, segment: "other").Points);

        static (long, long) Only(MetricSeries series) => (Assert.Single(series.Points).Samples, series.Points[0].Events);
    }

    [Fact]
    public void A_value_that_is_no_number_costs_its_sample_alone()
    {
        var body = Encoding.UTF8.GetBytes($$"""
            { "samples": [
              { "at": "{{At(15):o}}", "variant": "new", "gauges": { "memory": 5 } },
              { "at": "{{At(30):o}}", "variant": "new", "gauges": { "memory": "NaN" } },
              { "at": "{{At(45):o}}", "variant": "new", "gauges": { "memory": 7 } } ] }
            """);
        var batch = SampleReader.Read(body, At(45));
        Assert.Single(batch.Rejected);
        var windows = NoSamples();
        windows.Add(batch.Samples, At(45));

        var series = Read(windows, "memory", 0, 45, resolution: 15);
        Assert.Equal([5.0, 7], series.Points.Select(point => point.Value));
        Assert.Equal([new SeriesGap(At(15), At(30), SeriesGapKind.NoSamples)], series.Gaps);
    }

    [Fact]
    public void A_mean_beyond_every_number_is_no_value()
    {
        var mean = Memory with { Name = "mean", Source = new MetricSource.Gauge("memory", GaugeFold.Mean) };
        var windows = NoSamples(mean).With(Sample(15).Level(double.MaxValue), Sample(15).Level(double.MaxValue), Sample(30).Level(1));
        var series = Read(windows, "mean", 0, 30, resolution: 15);
        Assert.Equal((At(30), 1.0), (Assert.Single(series.Points).At, series.Points[0].Value));
        Assert.Equal([new SeriesGap(Noon, At(15), SeriesGapKind.NoValue)], series.Gaps);
    }

    [Fact]
    public void Old_samples_come_in_their_blocks_and_recent_ones_in_exact_windows()
    {
        const double end = 4 * 3600;
        var windows = NoSamples().With(Every15(0, end, sample => sample.Requests(100, 1).Times(100, 200)));
        var series = Read(windows, "p99", 0, end, resolution: 60);

        Assert.Equal(
            [new SeriesTier(Noon, At(12_600), false, Minutes(30)), new SeriesTier(At(12_600), At(end), true, Minutes(1))], series.Tiers);
        Assert.Equal(7 + 30, series.Points.Length);
        Assert.Equal((Noon, At(1800), 240L), (series.Points[0].From, series.Points[0].At, series.Points[0].Samples));
        Assert.All(series.Points, point => Assert.Equal((200.0, point.At - point.From), (point.Value, point.Covered)));
        Assert.Empty(series.Gaps);
    }

    [Fact]
    public void A_block_is_cut_where_a_step_began()
    {
        var windows = NoSamples();
        foreach (var sample in Every15(0, 3 * 3600, sample => sample.Requests(100, sample.At <= At(600) ? 50 : 0)))
        {
            windows.With(sample);
            windows.Observe(
                new RoundQuery(Variant.New, Traffic.Live, At(600), [Ask("error_rate", since: 600)]), sample.At.AddSeconds(-15), sample.At, 10);
        }

        var points = Read(windows, "error_rate", 0, 3600).Points;
        Assert.Equal(
            [(Noon, At(600), 0.5), (At(600), At(1800), 0), (At(1800), At(3600), 0)],
            points.Select(point => (point.From, point.At, point.Value)));
    }

    [Fact]
    public void A_range_inside_one_block_gets_the_block()
    {
        var windows = NoSamples().With(Every15(0, 4 * 3600, sample => sample.Requests(1, 0)));
        var point = Assert.Single(Read(windows, "error_rate", 700, 800).Points);
        Assert.Equal((Noon, At(1800), 120L), (point.From, point.At, point.Samples));
    }

    [Fact]
    public void A_range_of_exact_samples_gets_no_block_before_it()
    {
        var windows = NoSamples().With(Every15(0, 4 * 3600, sample => sample.Requests(1, 0)));
        var points = Read(windows, "error_rate", 13_500, 4 * 3600, resolution: 3600).Points;
        Assert.Equal((At(12_600), At(4 * 3600), 120L), (Assert.Single(points).From, points[0].At, points[0].Samples));
    }

    [Fact]
    public void A_long_range_has_longer_points_and_loses_no_sample()
    {
        const double days = 14 * 24 * 3600;
        var windows = NoSamples();
        for (var at = 300.0; at <= days; at += 300)
        {
            windows.With(Sample(at).Requests(10, 1));
        }

        var series = Read(windows, "error_rate", 0, days, resolution: 15);
        Assert.InRange(series.Points.Length, 200, MetricSeries.MostPoints);
        Assert.Equal(TimeSpan.FromHours(1), series.Tiers[0].Resolution);
        Assert.Equal((long)(days / 300) * 10, series.Points.Sum(point => point.Samples));
    }

    [Fact]
    public void A_flood_of_exact_samples_stays_within_the_bound()
    {
        var windows = new MetricWindows(TimeSpan.FromSeconds(1), [ErrorRate]);
        for (var at = 1; at <= 1500; at++)
        {
            windows.With(Sample(at).Requests(1, 0));
        }

        var series = Read(windows, "error_rate", 0, 1500, resolution: 1);
        Assert.Equal((375, 1500L), (series.Points.Length, series.Points.Sum(point => point.Samples)));
        Assert.Equal(TimeSpan.FromSeconds(4), Assert.Single(series.Tiers).Resolution);
    }

    [Fact]
    public void Legacy_is_the_baseline_of_each_point_where_it_was_measured()
    {
        var legacy = ErrorRate with { Name = "legacy", Baseline = new Baseline.Legacy() };
        var windows = NoSamples(legacy).With(Every15(0, 60, sample => sample.Requests(100, 1)))
            .With(Every15(0, 30, sample => sample.Requests(100, 2), Variant.Legacy));

        Assert.Equal([0.02, 0.02, null, null], Read(windows, "legacy", 0, 60, resolution: 15).Points.Select(point => point.Baseline));
        Assert.All(Read(windows, "legacy", 0, 60, resolution: 15, variant: Variant.Legacy).Points, point => Assert.Null(point.Baseline));
    }

    [Fact]
    public void Requests_whose_errors_were_not_measured_are_no_point()
    {
        var windows = NoSamples().With(
            Sample(15).Requests(100, 1), Sample(30).Counter("requests", 100) with { Unmeasured = ["errors"] }, Sample(45).Requests(100, 1));
        var series = Read(windows, "error_rate", 0, 45, resolution: 15);
        Assert.Equal([At(15), At(45)], series.Points.Select(point => point.At));
        Assert.Equal([new SeriesGap(At(15), At(30), SeriesGapKind.NoSamples)], series.Gaps);
    }

    [Fact]
    public void A_block_of_requests_whose_errors_were_not_measured_is_a_gap()
    {
        var windows = NoSamples().With(Sample(15).Requests(100, 1)).With(Every15(1800, 4 * 3600, sample => sample.At <= At(3600)
            ? sample.Counter("requests", 100) with { Unmeasured = ["errors"] }
            : sample.Requests(100, 1)));
        var series = Read(windows, "error_rate", 0, 7200);
        Assert.Equal([At(1800), At(5400), At(7200)], series.Points.Select(point => point.At));
        Assert.Equal([new SeriesGap(At(1800), At(3600), SeriesGapKind.NoSamples)], series.Gaps);
        Assert.True(series.Points[1].AfterGap);
    }

    [Fact]
    public void A_range_of_extreme_times_is_answered()
    {
        var windows = NoSamples().With(Every15(0, 60, sample => sample.Level(1)));
        var all = windows.Series(
            new SeriesQuery("memory", Variant.New, Traffic.Live, null, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, TimeSpan.MaxValue),
            At(60));
        Assert.Equal(4, all.Points.Sum(point => point.Samples));
        var none = windows.Series(
            new SeriesQuery("memory", Variant.New, Traffic.Live, null, DateTimeOffset.MaxValue, DateTimeOffset.MaxValue, TimeSpan.Zero), At(60));
        Assert.Equal((0, 0), (none.Tiers.Length, none.Gaps.Length));
    }

    [Fact]
    public void The_list_has_metrics_with_samples_and_their_audiences()
    {
        var windows = NoSamples().With(
            Sample(15, Variant.Legacy).Requests(10, 0), Sample(30, segment: "beta").Requests(10, 0),
            Sample(45, traffic: Traffic.Shadow, segment: "alpha").Level(1).Counter("probes", 1));

        var found = windows.OnHand(At(60)).ToDictionary(one => one.Metric);
        Assert.Equal(["error_rate", "memory", "rps", "probes"], found.Keys);
        Assert.Equal([Variant.Legacy, Variant.New], found["error_rate"].Variants);
        Assert.Equal(["beta"], found["error_rate"].Segments);
        Assert.Equal([Traffic.Shadow], found["memory"].Traffic);
        Assert.Equal(["alpha"], found["memory"].Segments);
        Assert.Equal((At(30), At(45)), (found["error_rate"].Newest, found["memory"].Newest));
    }

    private static MetricSeries Read(
        MetricWindows windows, string metric, double from, double to, double resolution = 60, string? segment = null,
        Variant variant = Variant.New, double? now = null) => windows.Series(
        new SeriesQuery(metric, variant, Traffic.Live, segment, At(from), At(to), TimeSpan.FromSeconds(resolution)), At(now ?? to));
}
