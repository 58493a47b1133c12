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

    private long[] counts;
    private int low;

    public DistributionAccumulator() => counts = [];

    /// <summary>
    /// False when the values span more than 64 octaves: then a flat array is the wrong shape, and the result must not be used.
    /// </summary>
    public bool TryAdd(ReadOnlySpan<byte> packed)
    {
        var key = 0;
        while (!packed.IsEmpty)
        {
            var step = VarInt.Read(ref packed);
            key += (int)((long)(step >> 1) ^ -(long)(step & 1));
            if ((uint)(key - low) >= (uint)counts.Length && !TryGrow(key))
            {
                return false;
            }

            counts[key - low] += (long)VarInt.Read(ref packed);
        }

        return true;
    }

    public readonly Distribution Sum() => Distribution.OfFlat(counts, low);

    public void Dispose()
    {
        if (counts.Length > 0)
        {
            ArrayPool<long>.Shared.Return(counts);
        }

        counts = [];
    }

    private bool TryGrow(int key)
    {
        var first = counts.Length == 0;
        var newLow = first ? key - Margin : Math.Min(low, key - Margin);
        var high = first ? key + Margin : Math.Max(low + counts.Length, key + Margin);
        if (high - newLow > Widest)
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
