using CsCheck;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Kept;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Plans.Rules;
using static Orchestrator.Domain.Tests.Metrics.MetricsSome;

namespace Orchestrator.Domain.Tests.Metrics.Kept;

/// <summary>Series of kept blocks are those of the windows, at their first resolution, long after the windows folded them.</summary>
public sealed class KeptSeriesTests
{
    private static readonly Metric[] All = [ErrorRate, P99, Memory, Rps, Complaints];

    // Six hours in which samples come at odd milliseconds, with silences, up to ten minutes late.
    private static readonly Gen<(Sample Sample, DateTimeOffset Arrival)[]> Pushes =
        Gen.Select(Gen.Int[0, 6 * 3600 * 1000], Gen.Int[0, 600_000], Gen.Int[0, 50], Gen.Int[0, 5]).Array[1, 300].Select(all => all
            .Select(p => (
                Sample(p.Item1 / 1000.0).Requests(p.Item3, p.Item4).Level(p.Item3).Times(p.Item3, p.Item4),
                At((p.Item1 + p.Item2) / 1000.0)))
            .OrderBy(push => push.Item2).ToArray());

    [Fact]
    public void Late_samples_are_in_the_blocks_and_each_once() => Pushes.Sample(pushes =>
    {
        var (_, blocks, newest, _) = Kept(pushes);
        Assert.All(blocks.Zip(blocks.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
        Assert.Equal(
            pushes.Sum(push => push.Sample.Counters[0].Value),
            blocks.Append(newest).SelectMany(block => block.Tracks).Where(track => track.Key.Series == "requests")
                .Sum(track => track.Points.Sum(point => point.Weight)));
    });

    [Fact]
    public void Points_are_those_of_windows_that_never_folded() => Gen.Select(Pushes, Gen.Int[0, 20], Gen.Int[1, 24]).Sample((
        pushes, start, length) =>
    {
        var (windows, blocks, _, now) = Kept(pushes);
        var range = new SeriesQuery("", Variant.New, Traffic.Live, null, At(start * 900), At((start + length) * 900), Minutes(1));
        var never = new MetricWindows(TimeSpan.FromHours(1), [.. All]);
        foreach (var (sample, _) in pushes)
        {
            never.Add(sample, At(7 * 3600));
        }

        foreach (var metric in All)
        {
            var query = range with { Metric = metric.Name };
            var kept = Read(blocks, query, metric);
            var parts = SeriesParts.Of(query, kept.From, kept.To)
                .Select(part => part.Kept ? kept.Read(part.Query) : windows.Series(part.Query, now));
            var joined = SeriesParts.Join([.. parts]);
            Assert.All(joined.Points, point =>
            {
                var measured = never.Measure(metric, Variant.New, Traffic.Live, null, point.At - point.From, point.At);
                Assert.Equal((measured.Samples, measured.Events), (point.Samples, point.Events));
                Assert.True(metric == Rps || Equals(measured.Value, point.Value));
            });
            Assert.All(joined.Points.Zip(joined.Points.Skip(1)), pair => Assert.True(pair.First.At <= pair.Second.From));
            Assert.InRange(joined.Points.Length, 0, MetricSeries.MostPoints);
            Assert.DoesNotContain(joined.Gaps, gap => gap.Kind == SeriesGapKind.NotKept);
        }
    });

    [Fact]
    public void Block_that_is_missing_is_a_gap_that_says_so()
    {
        var (_, blocks, _, _) = Kept([.. Every15(0, 4 * 3600, sample => sample.Requests(100, 1)).Select(sample => (sample, sample.At))]);
        var query = new SeriesQuery("error_rate", Variant.New, Traffic.Live, null, Noon, At(3 * 3600), Minutes(5));
        var series = Read([.. blocks.Where((_, i) => i != 4)], query, ErrorRate).Read(query);

        var gap = Assert.Single(series.Gaps, gap => gap.Kind == SeriesGapKind.NotKept);
        Assert.Equal((blocks[4].From, blocks[4].To), (UnixMillis.Of(gap.From), UnixMillis.Of(gap.To)));
        Assert.True(series.Points.First(point => point.From >= gap.To).AfterGap);
        Assert.DoesNotContain(series.Points, point => point.At > gap.From && point.At <= gap.To);
    }

    [Fact]
    public void Silence_is_told_apart_from_what_was_not_kept()
    {
        Sample[] samples =
        [
            .. Every15(0, 3600, sample => sample.Requests(100, 1)), .. Every15(3 * 3600, 5 * 3600, sample => sample.Requests(100, 1)),
        ];
        var (_, blocks, _, _) = Kept([.. samples.Select(sample => (sample, sample.At))]);
        var query = new SeriesQuery("error_rate", Variant.New, Traffic.Live, null, Noon, At(4 * 3600), Minutes(5));
        var gap = Assert.Single(Read(blocks, query, ErrorRate).Read(query).Gaps);
        Assert.Equal((SeriesGapKind.NoSamples, At(3600)), (gap.Kind, gap.From));
    }

    [Fact]
    public void Long_range_is_read_in_blocks_and_has_every_sample()
    {
        var samples = Every15(0, 4 * 86_400, sample => sample.Requests(100, 1)).ToArray();
        var (_, blocks, _, _) = Kept([.. samples.Select(sample => (sample, sample.At))]);
        var query = new SeriesQuery("error_rate", Variant.New, Traffic.Live, null, Noon, At(3.5 * 86_400), Minutes(1));
        var series = Read(blocks, query, ErrorRate).Read(query);
        Assert.Equal(samples.Count(sample => sample.At <= series.Points[^1].At) * 100, series.Points.Sum(point => point.Samples));
        Assert.Empty(series.Gaps);
        Assert.Contains(series.Tiers, tier => !tier.Exact);
    }

    [Fact]
    public void Clock_that_was_ahead_voids_the_blocks_that_it_made()
    {
        var windows = NoSamples();
        windows.KeepFinal();
        windows.With(Every15(0, 7200, sample => sample.Requests(100, 1)));
        windows.Add(Sample(86_400).Requests(5, 5), At(86_400));
        Assert.NotEmpty(windows.TakeFinal());

        windows.With(Every15(7200, 4 * 3600, sample => sample.Requests(100, 1)));
        var after = windows.TakeFinal();
        Assert.True(after[0].Rewinds);
        Assert.True(after[0].From <= UnixMillis.Of(At(7200)));
        Assert.All(after[1..], block => Assert.False(block.Rewinds));
    }

    private static KeptSeries Read(SignalBlock[] blocks, SeriesQuery query, Metric metric)
    {
        var kept = new KeptSeries(
            TimeSpan.FromSeconds(15), [metric], query.Segment, query.From - MetricSeries.LongestPoint(query.Resolution), query.To);
        foreach (var block in blocks)
        {
            kept.Add(SignalCodec.Write(block));
        }

        return kept;
    }

    private static (MetricWindows Windows, SignalBlock[] Blocks, SignalBlock Newest, DateTimeOffset Now) Kept(
        (Sample Sample, DateTimeOffset Arrival)[] pushes)
    {
        var windows = NoSamples();
        windows.KeepFinal();
        var blocks = new List<SignalBlock>();
        foreach (var (sample, arrival) in pushes)
        {
            Assert.Empty(windows.Add(sample, arrival).Rejected);
            blocks.AddRange(windows.TakeFinal());
        }

        var now = pushes[^1].Arrival;
        return (windows, [.. blocks], windows.Newest(now), now);
    }
}
