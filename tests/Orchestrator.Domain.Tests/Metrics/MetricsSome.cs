using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Tests.Metrics;

/// <summary>Metrics and samples to test with. Seconds count from noon of a day.</summary>
internal static class MetricsSome
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public static readonly Metric ErrorRate = new("error_rate", new MetricSource.Ratio("errors", "requests"), Unit.Ratio);
    public static readonly Metric P99 = new("p99", new MetricSource.Quantile(0.99, "response_time"), Unit.Time);
    public static readonly Metric Memory = new("memory", new MetricSource.Gauge("memory"), Unit.Size);
    public static readonly Metric Rps = new("rps", new MetricSource.Rate("requests"), Unit.Rate);
    public static readonly Metric Complaints = new("complaints", new MetricSource.Count("complaints"), Unit.Number);

    public static MetricWindows NoSamples(params Metric[] more) =>
        new(TimeSpan.FromSeconds(15), [ErrorRate, P99, Memory, Rps, Complaints, .. more], "probes");

    public static DateTimeOffset At(double seconds) => Noon.AddMilliseconds(Math.Round(seconds * 1000));

    public static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);

    public static Sample Sample(
        double seconds, Variant variant = Variant.New, Traffic traffic = Traffic.Live, string? segment = null, string? id = null) =>
        new(0, id, At(seconds), variant, traffic, segment, [], [], []);

    public static Sample Requests(this Sample sample, long requests, long errors) =>
        sample with { Counters = sample.Counters.AddRange(new SampleCounter("requests", requests), new SampleCounter("errors", errors)) };

    public static Sample Counter(this Sample sample, string series, long growth) =>
        sample with { Counters = sample.Counters.Add(new(series, growth)) };

    public static Sample Level(this Sample sample, double memory) => sample with { Gauges = sample.Gauges.Add(new("memory", memory)) };

    public static Sample Times(this Sample sample, params double[] times) =>
        sample with { Distributions = sample.Distributions.Add(new("response_time", [.. times.Select(time => new Observed(time, 1))])) };

    /// <summary>Pushes each sample at its own time.</summary>
    public static MetricWindows With(this MetricWindows windows, params IEnumerable<Sample> samples)
    {
        foreach (var sample in samples)
        {
            Assert.Empty(windows.Add(sample, sample.At).Rejected);
        }

        return windows;
    }

    /// <summary>Samples every 15 s in (from, to].</summary>
    public static IEnumerable<Sample> Every15(double from, double to, Func<Sample, Sample> fill, Variant variant = Variant.New)
    {
        for (var at = from + 15; at <= to; at += 15)
        {
            yield return fill(Sample(at, variant));
        }
    }

    public static Measurement Of(this MetricWindows windows, Metric metric, double at, double minutes = 1, Variant variant = Variant.New,
        Traffic traffic = Traffic.Live, string? segment = null, double? since = null, long needs = 0) =>
        windows.Measure(metric, variant, traffic, segment, Minutes(minutes), At(at), since is { } s ? At(s) : null, needs);

    public static MetricQuery Ask(string metric, double minutes = 1, double? since = null, long needs = 0, Variant variant = Variant.New) =>
        new(metric, metric, variant, Traffic.Live, null, Minutes(minutes), since is { } s ? At(s) : null, needs);
}
