namespace Orchestrator.Domain.Metrics.Windows;

/// <summary>
/// Cache of merged distributions that are needed often: p95 and p99 share a window, and all but the ends of a long window is
/// the same at the next sample. Everything in it can be merged again.
/// </summary>
internal sealed class FoldCache
{
    private const long Slot = 5 * 60_000;

    private readonly Dictionary<(long, long, long, long), Distribution> windows = [];
    private readonly Dictionary<(long, long), Distribution> spans = [];
    private readonly Dictionary<long, Distribution> slots = [];

    /// <summary>Invalidates an instant at which a sample arrived.</summary>
    public void Touch(long at)
    {
        windows.Clear();
        slots.Remove(at / Slot);
    }

    public void Clear()
    {
        windows.Clear();
        spans.Clear();
        slots.Clear();
    }

    /// <summary>All values of the spans and points, both in order of time. With spans among them, the result is coarse.</summary>
    public Distribution Merge(ReadOnlySpan<Sealed> old, ReadOnlySpan<Point> recent)
    {
        if (old.IsEmpty && recent.IsEmpty)
        {
            return Distribution.Empty;
        }

        var (oldest, newest) = old.IsEmpty ? (0, 0) : (old[0].Folded.At, old[^1].Folded.At);
        var (first, last) = recent.IsEmpty ? (0, 0) : (recent[0].At, recent[^1].At);
        var key = (oldest, newest, first, last);
        if (!windows.TryGetValue(key, out var merged))
        {
            merged = old.IsEmpty ? All(recent) : Coarse(old).Merge(Coarse(recent));
            Keep(windows, key, merged, 4);
        }

        return merged;
    }

    /// <summary>The result of <see cref="Merge"/> past the cache.</summary>
    public static Distribution Once(ReadOnlySpan<Sealed> old, ReadOnlySpan<Point> recent) =>
        old.IsEmpty ? All(recent)
        : recent.IsEmpty ? Merged(old)
        : Merged(old).Merge(All(recent).Coarsen());

    private Distribution Coarse(ReadOnlySpan<Sealed> old)
    {
        var key = (old[0].Folded.At, old[^1].Folded.At);
        if (!spans.TryGetValue(key, out var merged))
        {
            merged = Merged(old);
            Keep(spans, key, merged, 8);
        }

        return merged;
    }

    private static Distribution Merged(ReadOnlySpan<Sealed> old)
    {
        var parts = new List<byte[]>(old.Length);
        foreach (ref readonly var span in old)
        {
            if (span.Folded.Values is { } packed)
            {
                parts.Add(packed);
            }
        }

        return Distribution.MergeCoarse(parts);
    }

    private Distribution Coarse(ReadOnlySpan<Point> recent)
    {
        var parts = new List<Distribution>();
        while (!recent.IsEmpty)
        {
            var (slot, n) = (recent[0].At / Slot, 1);
            while (n < recent.Length && recent[n].At / Slot == slot)
            {
                n++;
            }

            // The newest slot still grows. Recent points begin where spans end, so that every other slot is whole.
            if (n == recent.Length)
            {
                parts.Add(All(recent).Coarsen());
            }
            else if (slots.TryGetValue(slot, out var merged))
            {
                parts.Add(merged);
            }
            else
            {
                parts.Add(slots[slot] = All(recent[..n]).Coarsen());
            }

            recent = recent[n..];
        }

        return Distribution.Merge(parts);
    }

    private static Distribution All(ReadOnlySpan<Point> points)
    {
        var parts = new List<byte[]>(points.Length);
        foreach (var point in points)
        {
            if (point.Values is { } packed)
            {
                parts.Add(packed);
            }
        }

        return Distribution.Merge(parts);
    }

    private static void Keep<TKey>(Dictionary<TKey, Distribution> cache, TKey key, Distribution value, int most)
        where TKey : notnull
    {
        if (cache.Count >= most)
        {
            cache.Clear();
        }

        cache[key] = value;
    }
}
