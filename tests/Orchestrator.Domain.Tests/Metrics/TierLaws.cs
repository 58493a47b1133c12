using CsCheck;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Windows;
using static Orchestrator.Domain.Tests.Metrics.MetricsSome;

namespace Orchestrator.Domain.Tests.Metrics;

/// <summary>Whatever came in whatever order, the two tiers say what a recomputation from all samples says.</summary>
public sealed class TierLaws
{
    private const double Hours = 3600;

    // Four hours in which samples come at odd milliseconds, with gaps, up to ten minutes late.
    private static readonly Gen<(Sample Sample, DateTimeOffset Arrival)[]> Pushes =
        Gen.Select(Gen.Int[0, (int)(4 * Hours * 1000)], Gen.Int[0, 600_000], Gen.Int[0, 50], Gen.Int[0, 5], Gen.Int[0, 2]).Array[1, 400]
            .Select(all => all
                .Select(p => (
                    Sample(p.Item1 / 1000.0, segment: p.Item5 == 0 ? "beta" : null).Requests(p.Item3, p.Item4).Level(p.Item3)
                        .Times(p.Item3, p.Item4),
                    At((p.Item1 + p.Item2) / 1000.0)))
                .OrderBy(push => push.Item2)
                .ToArray());

    [Fact]
    public void Short_windows_equal_a_recomputation_to_the_millisecond() =>
        Gen.Select(Pushes, Gen.Int[0, 900_000], Gen.Int[1, 900_000]).Sample((pushes, ago, window) =>
    {
        var windows = Fill(pushes);
        var end = pushes[^1].Arrival;
        var at = (end - Noon).TotalSeconds - (ago / 1000.0 * (900_000 - window) / 900_000);
        Same(windows, pushes, at, from: at - (window / 1000.0), minutes: window / 60_000.0);
    });

    [Fact]
    public void Long_windows_equal_a_recomputation_from_the_start_of_their_first_block() =>
        Gen.Select(Pushes, Gen.Int[31, 300]).Sample((pushes, minutes) =>
    {
        var windows = Fill(pushes);
        var at = (pushes[^1].Arrival - Noon).TotalSeconds;
        var (from, sealedTo) = (at - (minutes * 60.0), Math.Floor((at - 900) / 1800) * 1800);
        Same(windows, pushes, at, from < sealedTo ? Math.Floor(from / 1800) * 1800 : from, minutes);
    });

    [Fact]
    public void The_order_of_arrival_within_lateness_does_not_matter() => Gen.Select(Pushes, Gen.Int[1, 300]).Sample((pushes, minutes) =>
    {
        var at = (pushes[^1].Arrival - Noon).TotalSeconds;
        var (some, other) = (Fill(pushes), Fill([.. pushes.OrderBy(push => push.Sample.At).Select(push => (push.Sample, push.Sample.At))]));
        other.Observe(new RoundQuery(Variant.New, Traffic.Live, Noon, []), At(at), At(at), 1);
        foreach (var metric in new[] { ErrorRate, P99, Memory, Complaints, Rps })
        {
            Assert.Equal(some.Of(metric, at, minutes), other.Of(metric, at, minutes));
            Assert.Equal(some.Of(metric, at, minutes, segment: "beta"), other.Of(metric, at, minutes, segment: "beta"));
        }
    });

    [Fact]
    public void State_restored_at_any_moment_measures_the_same() =>
        Gen.Select(Pushes, Gen.Int[0, 400], Gen.Int[1, 300]).Sample((pushes, cut, minutes) =>
    {
        var whole = Fill(pushes);
        var stored = new Dictionary<string, byte[]>();
        var first = NoSamples();
        foreach (var (sample, arrival) in pushes.Take(cut))
        {
            first.Add(sample, arrival);
            Store(stored, first.TakeDirty());
        }

        var second = NoSamples();
        second.Restore(stored.Select(chunk => (chunk.Key, chunk.Value)));
        Assert.Empty(second.TakeDirty());
        foreach (var (sample, arrival) in pushes.Skip(cut))
        {
            second.Add(sample, arrival);
        }

        var at = (pushes[^1].Arrival - Noon).TotalSeconds;
        foreach (var metric in new[] { ErrorRate, P99, Memory, Rps })
        {
            Assert.Equal(whole.Of(metric, at, minutes), second.Of(metric, at, minutes));
        }

        Assert.Equal(whole.Export().OrderBy(c => c.Name).Select(c => (c.Name, c.Data.Length)),
            second.Export().OrderBy(c => c.Name).Select(c => (c.Name, c.Data.Length)));
    });

    internal static void Store(Dictionary<string, byte[]> stored, IEnumerable<(string Name, byte[] Data)> chunks)
    {
        foreach (var (name, data) in chunks)
        {
            if (data.Length == 0)
            {
                stored.Remove(name);
            }
            else
            {
                stored[name] = data;
            }
        }
    }

    private static MetricWindows Fill((Sample Sample, DateTimeOffset Arrival)[] pushes)
    {
        var windows = NoSamples();
        foreach (var (sample, arrival) in pushes)
        {
            Assert.Empty(windows.Add(sample, arrival).Rejected);
        }

        return windows;
    }

    private static void Same(
        MetricWindows windows, (Sample Sample, DateTimeOffset Arrival)[] pushes, double at, double from, double minutes)
    {
        var (start, end) = (UnixMillis.Of(At(from)), UnixMillis.Of(At(at)));
        if (minutes < 30)
        {
            start = end - (long)Minutes(minutes).TotalMilliseconds;
        }

        var inside = pushes.Select(push => push.Sample).Where(sample => UnixMillis.Of(sample.At) > start && UnixMillis.Of(sample.At) <= end)
            .ToArray();
        var (requests, errors) = (inside.Sum(sample => sample.Counters[0].Value), inside.Sum(sample => sample.Counters[1].Value));
        var ratio = windows.Of(ErrorRate, at, minutes);
        Assert.Equal((requests, errors), (ratio.Samples, ratio.Events));
        Assert.Equal(requests == 0 ? null : (double)errors / requests, ratio.Value);
        Assert.Equal(inside.Length == 0 ? null : inside.Max(sample => sample.At), ratio.Last);
        Assert.Equal(inside.Length == 0 ? null : inside.Max(sample => sample.Gauges[0].Value), windows.Of(Memory, at, minutes).Value);

        var values = inside.SelectMany(sample => sample.Distributions[0].Values).Select(value => value.Value).Order().ToArray();
        Assert.Equal(
            values.Length == 0 ? null : values[(int)Math.Ceiling((0.99 * values.Length) - 1e-9) - 1], windows.Of(P99, at, minutes).Value);

        long covered = 0, reached = start;
        foreach (var instant in inside.Select(sample => UnixMillis.Of(sample.At)).Order())
        {
            covered += Math.Max(0, instant - Math.Max(reached, instant - 15_000));
            reached = instant;
        }

        Assert.Equal(Math.Min(covered, (long)Minutes(minutes).TotalMilliseconds), (long)ratio.Covered.TotalMilliseconds);
    }
}
