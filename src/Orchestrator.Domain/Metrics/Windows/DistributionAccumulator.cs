using System.Buffers;

namespace Orchestrator.Domain.Metrics.Windows;

/// <summary>
/// Sums packed distributions in one flat array over the keys they span: many small ones merge several times faster than by
/// walking sorted lists in pairs, and the array is borrowed.
/// </summary>
internal ref struct DistributionAccumulator
{
    private const int Margin = 4096;
    private const int Widest = 1 << 18;

    private readonly int shift;
    private long[] counts;
    private int low;

    /// <param name="shift">Lowest bits that no key uses: the array has no room for them.</param>
    public DistributionAccumulator(int shift) => (this.shift, counts) = (shift, []);

    /// <summary>
    /// False when the values span more than 64 octaves, or when a key uses the bits that none should: then a flat array is the wrong shape,
    /// and the result must not be used.
    /// </summary>
    public bool TryAdd(ReadOnlySpan<byte> packed)
    {
        var key = 0;
        while (!packed.IsEmpty)
        {
            var step = VarInt.Read(ref packed);
            key += (int)((long)(step >> 1) ^ -(long)(step & 1));
            var place = key >> shift;
            if (place << shift != key || ((uint)(place - low) >= (uint)counts.Length && !TryGrow(place)))
            {
                return false;
            }

            counts[place - low] += (long)VarInt.Read(ref packed);
        }

        return true;
    }

    public readonly Distribution Sum() => Distribution.OfFlat(counts, low, shift);

    public void Dispose()
    {
        if (counts.Length > 0)
        {
            ArrayPool<long>.Shared.Return(counts);
        }

        counts = [];
    }

    private bool TryGrow(int place)
    {
        var first = counts.Length == 0;
        var margin = Margin >> shift;
        var newLow = first ? place - margin : Math.Min(low, place - margin);
        var high = first ? place + margin : Math.Max(low + counts.Length, place + margin);
        if (high - newLow > Widest >> shift)
        {
            return false;
        }

        var grown = ArrayPool<long>.Shared.Rent(high - newLow);
        Array.Clear(grown);
        if (!first)
        {
            counts.CopyTo(grown, low - newLow);
            ArrayPool<long>.Shared.Return(counts);
        }

        (counts, low) = (grown, newLow);
        return true;
    }
}
