using System.Text.Json;
using CsCheck;
using Orchestrator.Client.Metrics;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Client.Tests;

/// <summary>Precision of an observed value at the other end.</summary>
public sealed class BucketsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<double> Any = Gen.OneOf(
        Gen.Double[-19, 39].Select(e => Math.Pow(2, e)), Gen.Double[-19, 39].Select(e => -Math.Pow(2, e)), Gen.Const(0.0),
        Gen.Double[1, 1000], Gen.Int[-300, 300].Select(i => (double)i));

    [Fact]
    public void A_value_is_told_as_the_next_bound_at_most_a_128th_away() => Any.Sample(value =>
    {
        var histogram = Of(value)!;
        var bound = Assert.Single(histogram.Bounds);
        Assert.Equal([1, 0], histogram.Counts);
        Assert.InRange(bound - value, 0, Math.Abs(value) / 128);
    });

    [Fact]
    public void Whole_numbers_to_256_stand_for_themselves()
    {
        for (var value = -256; value <= 256; value++)
        {
            Assert.Equal([value], Of(value)!.Bounds);
        }
    }

    [Fact]
    public void What_is_too_near_to_zero_or_too_far_counts_as_the_bound_above_it()
    {
        var histogram = Of(double.Epsilon, -double.Epsilon, -1e300, 1e300)!;

        Assert.Equal([-Math.Pow(2, 40), 0, Math.Pow(2, -20)], histogram.Bounds);
        Assert.Equal([1, 1, 1, 1], histogram.Counts);
        Assert.Equal([0, 2], Of(1e300, double.MaxValue)!.Counts);
    }

    [Theory]
    [InlineData(1, 1_000, 32)]
    [InlineData(1, 1_000_000, 16)]
    public void A_wide_spread_keeps_so_many_to_a_doubling_and_every_count(double least, double most, int parts)
    {
        double[] values = [.. Enumerable.Range(0, 20_001).Select(i => least * Math.Pow(most / least, i / 20_000.0))];
        var histogram = Of(values)!;

        Assert.InRange(histogram.Bounds.Length, Buckets.Most / 2, Buckets.Most);
        Assert.Equal(values.Length, histogram.Counts.Sum());
        var seen = 0L;
        for (var i = 0; i < histogram.Bounds.Length; i++)
        {
            seen += histogram.Counts[i];
            Assert.Equal(seen, values.Count(value => value <= histogram.Bounds[i]));
            Assert.True(i == 0 || histogram.Bounds[i] <= histogram.Bounds[i - 1] * (1 + (1.0 / parts)) + 1e-9);
        }
    }

    [Fact]
    public void Values_of_all_sizes_and_signs_fit_and_rise() => Gen.OneOf(Any, Gen.Double).Array[1, 3000].Sample(values =>
    {
        values = [.. values.Where(double.IsFinite)];
        if (Of(values) is { } histogram)
        {
            Assert.InRange(histogram.Bounds.Length, 1, Buckets.Most);
            Assert.Equal(histogram.Bounds.Order().Distinct(), histogram.Bounds);
            Assert.Equal(histogram.Bounds.Length + 1, histogram.Counts.Length);
            Assert.Equal(values.Length, histogram.Counts.Sum());
        }
    });

    [Fact]
    public void Counts_are_taken_once()
    {
        var buckets = new Buckets();
        buckets.Observe(5);
        Assert.Equal([5], buckets.Take()!.Bounds);
        Assert.Null(buckets.Take());
    }

    [Fact]
    public void Nothing_is_lost_between_threads()
    {
        var buckets = new Buckets();
        var taken = 0L;
        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                buckets.Observe((thread * i % 1000) - 100);
                if (i % 5_000 == 0)
                {
                    Interlocked.Add(ref taken, buckets.Take()?.Counts.Sum() ?? 0);
                }
            }
        });

        Assert.Equal(160_000, taken + (buckets.Take()?.Counts.Sum() ?? 0));
    }

    [Fact]
    public void Medians_of_20_2_and_23_9_ms_read_as_such()
    {
        Assert.Equal(20.25, Median(20.2));
        Assert.Equal(24, Median(23.9));
        Assert.Equal(165, Median(165));
    }

    [Fact]
    public void Samples_of_a_client_with_the_former_bounds_merge_with_those_of_this_one()
    {
        var windows = Windows();
        Push(windows, """{ "bounds": [10, 20, 30, 40], "counts": [0, 0, 60, 0, 0] }""", "former");
        Push(windows, JsonSerializer.Serialize(Of([.. Enumerable.Repeat(20.2, 39), 35.1]), JsonSerializerOptions.Web), "this");

        // 39 at 20.25, then the 60 that were told as "at most 30", then one at 35.25.
        Assert.Equal(20.25, At(windows, 0.39));
        Assert.Equal(30, At(windows, 0.4));
        Assert.Equal(30, At(windows, 0.99));
        Assert.Equal(35.25, At(windows, 1));
    }

    private static double? Median(double value)
    {
        var windows = Windows();
        Push(windows, JsonSerializer.Serialize(Of(value, value, value), JsonSerializerOptions.Web), "a");
        return At(windows, 0.5);
    }

    private static MetricWindows Windows() => new(TimeSpan.FromSeconds(15), [Quantile(0.5)]);

    private static Metric Quantile(double rank) => new("time", new MetricSource.Quantile(rank, "response_time"), Unit.Time);

    private static void Push(MetricWindows windows, string histogram, string id)
    {
        var body = $$"""{ "samples": [ { "id": "{{id}}", "variant": "new", "histograms": { "response_time": {{histogram}} } } ] }""";
        var batch = SampleReader.Read(System.Text.Encoding.UTF8.GetBytes(body), Noon);
        Assert.Null(batch.Malformed);
        Assert.Equal(1, windows.Add(batch.Samples, Noon).Accepted);
    }

    private static double? At(MetricWindows windows, double rank) =>
        windows.Measure(
            Quantile(rank), Orchestrator.Domain.Conditions.Variant.New, Traffic.Live, null, TimeSpan.FromMinutes(1), Noon).Value;

    private static Histogram? Of(params IEnumerable<double> values)
    {
        var buckets = new Buckets();
        foreach (var value in values)
        {
            buckets.Observe(value);
        }

        return buckets.Take();
    }
}
