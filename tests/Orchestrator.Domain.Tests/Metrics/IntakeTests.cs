using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Windows;
using static Orchestrator.Domain.Tests.Metrics.MetricsSome;

namespace Orchestrator.Domain.Tests.Metrics;

public sealed class IntakeTests
{
    [Theory]
    [InlineData(-600, true)]
    [InlineData(-600.001, false)]
    [InlineData(60, true)]
    [InlineData(60.001, false)]
    public void A_sample_is_taken_from_ten_minutes_late_to_one_minute_ahead(double seconds, bool taken)
    {
        var intake = NoSamples().Add(Sample(seconds), Noon);
        Assert.Equal(taken ? 1 : 0, intake.Accepted);
        Assert.Equal(taken, intake.Rejected.IsEmpty);
        Assert.All(intake.Rejected, error => Assert.Equal("samples[0].at", error.Path));
    }

    [Theory]
    [InlineData(-2400, true)]
    [InlineData(-2401, false)]
    [InlineData(240, true)]
    [InlineData(241, false)]
    public void The_limits_of_time_grow_with_a_long_sampling_period(double seconds, bool taken) =>
        Assert.Equal(taken ? 1 : 0, new MetricWindows(TimeSpan.FromMinutes(1), [ErrorRate]).Add(Sample(seconds), Noon).Accepted);

    [Theory]
    [InlineData(404, 0)]
    [InlineData(405, 1)]
    public void Samples_count_for_each_series_and_segment_within_a_bound(int samples, int rejected)
    {
        var windows = NoSamples();
        var segments = string.Join(',', Enumerable.Range(0, 32).Select(i => $"s{i}"));

        var intake = windows.Add(
            Enumerable.Range(0, samples).Select(i => Sample(-i / 1000.0).Requests(1, 0) with { Segment = segments }), Noon);

        Assert.Equal((rejected > 0 ? 0 : samples, rejected), (intake.Accepted, intake.Rejected.Length));
        Assert.Equal(rejected > 0 ? "samples" : null, intake.Rejected.FirstOrDefault()?.Path);
    }

    [Fact]
    public void A_late_sample_says_how_late_it_is_and_what_the_rule_is()
    {
        var error = Assert.Single(NoSamples().Add(Sample(-660), Noon).Rejected);
        Assert.Equal("2026-03-02T11:49:00Z is 11m old; a sample is taken until it is 10m old.", error.Message);
    }

    [Fact]
    public void A_repeated_id_counts_once_and_is_not_an_error()
    {
        var windows = NoSamples();
        var sample = Sample(0, id: "a").Requests(100, 1);
        var intake = windows.Add([sample, sample, sample with { Id = "b" }], Noon);

        Assert.Equal((3, 1, 0), (intake.Accepted, intake.Ignored, intake.Rejected.Length));
        Assert.Equal(200, windows.Of(ErrorRate, 0).Samples);
    }

    [Fact]
    public void Values_of_one_moment_are_the_same_from_one_batch_and_one_by_one()
    {
        Sample[] samples = [Sample(0, segment: "beta").Times(5, 1, 7), Sample(0).Times(2, 2), Sample(0, segment: "beta").Times(3),
            Sample(-1).Times(9)];
        var (together, apart) = (NoSamples(P99), NoSamples(P99));
        together.Add(samples, Noon);
        foreach (var sample in samples)
        {
            apart.Add(sample, Noon);
        }

        Assert.Equal(apart.Export().Select(one => (one.Name, Convert.ToHexString(one.Data))),
            together.Export().Select(one => (one.Name, Convert.ToHexString(one.Data))));
        Assert.Equal(9, together.Of(P99, 0).Value);
    }

    [Fact]
    public void A_rejected_sample_rejects_no_other_and_does_not_spend_its_id()
    {
        var windows = NoSamples();
        var intake = windows.Add([Sample(-7200, id: "a"), Sample(0, id: "a").Requests(10, 0)], Noon);
        Assert.Equal((1, 0, 1), (intake.Accepted, intake.Ignored, intake.Rejected.Length));
        Assert.Equal(10, windows.Of(ErrorRate, 0).Samples);
    }

    [Fact]
    public void A_series_that_nothing_reads_is_warned_of_once_and_not_kept()
    {
        var sample = Sample(0).Requests(10, 0).Counter("error", 5).Counter("memory", 5);
        var intake = NoSamples().Add([sample, sample], Noon);

        Assert.Equal(2, intake.Accepted);
        Assert.Equal(
            [("samples[0].counters.error", "Not kept: no metric of the plan reads 'error'."), ("samples[0].counters.memory", "Not kept: the plan reads 'memory' from gauges.")],
            intake.Warnings.Select(warning => (warning.Path, warning.Message)));
    }

    [Fact]
    public void Samples_of_segments_are_part_of_the_total()
    {
        var windows = NoSamples()
            .With(Sample(0, segment: "beta").Requests(10, 1), Sample(0, segment: "eu").Requests(30, 0), Sample(0).Requests(60, 0));
        Assert.Equal((100, 1), Numbers(windows.Of(ErrorRate, 0)));
        Assert.Equal((10, 1), Numbers(windows.Of(ErrorRate, 0, segment: "beta")));
        Assert.Null(windows.Of(ErrorRate, 0, segment: "us").Value);
    }

    [Fact]
    public void Sample_of_several_segments_counts_in_each_of_them_and_once_in_total()
    {
        var windows = NoSamples()
            .With(Sample(0, segment: "eu,internal").Requests(10, 1), Sample(0, segment: "eu").Requests(30, 0), Sample(0).Requests(60, 0));
        Assert.Equal((100, 1), Numbers(windows.Of(ErrorRate, 0)));
        Assert.Equal((40, 1), Numbers(windows.Of(ErrorRate, 0, segment: "eu")));
        Assert.Equal((10, 1), Numbers(windows.Of(ErrorRate, 0, segment: "internal")));
        Assert.Null(windows.Of(ErrorRate, 0, segment: "eu,internal").Value);
    }

    [Fact]
    public void Segments_of_a_sample_count_for_the_bound_one_by_one()
    {
        var windows = NoSamples();
        var ninety = Enumerable.Range(0, 3)
            .Select(part => Sample(0, segment: string.Join(',', Enumerable.Range(part * 30, 30).Select(i => $"s{i}"))));
        Assert.Equal(3, windows.Add(ninety, Noon).Accepted);
        Assert.Equal(1, windows.Add(Sample(0, segment: "s1,s2,s3"), Noon).Accepted);
        var over = windows.Add(Sample(0, segment: string.Join(',', Enumerable.Range(80, 21).Select(i => $"s{i}"))), Noon);
        Assert.Contains("'s100' would be segment 101", Assert.Single(over.Rejected).Message, StringComparison.Ordinal);
        Assert.Equal(1, windows.Add(Sample(0, segment: string.Join(',', Enumerable.Range(80, 20).Select(i => $"s{i}"))), Noon).Accepted);
    }

    [Fact]
    public void The_hundred_and_first_segment_is_rejected()
    {
        var samples = Enumerable.Range(0, 101).Select(i => Sample(0, segment: $"s{i}"));
        var intake = NoSamples().Add(samples, Noon);
        Assert.Equal(100, intake.Accepted);
        Assert.Equal("samples[0].segment", Assert.Single(intake.Rejected).Path);
    }

    [Fact]
    public void A_flood_of_instants_is_rounded_and_nothing_of_it_is_lost()
    {
        var windows = NoSamples();
        for (var batch = 0; batch < 4; batch++)
        {
            windows.Add(Enumerable.Range(0, 5000).Select(i => Sample(-400 + ((batch * 5000) + i) / 1000.0).Requests(1, 0)), Noon);
        }

        var found = windows.Of(ErrorRate, 0, minutes: 15);
        Assert.Equal(20_000, found.Samples);
        Assert.InRange(windows.Observe(new RoundQuery(Variant.New, Traffic.Live, At(-900), []), null, Noon, 100_000).Length, 5000, 5020);
    }

    private static (long, long) Numbers(Measurement measured) => (measured.Samples, measured.Events);
}
