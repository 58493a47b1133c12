using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Orchestrator.Domain.Metrics.Sources;

namespace Orchestrator.Domain.Metrics.Otlp;

/// <summary>Growth of a sum or histogram of OTLP: a delta is its own growth, for a cumulative one the last point is kept.</summary>
/// <param name="since">Start of listening, in Unix milliseconds: counts from before it belong to no growth.</param>
/// <param name="longest">Milliseconds between two points beyond which the moment of growth is unknown; it starts again.</param>
internal sealed class OtlpGrowth(long since, long longest)
{
    private readonly OtlpSenders senders = new();

    /// <summary>A process that began before this may be a forgotten one: its first point only sets the start value.</summary>
    private long since = since;

    /// <summary>Known senders; bounded by <see cref="OtlpSenders.MostNumbers"/>.</summary>
    public int Senders => senders.Count;

    /// <summary>Growth of a stream since the point before.</summary>
    public OtlpStep Of(OtlpPoint point)
    {
        if (!point.Value.Continues)
        {
            return new OtlpStep(GrowthKind.Grew, Counts(point.Value, null)!, point.Start);
        }

        if (senders.Find(point) is not { } before)
        {
            var first = New(point);
            senders.Remember(point);
            return first;
        }

        if (point.At <= before.At)
        {
            return new OtlpStep(GrowthKind.Same);
        }

        var restart = senders.Restart(point.Sender);
        senders.Remember(point);
        if (point.At - before.At > longest)
        {
            // Growth in a long gap belongs to no moment.
            return new OtlpStep(GrowthKind.Stands);
        }

        if (before.Value is OtlpValue.NoNumber)
        {
            // Growth while it had no number belongs to requests that count in no ratio.
            return new OtlpStep(GrowthKind.Stands);
        }

        if (point.Start == before.Start && Counts(point.Value, before.Value) is { } grown)
        {
            return point.Start == 0 && restart > before.At && restart <= point.At
                && Counts(before.Value, null)!.Any(count => count.Count > 0)
                ? new OtlpStep(GrowthKind.Unclear)
                : new OtlpStep(GrowthKind.Grew, grown, before.At);
        }

        return new OtlpStep(GrowthKind.Grew, Counts(point.Value, null)!, Math.Max(point.Start, before.At));
    }

    /// <summary>A stream without a number: its next point only sets the start value.</summary>
    public void Mute(OtlpPoint point)
    {
        if (point.Value is OtlpValue.NoNumber { Cumulative: true } && !(senders.Find(point)?.At >= point.At))
        {
            senders.Remember(point);
        }
    }

    /// <summary>Beginning of an export. Records the senders whose restart shows by a value that fell and not by a start time.</summary>
    public void Begin(IReadOnlyCollection<OtlpPoint> points)
    {
        foreach (var point in points)
        {
            if (point.Start == 0 && point.Value.Continues
                && senders.Find(point) is { Value: not OtlpValue.NoNumber } before && point.At > before.At
                && Counts(point.Value, before.Value) is null)
            {
                senders.Restarted(point);
            }
        }
    }

    /// <summary>End of an export: its senders are known from now on, and the oldest are dropped where there are too many.</summary>
    /// <param name="points">All points of it, also those that no rule reads.</param>
    /// <param name="now">Unix milliseconds.</param>
    public void Heard(IEnumerable<OtlpPoint> points, long now)
    {
        var newest = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var point in points)
        {
            ref var at = ref CollectionsMarshal.GetValueRefOrAddDefault(newest, point.Sender, out var seen);
            at = seen ? Math.Max(at, point.At) : point.At;
        }

        foreach (var (sender, at) in newest)
        {
            senders.Heard(sender, at);
        }

        // A forgotten stream must not look like a new one. A start in the future must not spoil the measure for others.
        since = Math.Max(since, Math.Min(senders.Forget(), now) + 1);
    }

    /// <summary>
    /// A stream never seen: if its process was known before, or began since, all of it is new. Others may have counted for days, and
    /// after a long gap it belongs to no moment.
    /// </summary>
    private OtlpStep New(OtlpPoint point)
    {
        var known = senders.HeardBefore(point);
        var from = Math.Max(known, known > 0 || point.Start >= since ? point.Start : 0);
        return from > 0 && point.At - from <= longest
            ? new OtlpStep(GrowthKind.Grew, Counts(point.Value, null)!, from)
            : new OtlpStep(GrowthKind.Stands);
    }

    /// <summary>Counts in one that were not in the other; null when the other is no earlier state of it.</summary>
    private static IReadOnlyList<(double? Le, long Count)>? Counts(OtlpValue value, OtlpValue? before) => (value, before) switch
    {
        (OtlpValue.Sum now, null) => [(null, (long)Math.Floor(now.Value))],
        (OtlpValue.Sum now, OtlpValue.Sum then) =>
            now.Value < then.Value ? null : [(null, (long)(Math.Floor(now.Value) - Math.Floor(then.Value)))],
        (OtlpValue.Histogram now, null) => Explicit(now.Bounds, now.Counts),
        (OtlpValue.Histogram now, OtlpValue.Histogram then) =>
            now.Bounds.SequenceEqual(then.Bounds) && now.Counts.Zip(then.Counts).All(pair => pair.First >= pair.Second)
            ? Explicit(now.Bounds, [.. now.Counts.Zip(then.Counts, (a, b) => a - b)])
            : null,
        (OtlpValue.Exponential now, null) => Exponential(now),
        (OtlpValue.Exponential now, OtlpValue.Exponential then) => Less(now, then) is { } rest ? Exponential(rest) : null,
        _ => null,
    };

    private static (double? Le, long Count)[] Explicit(ImmutableArray<double> bounds, ImmutableArray<long> counts)
    {
        var buckets = new (double? Le, long Count)[counts.Length];
        for (var i = 0; i < buckets.Length; i++)
        {
            buckets[i] = (i < bounds.Length ? bounds[i] : double.PositiveInfinity, counts[i]);
        }

        return buckets;
    }

    /// <summary>Each bucket as its upper bound: never better than the measurement.</summary>
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

    private static ImmutableSortedDictionary<int, long>? Less(
        ImmutableSortedDictionary<int, long> now, ImmutableSortedDictionary<int, long> then, int shift)
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

/// <summary>Growth of one stream of OTLP since the point before.</summary>
/// <param name="Kind">Kind of growth.</param>
/// <param name="Counts">By upper bound; one entry without a bound for a sum; null when there is none.</param>
/// <param name="From">Start of the growth, in Unix milliseconds; 0 when not given.</param>
internal readonly record struct OtlpStep(GrowthKind Kind, IReadOnlyList<(double? Le, long Count)>? Counts = null, long From = 0);
