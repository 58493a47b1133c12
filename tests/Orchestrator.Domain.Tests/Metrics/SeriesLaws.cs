using CsCheck;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Windows;
using static Orchestrator.Domain.Tests.Metrics.MetricsSome;

namespace Orchestrator.Domain.Tests.Metrics;

/// <summary>Points of a series are the samples of the windows, each once, and no point is where no sample is.</summary>
public sealed class SeriesLaws
{
    // Six hours in which samples come at odd milliseconds, with silences, up to ten minutes late.
    private static readonly Gen<(Sample Sample, DateTimeOffset Arrival)[]> Pushes =
        Gen.Select(Gen.Int[0, 6 * 3600 * 1000], Gen.Int[0, 600_000], Gen.Int[0, 50], Gen.Int[0, 5], Gen.Int[0, 2]).Array[1, 400]
            .Select(all => all
                .Select(p => (
                    Sample(p.Item1 / 1000.0, segment: p.Item5 == 0 ? "beta" : null).Requests(p.Item3, p.Item4).Level(p.Item3)
                        .Times(p.Item3, p.Item4),
                    At((p.Item1 + p.Item2) / 1000.0)))
                .OrderBy(push => push.Item2)
                .ToArray());

    private static readonly Gen<(double Start, double Length, double Resolution)> Ranges = Gen.Select(
        Gen.Double[-3600, 7 * 3600], Gen.Double[1, 7 * 3600], Gen.OneOfConst(1.0, 15, 40, 60, 600, 1800, 3600, 5000));

    [Fact]
    public void Samples_of_the_points_are_those_of_the_windows() => Gen.Select(Pushes, Ranges).Sample((pushes, range) =>
    {
        var (_, series, now) = Read(pushes, range, "error_rate");
        var (from, to) = (At(range.Start), Min(At(range.Start + range.Length), now));
        var first = series.Points is [var earliest, ..] ? Min(earliest.From, from) : from;
        var last = series.Points is [.., var latest] ? Max(latest.At, to) : to;

        var inside = pushes.Select(push => push.Sample).Where(sample => sample.At > first && sample.At <= last).ToArray();
        Assert.Equal(inside.Sum(sample => sample.Counters[0].Value), series.Points.Sum(point => point.Samples));
        Assert.All(series.Points.Zip(series.Points.Skip(1)), pair => Assert.True(pair.First.At <= pair.Second.From));
    });

    [Fact]
    public void Each_point_is_the_measurement_of_the_rules_over_its_time() => Gen.Select(Pushes, Ranges).Sample((pushes, range) =>
    {
        foreach (var metric in new[] { ErrorRate, P99, Memory, Rps, Complaints })
        {
            var (windows, series, _) = Read(pushes, range, metric.Name);
            foreach (var point in series.Points)
            {
                var measured = windows.Measure(metric, Variant.New, Traffic.Live, null, point.At - point.From, point.At);
                Assert.Equal((measured.Value, measured.Samples, measured.Events), (point.Value, point.Samples, point.Events));
                Assert.InRange(point.Covered, TimeSpan.FromMilliseconds(1), point.At - point.From);
                Assert.True(double.IsFinite(point.Value));
            }
        }
    });

    [Fact]
    public void No_sample_and_no_point_is_in_a_gap() => Gen.Select(Pushes, Ranges).Sample((pushes, range) =>
    {
        var (_, series, _) = Read(pushes, range, "memory");
        foreach (var gap in series.Gaps)
        {
            Assert.Equal(SeriesGapKind.NoSamples, gap.Kind);
            Assert.DoesNotContain(pushes, push => Millis(push.Sample.At) > Millis(gap.From) && Millis(push.Sample.At) <= Millis(gap.To));
            Assert.DoesNotContain(series.Points, point => point.From >= gap.From && point.At <= gap.To);
        }
    });

    [Fact]
    public void Longer_points_hold_the_samples_of_the_shorter_ones() => Gen.Select(Pushes, Gen.Int[1, 20]).Sample((pushes, times) =>
    {
        var range = (-3600.0, 8 * 3600.0);
        var fine = Read(pushes, (range.Item1, range.Item2, 15), "error_rate").Series;
        var coarse = Read(pushes, (range.Item1, range.Item2, 15 * times), "error_rate").Series;
        foreach (var point in coarse.Points)
        {
            var parts = fine.Points.Where(part => part.From >= point.From && part.At <= point.At).ToArray();
            Assert.Equal((point.Samples, point.Events), (parts.Sum(part => part.Samples), Events(pushes, point)));
        }
    });

    [Fact]
    public void Reading_changes_no_stored_state() => Gen.Select(Pushes, Ranges).Sample((pushes, range) =>
    {
        var (windows, _, now) = Read(pushes, range, "p99");
        windows.TakeDirty();
        var before = windows.Export().Select(chunk => (chunk.Name, Convert.ToHexString(chunk.Data))).ToArray();

        windows.Series(Query("p99", range), now.AddHours(1));
        windows.OnHand(now);

        Assert.Empty(windows.TakeDirty());
        Assert.Equal(before, windows.Export().Select(chunk => (chunk.Name, Convert.ToHexString(chunk.Data))));
    });

    /// <summary>Errors of all samples in a point, also of those whose requests were none.</summary>
    private static long Events((Sample Sample, DateTimeOffset)[] pushes, SeriesPoint point) => pushes.Select(push => push.Sample)
        .Where(sample => Millis(sample.At) > Millis(point.From) && Millis(sample.At) <= Millis(point.At))
        .Sum(sample => sample.Counters[1].Value);

    private static (MetricWindows Windows, MetricSeries Series, DateTimeOffset Now) Read(
        (Sample Sample, DateTimeOffset Arrival)[] pushes, (double Start, double Length, double Resolution) range, string metric)
    {
        var windows = NoSamples();
        foreach (var (sample, arrival) in pushes)
        {
            Assert.Empty(windows.Add(sample, arrival).Rejected);
        }

        var now = pushes[^1].Arrival;
        return (windows, windows.Series(Query(metric, range), now), now);
    }

    private static SeriesQuery Query(string metric, (double Start, double Length, double Resolution) range) => new(
        metric, Variant.New, Traffic.Live, null, At(range.Start), At(range.Start + range.Length), TimeSpan.FromSeconds(range.Resolution));

    private static long Millis(DateTimeOffset at) => UnixMillis.Of(at);

    private static DateTimeOffset Min(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Max(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
