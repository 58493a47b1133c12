using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Plans.Rules;

namespace Orchestrator.Domain.Metrics.Kept;

/// <summary>
/// Series from stored blocks. In a range of up to two days points come from exact samples, in a longer one from blocks of half an hour,
/// which are folded on the way: memory grows with the range, by some 100 bytes for each series and half hour.
/// </summary>
public sealed class KeptSeries
{
    /// <summary>Two days, and what may be in the first point.</summary>
    private static readonly long LongestExact = (long)TimeSpan.FromHours(49).TotalMilliseconds;

    private readonly TrackSet tracks;
    private readonly Measuring measuring;
    private readonly Metric[] metrics;
    private readonly HashSet<string> names;
    private readonly string? segment;
    private readonly bool exact;
    private readonly bool distributions;
    private readonly long first;
    private readonly long last;
    private readonly List<SeriesGap> holes = [];
    private long from = long.MaxValue;
    private long to;

    /// <summary>Nothing yet.</summary>
    /// <param name="sampling">Sampling interval of the rollout.</param>
    /// <param name="metrics">Metrics that will be read.</param>
    /// <param name="segment">Segment that will be read; null for all users.</param>
    /// <param name="first">Start of what is needed: before it no block is read.</param>
    /// <param name="last">End of it.</param>
    public KeptSeries(TimeSpan sampling, Metric[] metrics, string? segment, DateTimeOffset first, DateTimeOffset last)
    {
        (this.metrics, this.segment, exact) = (metrics, segment, (last - first).TotalMilliseconds <= LongestExact);
        (this.first, this.last) = (UnixMillis.Of(first), UnixMillis.Of(last));
        distributions = Array.Exists(metrics, static metric => metric.Source is MetricSource.Quantile);
        tracks = new TrackSet(Periods.Of(sampling, TimeSpan.Zero) with { Kept = long.MaxValue / 4 });
        measuring = new Measuring(tracks, []);
        names = [.. metrics.SelectMany(metric => SeriesOf(metric.Source))];
    }

    /// <summary>Start of what was kept; null without a block.</summary>
    public DateTimeOffset? From => to == 0 ? null : UnixMillis.At(from);

    /// <summary>End of what was kept; null without a block.</summary>
    public DateTimeOffset? To => to == 0 ? null : UnixMillis.At(to);

    /// <summary>Number of blocks that were damaged.</summary>
    public int Damaged { get; private set; }

    /// <summary>Adds blocks, the oldest first. A time between two blocks that no block tells of is a gap.</summary>
    public void Add(ReadOnlyMemory<byte> stored)
    {
        foreach (var block in SignalCodec.Find(stored))
        {
            // A block that a node wrote again after a restart tells the same as the first one.
            if (block.To > to)
            {
                Add(block);
            }
        }
    }

    /// <summary>The points of a series up to the end of what was kept.</summary>
    public MetricSeries Read(SeriesQuery query)
    {
        var series = new SeriesReading(tracks, measuring).Read(query, metrics.First(metric => metric.Name == query.Metric), to);
        SeriesGap[] gaps = [.. Untold(series.Gaps, query).OrderBy(gap => gap.From)];
        return series with { Gaps = gaps, Points = SeriesReading.Broken([.. series.Points], gaps) };
    }

    private void Add(StoredBlock stored)
    {
        var block = new SignalBlock(stored.From, stored.To, 0);
        try
        {
            if (stored.To > first && stored.From < last)
            {
                block = SignalCodec.Read(
                    stored, key => key.Segment == segment && (key.Series.Length == 0 || names.Contains(key.Series)), distributions);
            }
        }
        catch (InvalidDataException)
        {
            Damaged++;
            return;
        }

        if (to > 0 && block.From > to)
        {
            holes.Add(new SeriesGap(UnixMillis.At(to), UnixMillis.At(block.From), SeriesGapKind.NotKept));
        }

        foreach (var counter in block.Counters)
        {
            tracks.KnowCounter(counter);
        }

        foreach (var track in block.Tracks)
        {
            var points = track.Points.Where(point => point.At > to).ToList();
            if (points.Count > 0)
            {
                tracks.Add(track.Key, points);
            }
        }

        (from, to) = (Math.Min(from, block.From), block.To);
        if (!exact)
        {
            // Up to a half hour before the end: a sample after a fold still covers its last moments.
            tracks.Seal(to);
        }
    }

    /// <summary>Where nothing was kept, silence is no finding.</summary>
    private IEnumerable<SeriesGap> Untold(SeriesGap[] gaps, SeriesQuery query)
    {
        SeriesGap[] inRange = [.. holes.Where(hole => hole.To > query.From && hole.From < query.To)
            .Select(hole => hole with { From = Later(hole.From, query.From), To = Earlier(hole.To, query.To) })];
        foreach (var gap in gaps)
        {
            var start = gap.From;
            foreach (var hole in inRange.Where(hole => hole.From < gap.To && hole.To > gap.From))
            {
                if (hole.From > start)
                {
                    yield return gap with { From = start, To = hole.From };
                }

                start = Later(start, hole.To);
            }

            if (start < gap.To)
            {
                yield return gap with { From = start };
            }
        }

        foreach (var hole in inRange)
        {
            yield return hole;
        }
    }

    private static IEnumerable<string> SeriesOf(MetricSource source) => source switch
    {
        MetricSource.Ratio(var numerator, var denominator) =>
            [numerator, denominator, KnownSeries.Without(numerator, denominator), KnownSeries.Without(denominator, numerator)],
        MetricSource.Quantile quantile => [quantile.Series],
        MetricSource.Gauge gauge => [gauge.Series],
        MetricSource.Rate rate => [rate.Series],
        MetricSource.Count count => [count.Series],
        _ => throw new InvalidOperationException($"No such source: {source.GetType().Name}."),
    };

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
