using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Metrics.Windows;

/// <summary>
/// Reads series from tracks. A point is one measurement over whole cells of the tracks: exact samples in windows of one length, folded ones
/// in their blocks, or in several blocks together. So no value is a mean of values, and each sample is in one point.
/// </summary>
internal sealed class SeriesReading(TrackSet tracks, Measuring measuring)
{
    /// <summary>The points of a series.</summary>
    public MetricSeries Read(SeriesQuery query, Metric metric, long now)
    {
        var to = Math.Clamp(UnixMillis.Of(query.To), 0, Math.Max(0, now));
        var from = Math.Clamp(UnixMillis.Of(query.From), 0, to);
        var (track, without) = measuring.Watched(metric.Source, query.Variant, query.Traffic, query.Segment);
        var wanted = Whole(query.Resolution);
        var range = new Range(from, to, now, tracks.SealedTo, query.After is { } after ? UnixMillis.Of(after) : long.MinValue);
        var most = Math.Clamp(query.Most, 2, MetricSeries.MostPoints);
        var (blocks, length, recent, window) = Cells(track, without, range, wanted, most);

        var points = new List<SeriesPoint>();
        var empty = new List<(Cell Cell, SeriesGapKind Kind)>();
        foreach (var cell in blocks.Concat(recent))
        {
            var span = new Span(cell.From, cell.To, long.MinValue, TimeSpan.FromMilliseconds(cell.To - cell.From)) { Once = true };
            var measured = measuring.Measure(metric.Source, query.Variant, query.Traffic, query.Segment, span);
            if (Finite(measured.Value) is not { } value)
            {
                empty.Add((cell, measured.Last is null ? SeriesGapKind.NoSamples : SeriesGapKind.NoValue));
                continue;
            }

            var covered = track!.Covered(cell.From, cell.To) - (without?.Covered(cell.From, cell.To) ?? 0);
            points.Add(new SeriesPoint(
                UnixMillis.At(cell.From), UnixMillis.At(cell.To), value, measured.Samples, measured.Events,
                TimeSpan.FromMilliseconds(Math.Max(0, covered)))
            {
                Baseline = metric.Baseline is Baseline.Legacy && query.Variant == Variant.New
                    ? Finite(measuring.Measure(metric.Source, Variant.Legacy, Traffic.Live, query.Segment, span).Value)
                    : null,
            });
        }

        SeriesGap[] gaps = [.. Silent(track, without, range, window).Concat(Valueless(empty, range)).OrderBy(gap => gap.From)];
        return new MetricSeries(Tiers(range, length, window), Broken(points, gaps), gaps);
    }

    /// <summary>Metrics among these that have samples.</summary>
    public MetricOnHand[] OnHand(IReadOnlyList<Metric> metrics, long now)
    {
        var found = tracks.All.ToLookup(
            entry => (entry.Key.Kind, entry.Key.Series), entry => (entry.Key, Newest: entry.Value.Newest(now)));
        var all = new List<MetricOnHand>();
        foreach (var metric in metrics)
        {
            var subject = Measuring.Subject(metric.Source, Variant.New, Traffic.Live, null);
            var with = found[(subject.Kind, subject.Series)].Where(one => one.Newest is not null).ToArray();
            if (with.Length > 0)
            {
                all.Add(new MetricOnHand(
                    metric.Name, [.. with.Select(one => one.Key.Variant).Distinct().Order()],
                    [.. with.Select(one => one.Key.Traffic).Distinct().Order()],
                    [.. with.Select(one => one.Key.Segment).OfType<string>().Distinct().Order(StringComparer.Ordinal)],
                    UnixMillis.At(with.Max(one => one.Newest!.Value))));
            }
        }

        return [.. all];
    }

    /// <summary>The wanted length in whole sampling periods.</summary>
    private long Whole(TimeSpan resolution)
    {
        var length = (long)Math.Min(resolution.TotalMilliseconds, Durations.Longest.TotalMilliseconds);
        return Math.Max(1, (length + tracks.Sampling - 1) / tracks.Sampling) * tracks.Sampling;
    }

    /// <summary>Cells with samples: the fewest doublings of their lengths that keep them within the bound.</summary>
    /// <returns>Blocks with their length (0 for each by itself), and exact windows with theirs.</returns>
    private static (List<Cell> Blocks, long Length, List<Cell> Recent, long Window) Cells(
        Track? track, Track? without, Range range, long wanted, int all)
    {
        if (track is null)
        {
            return ([], 0, [], wanted);
        }

        var length = wanted <= Periods.Block ? 0 : (wanted + Periods.Block - 1) / Periods.Block * Periods.Block;
        var blocks = Blocks(track, range, length);
        var most = blocks.Count == 0 ? all : all / 2;
        var window = wanted;
        var recent = Recent(track, without, range, window);
        while (recent.Count > most)
        {
            window *= 2;
            recent = Recent(track, without, range, window);
        }

        while (blocks.Count > all - recent.Count)
        {
            length = Math.Max(Periods.Block, length * 2);
            blocks = Blocks(track, range, length);
        }

        return (blocks, length, recent, window);
    }

    /// <summary>Whole groups of blocks that overlap the range. A group ends where exact samples begin.</summary>
    private static List<Cell> Blocks(Track track, Range range, long length)
    {
        var cells = new List<Cell>();
        var group = long.MinValue;
        foreach (ref readonly var span in track.OldBetween(length == 0 ? range.From : range.From / length * length, long.MaxValue))
        {
            var start = length == 0 ? span.Folded.Start : Periods.StartOf(span.Folded.At, length);
            if (start >= range.To)
            {
                break;
            }

            var end = length == 0 ? span.Folded.At : Math.Min(start + length, range.SealedTo);
            if (span.Folded.Samples > 0 && start != group && end > range.From)
            {
                group = start;
                cells.Add(new Cell(Math.Max(start, range.After), end));
            }
        }

        return cells;
    }

    /// <summary>Whole windows that overlap the range, from the end of folded time to the present.</summary>
    private static List<Cell> Recent(Track track, Track? without, Range range, long window)
    {
        var cells = new List<Cell>();
        var first = Math.Max(range.SealedTo, range.After);
        var (lower, upper) = (Math.Max(first, range.From / window * window), range.To);
        if (upper % window != 0)
        {
            upper = Math.Min(range.Now, ((upper / window) + 1) * window);
        }

        foreach (var instant in range.To <= range.SealedTo ? [] : track.Instants(lower, upper, without))
        {
            var start = Periods.StartOf(instant, window);
            var cell = new Cell(Math.Max(start, first), Math.Min(start + window, range.Now));
            if (cells.Count == 0 || cells[^1] != cell)
            {
                cells.Add(cell);
            }
        }

        return cells;
    }

    /// <summary>
    /// Times without a sample: between exact samples those of more than half a window, which no sample covers; between blocks all. The
    /// newest sample is followed by silence only when the next one is late.
    /// </summary>
    private IEnumerable<SeriesGap> Silent(Track? track, Track? without, Range range, long window)
    {
        var reached = range.From;
        var (spans, instants) = track is null ? ([], []) : Measured(track, without, range);
        foreach (var (start, end) in spans)
        {
            if (start > reached)
            {
                yield return Gap(reached, start, SeriesGapKind.NoSamples);
            }

            reached = Math.Max(reached, end);
        }

        foreach (var instant in instants)
        {
            var start = Math.Min(range.To, instant - tracks.Sampling);
            if (start - reached > window / 2)
            {
                yield return Gap(reached, start, SeriesGapKind.NoSamples);
            }

            reached = Math.Max(reached, instant);
        }

        var grace = range.To <= range.SealedTo ? 0 : (window / 2) + (range.To == range.Now ? tracks.Sampling : 0);
        if (range.To - reached > grace)
        {
            yield return Gap(reached, range.To, SeriesGapKind.NoSamples);
        }
    }

    /// <summary>Blocks with samples that overlap the range, and exact instants in it and just after it.</summary>
    private (List<Cell> Spans, IEnumerable<long> Instants) Measured(Track track, Track? without, Range range)
    {
        var after = Math.Max(range.From, range.SealedTo);
        return (Blocks(track, range, 0), track.Instants(after, Math.Min(range.Now, range.To + tracks.Sampling), without));
    }

    /// <summary>Cells without a value; those that follow each other for the same reason are one gap.</summary>
    private static IEnumerable<SeriesGap> Valueless(List<(Cell Cell, SeriesGapKind Kind)> empty, Range range)
    {
        for (int first = 0, next; first < empty.Count; first = next)
        {
            for (next = first + 1; next < empty.Count && empty[next].Cell.From == empty[next - 1].Cell.To
                && empty[next].Kind == empty[first].Kind; next++)
            {
            }

            var (from, to) = (Math.Max(range.From, empty[first].Cell.From), Math.Min(range.To, empty[next - 1].Cell.To));
            if (to > from)
            {
                yield return Gap(from, to, empty[first].Kind);
            }
        }
    }

    /// <summary>Points with a mark where a gap lies before them.</summary>
    public static SeriesPoint[] Broken(List<SeriesPoint> points, SeriesGap[] gaps)
    {
        for (var i = 1; i < points.Count; i++)
        {
            var (before, point) = (points[i - 1], points[i]);
            if (Array.Exists(gaps, gap => gap.From <= point.From && gap.To >= before.At))
            {
                points[i] = point with { AfterGap = true };
            }
        }

        return [.. points];
    }

    private static SeriesTier[] Tiers(Range range, long length, long window)
    {
        var edge = Math.Clamp(range.SealedTo, range.From, range.To);
        SeriesTier[] both =
        [
            new(UnixMillis.At(range.From), UnixMillis.At(edge), false, TimeSpan.FromMilliseconds(Math.Max(Periods.Block, length))),
            new(UnixMillis.At(edge), UnixMillis.At(range.To), true, TimeSpan.FromMilliseconds(window)),
        ];
        return [.. both.Where(tier => tier.From < tier.To)];
    }

    /// <summary>A mean of readings near the largest double overflows: that is no value.</summary>
    private static double? Finite(double? value) => value is { } known && double.IsFinite(known) ? known : null;

    private static SeriesGap Gap(long from, long to, SeriesGapKind kind) => new(UnixMillis.At(from), UnixMillis.At(to), kind);

    /// <summary>Samples in (From, To].</summary>
    private readonly record struct Cell(long From, long To);

    /// <summary>The range in Unix milliseconds.</summary>
    /// <param name="From">Exclusive start.</param>
    /// <param name="To">Inclusive end, not after <paramref name="Now"/>.</param>
    /// <param name="Now">The present.</param>
    /// <param name="SealedTo">End of folded time.</param>
    /// <param name="After">Exclusive start of the first point.</param>
    private readonly record struct Range(long From, long To, long Now, long SealedTo, long After);
}
