using System.Collections.Immutable;

namespace Orchestrator.Domain.Metrics.Otlp;

/// <summary>How much a sum or histogram of OTLP grew: a delta says so, of a cumulative one the last point is remembered.</summary>
/// <param name="since">When anybody began to listen, in Unix milliseconds: what a counter counted before is nobody's growth.</param>
/// <param name="longest">Milliseconds between two points beyond which nobody knows when it grew; it begins anew.</param>
internal sealed class OtlpGrowth(long since, long longest)
{
    private const int Most = 50_000;

    private readonly Dictionary<string, OtlpPoint> last = [];
    private readonly HashSet<string> senders = [];

    /// <summary>Growth by upper bound (one entry without a bound for a sum), and from when; null when the point tells of none.</summary>
    public (IReadOnlyList<(double? Le, long Count)> Counts, long From)? Of(OtlpPoint point)
    {
        if (!Cumulative(point.Value))
        {
            return (Counts(point.Value, null)!, point.Start);
        }

        var before = last.GetValueOrDefault(point.Stream);
        if (before is not null && point.At <= before.At)
        {
            return null;
        }

        if (last.Count >= Most && before is null)
        {
            last.Clear();
        }

        last[point.Stream] = point;
        if (before is not null && point.Start == before.Start && Counts(point.Value, before.Value) is { } grown)
        {
            return point.At - before.At <= longest ? (grown, before.At) : null;
        }

        if (before is not null && point.At - before.At > longest)
        {
            return null;
        }

        // It began anew, or a process that was heard before counts something for the first time: all of it is new, if it is young.
        var begun = Math.Max(point.Start, before?.At ?? 0);
        var young = before is not null || senders.Contains(point.Sender) || point.Start >= since;
        return young && point.Start > 0 && point.At - begun <= longest ? (Counts(point.Value, null)!, begun)
            : young && senders.Contains(point.Sender) ? (Counts(point.Value, null)!, 0)
            : null;
    }

    /// <summary>An export has been taken: its senders are known from now on.</summary>
    public void Heard(IEnumerable<OtlpPoint> points) => senders.UnionWith(points.Select(point => point.Sender));

    private static bool Cumulative(OtlpValue value) => value is OtlpValue.Sum { Cumulative: true } or OtlpValue.Histogram { Cumulative: true } or OtlpValue.Exponential { Cumulative: true };

    /// <summary>What is in one and was not in the other; null when the other is no earlier state of it.</summary>
    private static IReadOnlyList<(double? Le, long Count)>? Counts(OtlpValue value, OtlpValue? before) => (value, before) switch
    {
        (OtlpValue.Sum now, null) => [(null, (long)Math.Floor(now.Value))],
        (OtlpValue.Sum now, OtlpValue.Sum then) => now.Value < then.Value ? null : [(null, (long)(Math.Floor(now.Value) - Math.Floor(then.Value)))],
        (OtlpValue.Histogram now, null) => Explicit(now.Bounds, now.Counts),
        (OtlpValue.Histogram now, OtlpValue.Histogram then) => now.Bounds.SequenceEqual(then.Bounds) && now.Counts.Zip(then.Counts).All(pair => pair.First >= pair.Second)
            ? Explicit(now.Bounds, [.. now.Counts.Zip(then.Counts, (a, b) => a - b)])
            : null,
        (OtlpValue.Exponential now, null) => Exponential(now),
        (OtlpValue.Exponential now, OtlpValue.Exponential then) => Less(now, then) is { } rest ? Exponential(rest) : null,
        _ => null,
    };

    private static IReadOnlyList<(double? Le, long Count)> Explicit(ImmutableArray<double> bounds, ImmutableArray<long> counts) =>
        [.. counts.Select((count, i) => ((double?)(i < bounds.Length ? bounds[i] : double.PositiveInfinity), count))];

    /// <summary>Each bucket as its upper bound: never better than it was.</summary>
    private static IReadOnlyList<(double? Le, long Count)> Exponential(OtlpValue.Exponential value)
    {
        var power = Math.Pow(2, -value.Scale);
        var negative = value.Negative.Reverse().Select(bucket => ((double?)-Math.Pow(2, bucket.Key * power), bucket.Value));
        var positive = value.Positive.Select(bucket => ((double?)Math.Pow(2, (bucket.Key + 1) * power), bucket.Value));
        return [.. negative, (value.ZeroThreshold, value.Zero), .. positive];
    }

    private static OtlpValue.Exponential? Less(OtlpValue.Exponential now, OtlpValue.Exponential then)
    {
        // Scales fall as ranges widen: two neighbours become one.
        if (then.Scale < now.Scale || then.Zero > now.Zero)
        {
            return null;
        }

        var shift = then.Scale - now.Scale;
        return Less(now.Positive, then.Positive, shift) is { } positive && Less(now.Negative, then.Negative, shift) is { } negative
            ? now with { Zero = now.Zero - then.Zero, Positive = positive, Negative = negative }
            : null;
    }

    private static ImmutableSortedDictionary<int, long>? Less(ImmutableSortedDictionary<int, long> now, ImmutableSortedDictionary<int, long> then, int shift)
    {
        foreach (var (index, count) in then)
        {
            var at = index >> shift;
            if (now.GetValueOrDefault(at) < count)
            {
                return null;
            }

            now = now.SetItem(at, now[at] - count);
        }

        return now;
    }
}
