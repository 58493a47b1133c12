using System.Runtime.InteropServices;

namespace Orchestrator.Domain.Metrics.Windows;

/// <summary>One series of one variant, traffic and segment: recent samples at their exact instants, older ones folded into spans.</summary>
/// <param name="period">Milliseconds covered by a sample: one at t covers (t - period, t].</param>
internal sealed class Track(long period)
{
    private readonly List<Point> recent = [];
    private readonly List<Sealed> old = [];
    private readonly FoldCache cache = new();

    public ReadOnlySpan<Point> Recent => CollectionsMarshal.AsSpan(recent);

    // Read through spans: the list's own indexer copies a whole span or point.
    private ReadOnlySpan<Sealed> Old => CollectionsMarshal.AsSpan(old);

    public bool IsEmpty => recent.Count == 0 && old.Count == 0;

    public void Add(Point point)
    {
        cache.Touch(point.At);
        var i = FirstRecent(point.At - 1);
        if (i < recent.Count && recent[i].At == point.At)
        {
            recent[i] = recent[i].With(point);
        }
        else
        {
            recent.Insert(i, point);
        }
    }

    /// <summary>
    /// Adds points in any order, at the cost of one walk: one by one, each would move all that are later. The list is sorted.
    /// </summary>
    public void Add(List<Point> points)
    {
        if (points.Count == 1)
        {
            Add(points[0]);
            return;
        }

        points.Sort(static (a, b) => a.At.CompareTo(b.At));
        var first = FirstRecent(points[0].At - 1);
        var later = recent.GetRange(first, recent.Count - first);
        recent.RemoveRange(first, later.Count);
        var i = 0;
        foreach (var point in points)
        {
            cache.Touch(point.At);
            while (i < later.Count && later[i].At <= point.At)
            {
                recent.Add(later[i++]);
            }

            if (recent.Count > 0 && recent[^1].At == point.At)
            {
                recent[^1] = recent[^1].With(point);
            }
            else
            {
                recent.Add(point);
            }
        }

        recent.AddRange(later.GetRange(i, later.Count - i));
    }

    public void Restore(Sealed span) => old.Insert(FirstOld(span.Folded.At), span);

    /// <summary>Everything in (from, to]: recent points, and spans that end inside and do not begin before <paramref name="notBefore"/>.</summary>
    /// <param name="from">Exclusive start.</param>
    /// <param name="to">Inclusive end.</param>
    /// <param name="notBefore">Earliest start of a span.</param>
    /// <param name="values">True to merge distributions, too.</param>
    /// <param name="once">True when the merged values are not needed again: the cache keeps those of the rounds.</param>
    public FoldedSeries Fold(long from, long to, long notBefore, bool values, bool once = false)
    {
        var result = new FoldedSeries();
        var spans = Old;
        var sealedTo = spans.IsEmpty ? long.MinValue : spans[^1].Folded.At;
        int first = FirstOld(from), last = first;
        for (; last < spans.Length && spans[last].Folded.At <= to; last++)
        {
            if (spans[last].Folded.Start < notBefore)
            {
                first = last + 1;
                continue;
            }

            result.Add(spans[last]);
        }

        int begin = FirstRecent(from), end = FirstRecent(to);
        foreach (ref readonly var point in Recent[begin..end])
        {
            result.Add(point);
        }

        // The first sample of the window covers time before it: that counts for a rate, not for the known part of the window.
        result.Covered += Cover(begin, end, Math.Max(from, sealedTo), to);
        result.SpanMillis += Cover(begin, end, sealedTo, to);
        if (values)
        {
            result.Values = once
                ? FoldCache.Once(spans[first..last], Recent[begin..end])
                : cache.Merge(spans[first..last], Recent[begin..end]);
        }

        return result;
    }

    /// <summary>
    /// Start of the span from <paramref name="to"/> back until it has enough samples and covered time; never beyond
    /// <paramref name="notBefore"/>.
    /// </summary>
    /// <param name="from">Start of the search; later points count.</param>
    /// <param name="to">Inclusive end.</param>
    /// <param name="notBefore">The earliest result.</param>
    /// <param name="enough">Needed sum of <paramref name="worth"/>.</param>
    /// <param name="covered">Needed covered time in milliseconds.</param>
    /// <param name="worth">Worth of a point.</param>
    public long Reach(long from, long to, long notBefore, long enough, long covered, Func<Point, long> worth)
    {
        long have = 0, span = 0;
        var sealedTo = old.Count == 0 ? long.MinValue / 2 : old[^1].Folded.At;
        for (var i = FirstRecent(to) - 1; i >= 0; i--)
        {
            have += worth(recent[i]);
            span += Math.Min(period, recent[i].At - (i > 0 ? recent[i - 1].At : sealedTo));
            if (have >= enough && span >= covered)
            {
                return Math.Max(notBefore, Math.Min(from, recent[i].At - period));
            }
        }

        for (var i = FirstOld(to) - 1; i >= 0 && old[i].Folded.Start >= notBefore; i--)
        {
            have += worth(old[i].Folded);
            span += old[i].Covered;
            if (have >= enough && span >= covered)
            {
                return Math.Min(from, old[i].Folded.Start);
            }
        }

        var oldest = old.Count > 0 ? old[0].Folded.Start : recent.Count > 0 ? recent[0].At - period : from;
        return Math.Max(notBefore, Math.Min(from, oldest));
    }

    /// <summary>Folds recent points up to <paramref name="to"/> into one span for each pair of neighbouring <paramref name="edges"/>.</summary>
    public void Seal(IReadOnlyList<long> edges)
    {
        var folded = FirstRecent(edges[^1]);
        var i = 0;
        for (var edge = 1; edge < edges.Count; edge++)
        {
            var (start, end) = (edges[edge - 1], edges[edge]);
            var begin = i;
            while (i < folded && recent[i].At <= end)
            {
                i++;
            }

            // Points after the span cover its last moments as well, so all recent ones are used.
            var covered = Cover(begin, Math.Min(recent.Count, FirstRecent(end + period)), start, end);
            if (i > begin || covered > 0)
            {
                old.Add(Fold(Recent[begin..i], start, end, covered));
            }
        }

        recent.RemoveRange(0, folded);
        cache.Clear();
    }

    /// <summary>Drops spans that ended at or before <paramref name="horizon"/>.</summary>
    public void Forget(long horizon)
    {
        old.RemoveRange(0, FirstOld(horizon));
        cache.Clear();
    }

    /// <summary>Drops measurements after <paramref name="to"/>, and spans that hold any of them.</summary>
    public void ForgetAfter(long to)
    {
        recent.RemoveRange(FirstRecent(to), recent.Count - FirstRecent(to));
        old.RemoveAll(span => span.Last > to || span.Folded.Start >= to);
        cache.Clear();
    }

    /// <summary>
    /// Ends spans that reach beyond <paramref name="edge"/> there; no measurement in them is later. Returns the ends of all spans.
    /// </summary>
    public IEnumerable<long> EndAt(long edge)
    {
        old.RemoveAll(span => span.Folded.Start >= edge);
        for (var i = 0; i < old.Count; i++)
        {
            var span = old[i];
            if (span.Folded.At > edge)
            {
                old[i] = span with { Folded = span.Folded with { At = edge }, Covered = Math.Min(span.Covered, edge - span.Folded.Start) };
            }
        }

        cache.Clear();
        return old.Select(span => span.Folded.At);
    }

    /// <summary>Instants in (after, to], ascending.</summary>
    /// <param name="after">Exclusive start.</param>
    /// <param name="to">Inclusive end.</param>
    /// <param name="without">A part of this track to ignore; null for none.</param>
    public IEnumerable<long> Instants(long after, long to, Track? without = null)
    {
        for (var i = FirstRecent(after); i < recent.Count && recent[i].At <= to; i++)
        {
            if (without?.Holds(recent[i]) != true)
            {
                yield return recent[i].At;
            }
        }
    }

    /// <summary>Measured milliseconds in (from, to]; a sample after the end covers its last moments as well.</summary>
    public long Covered(long from, long to)
    {
        long covered = 0;
        foreach (ref readonly var span in OldBetween(from, to))
        {
            covered += span.Covered;
        }

        return covered + Cover(
            FirstRecent(from), FirstRecent(to + period), Math.Max(from, old.Count == 0 ? long.MinValue : old[^1].Folded.At), to);
    }

    /// <summary>Newest instant at or before <paramref name="to"/>; null when there is none.</summary>
    /// <param name="to">Inclusive end.</param>
    /// <param name="without">A part of this track to ignore; null for none.</param>
    public long? Newest(long to, Track? without = null)
    {
        for (var i = FirstRecent(to) - 1; i >= 0; i--)
        {
            if (without?.Holds(recent[i]) != true)
            {
                return recent[i].At;
            }
        }

        for (var j = old.Count - 1; j >= 0; j--)
        {
            if (old[j].Last > 0 && old[j].Last <= to)
            {
                return old[j].Last;
            }
        }

        return null;
    }

    /// <summary>The longest time without a point in (from, to]; folded points are ignored.</summary>
    /// <param name="from">Exclusive start.</param>
    /// <param name="to">Inclusive end.</param>
    /// <param name="without">A part of this track to ignore; null for none.</param>
    public long LongestGap(long from, long to, Track? without = null)
    {
        var reached = old.Count == 0 ? from : Math.Max(from, old[^1].Folded.At);
        long longest = 0;
        for (var i = FirstRecent(from); i < recent.Count && recent[i].At <= to; i++)
        {
            if (without?.Holds(recent[i]) == true)
            {
                continue;
            }

            longest = Math.Max(longest, recent[i].At - reached);
            reached = recent[i].At;
        }

        return Math.Max(longest, to - reached);
    }

    /// <summary>True when all samples of a point of another track are in this one too.</summary>
    private bool Holds(in Point point)
    {
        var i = FirstRecent(point.At - 1);
        return i < recent.Count && recent[i].At == point.At && recent[i].Samples >= point.Samples;
    }

    /// <summary>Recent points with an instant in (from, to].</summary>
    public ReadOnlySpan<Point> Between(long from, long to) => Recent[FirstRecent(from)..FirstRecent(to)];

    /// <summary>Spans that end in (from, to].</summary>
    public ReadOnlySpan<Sealed> OldBetween(long from, long to) => Old[FirstOld(from)..FirstOld(to)];

    private static Sealed Fold(ReadOnlySpan<Point> points, long start, long end, long covered)
    {
        var folded = new Point(start, end, 0, 0, 0, double.PositiveInfinity, double.NegativeInfinity, null);
        var values = new List<byte[]>();
        foreach (var point in points)
        {
            folded = folded.With(point with { Values = null });
            if (point.Values is not null)
            {
                values.Add(point.Values);
            }
        }

        if (values.Count > 0)
        {
            folded = folded with { Values = Distribution.Merge(values).Coarsen().Bounded().Pack() };
        }

        return new Sealed(folded, covered, points.IsEmpty ? 0 : points[^1].At, points.IsEmpty ? 0 : points[^1].Max);
    }

    /// <summary>Length of the union of what the points cover, within (from, to].</summary>
    private long Cover(int begin, int end, long from, long to)
    {
        long covered = 0;
        var reached = from;
        foreach (ref readonly var point in Recent[begin..end])
        {
            var (start, stop) = (Math.Max(reached, point.At - period), Math.Min(to, point.At));
            if (stop > start)
            {
                covered += stop - start;
                reached = stop;
            }
        }

        return covered;
    }

    // First recent point after an instant.
    private int FirstRecent(long after)
    {
        var points = Recent;
        int low = 0, high = points.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = points[middle].At > after ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    // First span that ends after an instant.
    private int FirstOld(long after)
    {
        var spans = Old;
        int low = 0, high = spans.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = spans[middle].Folded.At > after ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
