using System.Buffers;
using System.Runtime.CompilerServices;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Samples;

namespace Orchestrator.Domain.Metrics.Windows;

/// <summary>
/// Counts of observed values, in buckets that are linear within an octave and logarithmic across: the sign, the exponent
/// and the leading 12 bits of a double's mantissa. A bucket is reported as its edge nearest zero, so integers below 8192 are exact
/// and nothing is off by more than 1/4096 of itself; coarsened, 8 bits stay (below 512, 1/256). Sparse, sorted, immutable.
/// </summary>
internal sealed class Distribution
{
    private const int FineShift = 52 - 12;
    private const int CoarseBits = 12 - 8;
    private const int WorthAccumulating = 2000;

    /// <summary>
    /// Buckets of one instant: as many as two octaves have at full resolution, or 32 when coarsened. A body may hold hundreds of thousands
    /// of values in as many buckets, and thousands of instants are kept.
    /// </summary>
    private const int MostOfInstant = 8192;

    /// <summary>
    /// Compiled with optimization at the first call. Bodies are rare and long: code that is optimized only after many calls meets most of a
    /// body's values before that, at several times the cost.
    /// </summary>
    internal const MethodImplOptions AtOnce = MethodImplOptions.AggressiveOptimization;

    private readonly int[] keys;
    private readonly long[] counts;
    private byte[]? ofInstant;

    private Distribution(int[] keys, long[] counts)
    {
        (this.keys, this.counts) = (keys, counts);
        foreach (var count in counts)
        {
            Count += count;
        }
    }

    /// <summary>No observation.</summary>
    public static Distribution Empty { get; } = new([], []);

    /// <summary>Observations.</summary>
    public long Count { get; }

    /// <summary>Buckets in use.</summary>
    public int Buckets => keys.Length;

    /// <summary>A distribution of values with their counts; counts of zero leave nothing.</summary>
    [MethodImpl(AtOnce)]
    public static Distribution Of(ReadOnlySpan<Observed> values)
    {
        var (sorted, single, n) = (true, true, 0);
        var pairs = new (int Key, long Count)[values.Length];
        foreach (var (value, count) in values)
        {
            if (count > 0)
            {
                var key = KeyOf(value);
                sorted &= n == 0 || pairs[n - 1].Key <= key;
                single &= count == 1;
                pairs[n++] = (key, count);
            }
        }

        var used = pairs.AsSpan(0, n);
        if (!sorted)
        {
            Sort(used, single);
        }

        return Compact(used);
    }

    /// <summary>
    /// Numbers sort several times faster than pairs do, and fastest without their counts, which are one each where
    /// <paramref name="single"/>: a body may hold hundreds of thousands.
    /// </summary>
    [MethodImpl(AtOnce)]
    private static void Sort(Span<(int Key, long Count)> pairs, bool single)
    {
        var keys = ArrayPool<int>.Shared.Rent(pairs.Length);
        var counts = single ? [] : ArrayPool<long>.Shared.Rent(pairs.Length);
        for (var i = 0; i < pairs.Length; i++)
        {
            keys[i] = pairs[i].Key;
        }

        for (var i = 0; !single && i < pairs.Length; i++)
        {
            counts[i] = pairs[i].Count;
        }

        if (single)
        {
            keys.AsSpan(0, pairs.Length).Sort();
        }
        else
        {
            keys.AsSpan(0, pairs.Length).Sort(counts.AsSpan(0, pairs.Length));
        }

        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = (keys[i], single ? 1 : counts[i]);
        }

        ArrayPool<int>.Shared.Return(keys);
        if (!single)
        {
            ArrayPool<long>.Shared.Return(counts);
        }
    }

    /// <summary>The least value that falls into a bucket above that of <paramref name="value"/>.</summary>
    public static double Above(double value)
    {
        var key = KeyOf(value) + 1;
        return key == 0 ? 0 : ValueOf(key);
    }

    /// <summary>The sum of both.</summary>
    public Distribution Merge(Distribution other)
    {
        if (other.keys.Length == 0)
        {
            return this;
        }

        if (keys.Length == 0)
        {
            return other;
        }

        var merged = new (int Key, long Count)[keys.Length + other.keys.Length];
        int i = 0, j = 0, n = 0;
        while (i < keys.Length || j < other.keys.Length)
        {
            var mine = j == other.keys.Length || (i < keys.Length && keys[i] <= other.keys[j]);
            merged[n++] = mine ? (keys[i], counts[i++]) : (other.keys[j], other.counts[j++]);
        }

        return Compact(merged);
    }

    /// <summary>The sum of all of them; pairs of neighbours first, so that no part is walked more than log n times.</summary>
    public static Distribution Merge(IReadOnlyList<Distribution> parts)
    {
        if (parts.Count < 2)
        {
            return parts.Count == 0 ? Empty : parts[0];
        }

        var round = parts.ToArray();
        for (var n = round.Length; n > 1; n = (n + 1) / 2)
        {
            for (var i = 0; i < n; i += 2)
            {
                round[i / 2] = i + 1 < n ? round[i].Merge(round[i + 1]) : round[i];
            }
        }

        return round[0];
    }

    /// <summary>The sum of all of them, from their packed forms.</summary>
    public static Distribution Merge(IReadOnlyList<byte[]> packed) =>
        // A flat array costs the same to clear and to read whatever is in it.
        (packed.Sum(part => part.Length) < WorthAccumulating ? null : Accumulated(packed, 0))
            ?? Merge([.. packed.Select(part => Unpack(part))]);

    /// <summary>
    /// The same where all of them are coarsened: a flat array without the bits that are cleared is a sixteenth as long, so it is worth it
    /// from the second one on.
    /// </summary>
    public static Distribution MergeCoarse(IReadOnlyList<byte[]> packed) =>
        (packed.Count < 2 ? null : Accumulated(packed, CoarseBits)) ?? Merge(packed);

    /// <summary>The sum by a flat array; null where that is the wrong shape.</summary>
    private static Distribution? Accumulated(IReadOnlyList<byte[]> packed, int shift)
    {
        using var sum = new DistributionAccumulator(shift);
        foreach (var part in packed)
        {
            if (!sum.TryAdd(part))
            {
                return null;
            }
        }

        return sum.Sum();
    }

    /// <summary>A distribution of counts by key, the first of which is <paramref name="low"/>.</summary>
    /// <param name="flat">Counts.</param>
    /// <param name="low">First key, without its lowest bits.</param>
    /// <param name="shift">Lowest bits that no key uses.</param>
    public static Distribution OfFlat(ReadOnlySpan<long> flat, int low, int shift)
    {
        var n = 0;
        foreach (var count in flat)
        {
            n += count > 0 ? 1 : 0;
        }

        var (keys, counts) = (new int[n], new long[n]);
        n = 0;
        for (var i = 0; i < flat.Length; i++)
        {
            if (flat[i] > 0)
            {
                (keys[n], counts[n]) = ((low + i) << shift, flat[i]);
                n++;
            }
        }

        return new Distribution(keys, counts);
    }

    /// <summary>Packed, in no more buckets than an instant may keep. Made once: all segments of a sample share it.</summary>
    public byte[] OfInstant => ofInstant ??= Bounded().Pack();

    /// <summary>The same in no more buckets than an instant may keep: in 256 an octave, and in 16 or 1 where these are too many.</summary>
    public Distribution Bounded()
    {
        var bounded = this;
        for (var bits = CoarseBits; bounded.keys.Length > MostOfInstant; bits += CoarseBits)
        {
            bounded = bounded.Coarsen(bits);
        }

        return bounded;
    }

    /// <summary>The same in 256 buckets an octave.</summary>
    public Distribution Coarsen() => Coarsen(CoarseBits);

    private Distribution Coarsen(int bits)
    {
        var pairs = new (int Key, long Count)[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            // Cleared by magnitude, so that negative values also move towards zero.
            pairs[i] = (Math.Sign(keys[i]) * (Math.Abs(keys[i]) >> bits << bits), counts[i]);
        }

        return Compact(pairs);
    }

    /// <summary>
    /// The smallest bucket with at least <paramref name="rank"/> (0 to 1) of all observations at or below it (nearest rank); null when
    /// empty.
    /// </summary>
    public double? Quantile(double rank)
    {
        if (Count == 0)
        {
            return null;
        }

        // A rank of 0.95 is a little more than 95/100 in binary; 100 observations must still give the 95th, not the 96th.
        return Smallest(Math.Clamp((long)Math.Ceiling((rank * Count) - 1e-9), 1, Count));
    }

    /// <summary>The bucket of the <paramref name="wanted"/>th smallest observation, from 1 to <see cref="Count"/>.</summary>
    public double Smallest(long wanted)
    {
        long seen = 0;
        for (var i = 0; i < keys.Length; i++)
        {
            seen += counts[i];
            if (seen >= wanted)
            {
                return ValueOf(keys[i]);
            }
        }

        return ValueOf(keys[^1]);
    }

    /// <summary>Observations in buckets that are reported as a value beyond <paramref name="limit"/>.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="above">True counts those above it, false those below it.</param>
    /// <param name="included">False counts those at the limit too.</param>
    public long Beyond(double limit, bool above, bool included)
    {
        long beyond = 0;
        for (var i = 0; i < keys.Length; i++)
        {
            var side = ConditionEvaluator.Compare(ValueOf(keys[i]), limit);
            beyond += (above ? side > 0 : side < 0) || (side == 0 && !included) ? counts[i] : 0;
        }

        return beyond;
    }

    /// <summary>Steps between buckets and their counts as variable-length integers: two or three bytes a bucket.</summary>
    public byte[] Pack()
    {
        var buffer = new ArrayBufferWriter<byte>(8 + (keys.Length * 3));
        var previous = 0;
        for (var i = 0; i < keys.Length; i++)
        {
            var step = (long)keys[i] - previous;
            VarInt.Write(buffer, (ulong)((step << 1) ^ (step >> 63)));
            VarInt.Write(buffer, (ulong)counts[i]);
            previous = keys[i];
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The reverse of <see cref="Pack"/>.</summary>
    public static Distribution Unpack(ReadOnlySpan<byte> packed)
    {
        var n = VarInt.CountIn(packed) / 2;
        var (keys, counts) = (new int[n], new long[n]);
        var previous = 0;
        for (var i = 0; i < n; i++)
        {
            var step = VarInt.Read(ref packed);
            previous += (int)((long)(step >> 1) ^ -(long)(step & 1));
            (keys[i], counts[i]) = (previous, (long)VarInt.Read(ref packed));
        }

        return new Distribution(keys, counts);
    }

    [MethodImpl(AtOnce)]
    private static Distribution Compact(ReadOnlySpan<(int Key, long Count)> sorted)
    {
        var n = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            n += i == 0 || sorted[i].Key != sorted[i - 1].Key ? 1 : 0;
        }

        var (keys, counts) = (new int[n], new long[n]);
        n = -1;
        foreach (var (key, count) in sorted)
        {
            if (n < 0 || keys[n] != key)
            {
                keys[++n] = key;
            }

            counts[n] += count;
        }

        return new Distribution(keys, counts);
    }

    private static int KeyOf(double value)
    {
        var magnitude = (int)((BitConverter.DoubleToInt64Bits(value) & long.MaxValue) >> FineShift);
        return value < 0 ? -magnitude : magnitude;
    }

    private static double ValueOf(int key)
    {
        var magnitude = BitConverter.Int64BitsToDouble((long)Math.Abs(key) << FineShift);
        return key < 0 ? -magnitude : magnitude;
    }
}
