namespace Orchestrator.Client.Metrics;

/// <summary>Counts by bucket: one count more than bounds; the last is of the values above all bounds.</summary>
internal sealed record Histogram(double[] Bounds, long[] Counts);

/// <summary>
/// Observed values in exponential buckets: 128 to each doubling, linear within it. A bound is at most 1/128 above its values,
/// and whole numbers up to 256 are exact. Bounds reach from 2^-20 to 2^40 on both sides of zero; a value nearer to zero or
/// farther from it counts as the bound above it. Lock-free.
/// </summary>
internal sealed class Buckets
{
    /// <summary>
    /// Buckets of one series in one sample. A wider spread has fewer buckets to a doubling: values from 1 to 1,000 keep 32 (3.1
    /// %), from 1 to a million 16 (6.3 %).
    /// </summary>
    public const int Most = 320;

    private const int Bits = 7;
    private const int Shift = 52 - Bits;
    private const int Chunk = 1 << Bits;
    private const int Lowest = -20;
    private const int Highest = 40;
    private const int Bias = 1023;

    /// <summary>
    /// Key of 2^<see cref="Lowest"/>: exponent and first bits of the mantissa of a double, as one number that rises with the
    /// double.
    /// </summary>
    private const int First = (Bias + Lowest) << Bits;
    private const int Last = (Bias + Highest) << Bits;

    /// <summary>Place of the values above all bounds.</summary>
    private const int Above = Last - First + 1;

    /// <summary>Counts by doubling; 1 KB each, made at the first value.</summary>
    private readonly long[]?[] _positive = new long[]?[(Above >> Bits) + 1];
    private long[]?[]? _negative;
    private long _zero;

    /// <summary>Counts a finite value.</summary>
    public void Observe(double value)
    {
        // Bits of doubles rise as the doubles do: no logarithm, and no rounding that puts a bound on the wrong side of its value.
        var magnitude = BitConverter.DoubleToInt64Bits(Math.Abs(value));
        if (value > 0)
        {
            // Up to the next bound: "at most".
            var key = (magnitude + (1L << Shift) - 1) >> Shift;
            Count(_positive, key > Last ? Above : Math.Max(0, (int)key - First));
            return;
        }

        var below = (magnitude >> Shift) - First;
        if (below < 0)
        {
            Interlocked.Increment(ref _zero);
            return;
        }

        var negative = _negative ?? Interlocked.CompareExchange(ref _negative, new long[]?[_positive.Length], null) ?? _negative;
        Count(negative, (int)Math.Min(below, Last - First));
    }

    /// <summary>Counts since the last call, of buckets with values only. Null without a value.</summary>
    public Histogram? Take()
    {
        // Places: from 1 upward above zero, from -1 downward below it.
        var taken = new List<(int Place, long Count)>();
        for (var i = (_negative?.Length ?? 0) - 1; i >= 0; i--)
        {
            for (var j = Chunk - 1; j >= 0 && _negative![i] is { } chunk; j--)
            {
                Add(-((i << Bits) + j) - 1, ref chunk[j]);
            }
        }

        Add(0, ref _zero);
        for (var i = 0; i < _positive.Length; i++)
        {
            for (var j = 0; j < Chunk && _positive[i] is { } chunk; j++)
            {
                Add((i << Bits) + j + 1, ref chunk[j]);
            }
        }

        return taken.Count == 0 ? null : Fitting(taken);

        void Add(int place, ref long count)
        {
            if (Volatile.Read(ref count) != 0)
            {
                taken.Add((place, Interlocked.Exchange(ref count, 0)));
            }
        }
    }

    private static void Count(long[]?[] chunks, int place)
    {
        ref var chunk = ref chunks[place >> Bits];
        var counts = Volatile.Read(ref chunk) ?? Interlocked.CompareExchange(ref chunk, new long[Chunk], null) ?? chunk;
        Interlocked.Increment(ref counts[place & (Chunk - 1)]);
    }

    /// <summary>Halves the buckets of a doubling until there are no more than <see cref="Most"/>.</summary>
    private static Histogram Fitting(List<(int Place, long Count)> taken)
    {
        for (var coarser = 0; ; coarser++)
        {
            var (bounds, counts) = (new List<double>(), new List<long>());
            long above = 0;
            foreach (var (place, count) in taken)
            {
                if (place == Above + 1)
                {
                    above = count;
                    continue;
                }

                var bound = Bound(place, coarser);
                if (bounds.Count > 0 && bounds[^1] == bound)
                {
                    counts[^1] += count;
                    continue;
                }

                bounds.Add(bound);
                counts.Add(count);
            }

            if (bounds.Count == 0)
            {
                (bounds, counts) = ([Value(Last)], [0]);
            }

            if (bounds.Count <= Most)
            {
                return new Histogram([.. bounds], [.. counts, above]);
            }
        }
    }

    /// <summary>Bound of a place, or the next bound above it that remains: rounding never makes a value look lower.</summary>
    private static double Bound(int place, int coarser) => place switch
    {
        0 => 0,
        > 0 => Value(First + ((place - 1 + (1 << coarser) - 1) >> coarser << coarser)),
        _ => -Value(First + ((-place - 1) >> coarser << coarser)),
    };

    private static double Value(int key) => BitConverter.Int64BitsToDouble((long)key << Shift);
}
