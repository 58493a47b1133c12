using System.Collections.Immutable;
using System.Diagnostics;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Kept;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Benchmarks.Signals;

/// <summary>Size of kept signals, and time to write and read them.</summary>
internal static class SignalsSection
{
    private const int Counters = 8;
    private const int Gauges = 3;
    private const int Distributions = 2;
    private const int Observations = 100;
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(15);

    public static Section Run()
    {
        var days = Repetition.Short ? 1 : 28;
        Metric[] metrics =
        [
            new("error_rate", new MetricSource.Ratio("counter0", KnownSeries.Requests), Unit.Ratio),
            .. Enumerable.Range(1, Counters - 1).Select(i => new Metric($"count{i}", new MetricSource.Count($"counter{i}"), Unit.Number)),
            .. Enumerable.Range(0, Gauges).Select(i => new Metric($"gauge{i}", new MetricSource.Gauge($"gauge{i}"), Unit.Size)),
            .. Enumerable.Range(0, Distributions).Select(i => new Metric($"p95_{i}", new MetricSource.Quantile(0.95, $"time{i}"), Unit.Time)),
        ];
        var (blocks, seconds) = Keep(metrics, days);
        var sizes = SignalCodec.BytesByKind(SignalCodec.Read(SignalCodec.Find(blocks[^1]).Single()));
        var bytes = blocks.Sum(block => (double)block.Length);
        var series = 2 * (2 + Counters + Gauges + Distributions);
        return Section.Of(
            "Kept signals",
            $"A sample of two variants every 15 s for {days} days, each with {Counters + 1} counters of some hundred requests, {Gauges} levels and {Distributions} distributions of {Observations} observations, all with noise: {series} series with those that say that a sample came. Blocks of half an hour.",
            Row.Figure("a day of all series", bytes / days / 1000, " KB", "0"),
            Row.Figure("each series and day, mean", bytes / days / series / 1000, " KB"),
            Row.Figure("counter, each series and day by itself", 48 * sizes["Counter"] / 1000, " KB"),
            Row.Figure("level (a double with noise), each series and day by itself", 48 * sizes["Gauge"] / 1000, " KB"),
            Row.Figure("distribution, each series and day by itself", 48 * sizes["Distribution"] / 1000, " KB"),
            Row.Figure("encoding of a block, in the background", seconds * 1000 / blocks.Count, " ms"),
            Row.Figure("an hour of one series, read from a day of blocks", Read(metrics[0], blocks.TakeLast(48), TimeSpan.FromHours(1), days), " ms"),
            Row.Figure("an hour of one distribution", Read(metrics[^1], blocks.TakeLast(48), TimeSpan.FromHours(1), days), " ms"),
            Row.Figure($"{days} days of one distribution", Read(metrics[^1], blocks, TimeSpan.FromDays(days), days), " ms", "0"),
            Row.Figure($"{days} days of one series", Read(metrics[0], blocks, TimeSpan.FromDays(days), days), " ms", "0"));
    }

    private static (List<byte[]> Blocks, double Seconds) Keep(Metric[] metrics, int days)
    {
        var windows = new MetricWindows(Sampling, [.. metrics]);
        windows.KeepFinal();
        var (dice, blocks, seconds) = (new Random(7), new List<byte[]>(), 0.0);
        for (var at = Begin; at <= Begin.AddDays(days); at += Sampling)
        {
            windows.Add([Sample(at, Variant.New, dice), Sample(at, Variant.Legacy, dice)], at);
            foreach (var block in windows.TakeFinal())
            {
                var began = Stopwatch.GetTimestamp();
                blocks.Add(SignalCodec.Write(block));
                seconds += Stopwatch.GetElapsedTime(began).TotalSeconds;
            }
        }

        return (blocks, seconds);
    }

    private static Sample Sample(DateTimeOffset at, Variant variant, Random dice) => new(
        0, null, at, variant, Traffic.Live, null,
        [
            new(KnownSeries.Requests, 800 + dice.Next(400)),
            .. Enumerable.Range(0, Counters).Select(i => new SampleCounter($"counter{i}", dice.Next(10 * (i + 1)))),
        ],
        [.. Enumerable.Range(0, Gauges).Select(i => new SampleGauge($"gauge{i}", (30e6 * (i + 1)) + (dice.NextDouble() * 1e6)))],
        [.. Enumerable.Range(0, Distributions).Select(i => new SampleDistribution($"time{i}", Times(dice)))]);

    private static ImmutableArray<Observed> Times(Random dice) =>
        [.. Enumerable.Range(0, Observations).Select(_ => new Observed(0.05 * Math.Exp(dice.NextDouble()), 1))];

    private static double Read(Metric metric, IEnumerable<byte[]> blocks, TimeSpan range, int days)
    {
        var times = new List<double>();
        for (var run = 0; run < 5; run++)
        {
            var began = Stopwatch.GetTimestamp();
            var to = Begin.AddDays(days) - TimeSpan.FromHours(1);
            var kept = new KeptSeries(Sampling, [metric], null, to - range - TimeSpan.FromHours(1), to);
            foreach (var block in blocks)
            {
                kept.Add(block);
            }

            kept.Read(new SeriesQuery(metric.Name, Variant.New, Traffic.Live, null, to - range, to, TimeSpan.FromMinutes(1)));
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return times.Median();
    }

    private static DateTimeOffset Begin { get; } = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
}
