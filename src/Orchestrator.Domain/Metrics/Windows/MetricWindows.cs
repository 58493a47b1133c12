using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Metrics.Kept;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Checks;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Metrics.Windows;

/// <summary>
/// All measurements of a rollout's samples, ready for queries: recent samples at their exact instants, older ones in blocks of half an
/// hour for two weeks. Mutable, for one thread at a time; has no clock. See docs/metrics.md for every rule.
/// </summary>
public sealed class MetricWindows
{
    private const int MostSegments = JudgedSegments.Most;
    private const int Crowded = 5000;

    /// <summary>
    /// Most points of one batch, in all of its series and segments. Samples without segments never reach it within a body; one of samples
    /// with many segments each would cost a hundred times its size.
    /// </summary>
    private const int MostReadings = 40_000;

    private readonly Periods periods;
    private readonly KnownSeries known;
    private readonly ImmutableArray<Metric> metrics;
    private readonly TrackSet tracks;
    private readonly SeenIds ids = new();
    private readonly Measuring measuring;
    private readonly MetricChunks chunks;
    private readonly ImmutableArray<string> rawNames;

    /// <summary>At most <see cref="MostSegments"/>.</summary>
    private readonly HashSet<string> segments = [];

    /// <summary>Empty windows for a plan.</summary>
    public MetricWindows(Plan plan)
        : this(Periods.Of(plan), plan.Metrics, KnownSeries.RawIn(plan))
    {
    }

    /// <summary>Empty windows for some metrics.</summary>
    /// <param name="sampling">Interval at which samples are expected.</param>
    /// <param name="metrics">Metrics for queries.</param>
    /// <param name="raw">Counters for queries by name that are no metric.</param>
    public MetricWindows(TimeSpan sampling, ImmutableArray<Metric> metrics, params IEnumerable<string> raw)
        : this(Periods.Of(sampling, TimeSpan.Zero), metrics, raw)
    {
    }

    private MetricWindows(Periods periods, ImmutableArray<Metric> metrics, IEnumerable<string> raw)
    {
        (this.periods, this.metrics) = (periods, metrics);
        rawNames = [.. raw];
        known = new KnownSeries(metrics, rawNames);
        tracks = new TrackSet(periods);
        measuring = new Measuring(
            tracks, [.. metrics.Select(metric => (metric.Source as MetricSource.Ratio)?.Denominator).OfType<string>().Distinct()]);
        chunks = new MetricChunks(tracks, ids);
    }

    /// <summary>Takes a sample.</summary>
    public Intake Add(Sample sample, DateTimeOffset now) => Add([sample], now);

    /// <summary>Takes samples in any order. One that is rejected never rejects another.</summary>
    /// <param name="samples">The samples, as read.</param>
    /// <param name="now">Orchestrator time.</param>
    /// <param name="wallAhead">
    /// Distance of the server's wall clock ahead of <paramref name="now"/> while it is in doubt. Senders may follow either: a sample whose
    /// time fits only the wall clock is taken at the same distance from <paramref name="now"/>, so that no rollback waits until the doubt
    /// is resolved.
    /// </param>
    public Intake Add(IEnumerable<Sample> samples, DateTimeOffset now, TimeSpan wallAhead = default)
    {
        var all = samples as IReadOnlyCollection<Sample> ?? [.. samples];
        if (Readings(all) is var readings and > MostReadings)
        {
            return new Intake(0, 0, [new InputError("samples", $"The samples count {readings} times, and those of one body may count {MostReadings} times: each of their series once for all users, and once for each segment of its sample. Send them in several bodies.")], []);
        }

        tracks.Seal(UnixMillis.Of(now));
        ids.ForgetUntil(tracks.SealedTo);
        int accepted = 0, ignored = 0;
        var rejected = ImmutableArray.CreateBuilder<InputError>();
        var warnings = new Dictionary<(SeriesKind, string), InputError>();

        var kept = new List<Sample>(all.Count);
        foreach (var sent in all)
        {
            var sample = wallAhead == TimeSpan.Zero || Reject(sent, now) is null ? sent : ByWall(sent, now, wallAhead);
            if (Reject(sample, now) is { } error)
            {
                rejected.Add(error);
                continue;
            }

            accepted++;
            if (sample.Id is { } id && !ids.Add(id, UnixMillis.Of(sample.At)))
            {
                ignored++;
                continue;
            }

            kept.Add(sample);
            if (sample.Segment is not null)
            {
                segments.UnionWith(sample.Segments);
            }
        }

        // The oldest first, so that almost all points of a track come in its order.
        kept.Sort(static (a, b) => a.At != b.At ? a.At.CompareTo(b.At) : a.Index.CompareTo(b.Index));

        // Bounded by the readings of the batch. Combined at its end: one by one, each would walk through all before it.
        var points = new Dictionary<TrackKey, List<Point>>();
        var distributions = new Dictionary<TrackKey, List<(long At, Distribution Values)>>();
        foreach (var sample in kept)
        {
            Take(sample, warnings, points, distributions);
        }

        foreach (var (key, observed) in distributions)
        {
            points[key] = Combined(observed);
        }

        foreach (var (key, added) in points)
        {
            tracks.Add(key, added);
        }

        return new Intake(accepted, ignored, rejected.ToImmutable(), [.. warnings.Values]);
    }

    /// <summary>
    /// Counts feedback of users, as a counter of the new variant. It is no sample of the service: it does not show that the service runs.
    /// </summary>
    public void Count(string series, long count, DateTimeOffset now)
    {
        tracks.Seal(UnixMillis.Of(now));
        tracks.KnowCounter(series);
        tracks.Add(new TrackKey(Variant.New, Traffic.Live, null, SeriesKind.Counter, series),
            Point.Counter(Math.Max(tracks.SealedTo + 1, UnixMillis.Of(now)), count));
    }

    /// <summary>Measurement of a metric: samples with an instant in (at - window, at], and none at or before <paramref name="since"/>.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="variant">Variant of the samples.</param>
    /// <param name="traffic">Traffic of the samples.</param>
    /// <param name="segment">Segment of the users; null for all together.</param>
    /// <param name="window">Length of the window.</param>
    /// <param name="at">End of the window.</param>
    /// <param name="since">Earliest start of the window; null for all stored samples.</param>
    /// <param name="needsSamples">Looks back beyond the window until this many are found; 0 for never.</param>
    /// <param name="needsCovered">Likewise until this much time is covered.</param>
    /// <returns>Its window is the given one, or the longer one in use; never shorter, so a query that <paramref name="since"/> cuts off
    /// shows little coverage.</returns>
    public Measurement Measure(
        Metric metric, Variant variant, Traffic traffic, string? segment, TimeSpan window, DateTimeOffset at, DateTimeOffset? since = null,
        long needsSamples = 0,
        TimeSpan needsCovered = default)
    {
        var look = measuring.Look(metric.Source, variant, traffic, segment, window, at, since, needsSamples, needsCovered);
        return measuring.Measure(metric.Source, variant, traffic, segment, look);
    }

    /// <summary>
    /// The readings at every instant in (<paramref name="after"/>, <paramref name="now"/>] at which the watched variant and traffic
    /// was sampled, in order, and one at <paramref name="now"/> so that absence is seen.
    /// </summary>
    /// <param name="round">The queries.</param>
    /// <param name="after">The last observed moment; null takes the start of the step.</param>
    /// <param name="now">Orchestrator time.</param>
    /// <param name="max">Most observations to return. When as many are returned, query again after the last one.</param>
    /// <returns>Empty only when <paramref name="now"/> is before <paramref name="after"/>: time already observed is not observed again.</returns>
    public Observation[] Observe(RoundQuery round, DateTimeOffset? after, DateTimeOffset now, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        tracks.CutAt(
            round.Queries.Where(query => query.Since is not null).Select(query => UnixMillis.Of(query.Since!.Value)));
        tracks.Seal(UnixMillis.Of(now));
        if (now < after)
        {
            return [];
        }

        var observations = new List<Observation>();
        var watched = tracks.Find(TrackKey.Seen(round.Variant, round.Traffic, null));
        foreach (var instant in watched?.Instants(UnixMillis.Of(after ?? round.StepSince), UnixMillis.Of(now)) ?? [])
        {
            observations.Add(Observe(round, watched, UnixMillis.At(instant), true));
            if (observations.Count == max)
            {
                return [.. observations];
            }
        }

        if (observations.Count == 0 || observations[^1].At < now)
        {
            observations.Add(Observe(round, watched, now, UnixMillis.At(watched?.Newest(UnixMillis.Of(now)) ?? 0) == now));
        }

        return [.. observations];
    }

    /// <summary>The answers at <paramref name="now"/>, for display: unlike a round it changes no stored state.</summary>
    public MetricReading[] Look(MetricQuery[] queries, DateTimeOffset now) =>
        [.. queries.Select(query => measuring.Read(query, MetricOf(query.Metric), now))];

    /// <summary>
    /// The points of a series as of <paramref name="now"/>, for display: no stored state and no cache of the rounds changes.
    /// </summary>
    public MetricSeries Series(SeriesQuery query, DateTimeOffset now) =>
        new SeriesReading(tracks, measuring).Read(query, MetricOf(query.Metric), UnixMillis.Of(now));

    /// <summary>Metrics with samples as of <paramref name="now"/>, in the order of the plan; raw series after them.</summary>
    public MetricOnHand[] OnHand(DateTimeOffset now) => new SeriesReading(tracks, measuring).OnHand(
        [.. metrics, .. rawNames.Where(name => metrics.All(metric => metric.Name != name)).Distinct().Select(MetricOf)],
        UnixMillis.Of(now));

    /// <summary>
    /// State that changed since it was last taken, as chunks to store under their names, in an order in which they may be written one
    /// by one; a chunk without data is to be deleted.
    /// </summary>
    public IReadOnlyList<(string Name, byte[] Data)> TakeDirty() => chunks.Take(all: false);

    /// <summary>The whole state as chunks.</summary>
    public IReadOnlyList<(string Name, byte[] Data)> Export() => chunks.Take(all: true);

    /// <summary>Fills empty windows from stored chunks, in any order.</summary>
    /// <exception cref="InvalidDataException">A chunk was written by a newer version or is damaged.</exception>
    public void Restore(IEnumerable<(string Name, byte[] Data)> stored)
    {
        chunks.Restore(stored);
        segments.UnionWith(tracks.All.Select(entry => entry.Key.Segment).OfType<string>());
    }

    /// <summary>The same samples under another plan: series that only the old one reads stay until they expire.</summary>
    public MetricWindows Under(Plan plan)
    {
        var windows = new MetricWindows(plan);
        windows.Restore(Export());
        windows.tracks.Final.Wanted = tracks.Final.Wanted;
        windows.tracks.Final.Continue(tracks.Final.To);
        return windows;
    }

    /// <summary>Begins to keep measurements: <see cref="TakeFinal"/> returns them.</summary>
    public void KeepFinal() => tracks.Final.Wanted = true;

    /// <summary>Measurements that became final since the last call, the oldest first.</summary>
    public SignalBlock[] TakeFinal() => tracks.Final.Take();

    /// <summary>The newest measurements, which are not final: they are in no block of <see cref="TakeFinal"/> yet.</summary>
    public SignalBlock Newest(DateTimeOffset now) =>
        tracks.Final.Block(tracks, Math.Max(tracks.SealedTo, tracks.Final.To), Math.Max(tracks.Final.To, UnixMillis.Of(now)));

    /// <summary>Adds measurements that were taken out of other windows, up to an instant.</summary>
    /// <param name="block">The measurements.</param>
    /// <param name="after">Exclusive start, in Unix milliseconds.</param>
    /// <param name="to">Inclusive end, in Unix milliseconds.</param>
    internal void Replay(SignalBlock block, long after, long to)
    {
        foreach (var counter in block.Counters)
        {
            tracks.KnowCounter(counter);
        }

        foreach (var track in block.Tracks)
        {
            var (first, end) = (FirstAfter(track.Points, after), FirstAfter(track.Points, to));
            if (end > first)
            {
                tracks.Add(track.Key, [.. track.Points.AsSpan(first, end - first)]);
                segments.UnionWith(track.Key.Segment is { } segment ? [segment] : []);
            }
        }
    }

    private static int FirstAfter(Point[] points, long after)
    {
        int low = 0, high = points.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = points[middle].At > after ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private Observation Observe(RoundQuery round, Track? watched, DateTimeOffset at, bool fromSample)
    {
        var readings = new MetricReading[round.Queries.Length];
        for (var i = 0; i < readings.Length; i++)
        {
            var query = round.Queries[i];
            readings[i] = measuring.Read(query, MetricOf(query.Metric), at);
        }

        return new Observation(at, readings, Newest(UnixMillis.Of(at)), fromSample, fromSample ? Newest(UnixMillis.Of(at) - 1) : null,
            round.Segments?.Where(segments.Contains).ToArray());

        DateTimeOffset? Newest(long to) =>
            watched?.Newest(to) is { } newest && newest >= UnixMillis.Of(round.StepSince) ? UnixMillis.At(newest) : null;
    }

    private Metric MetricOf(string name) => MetricNames.Find(metrics, name);

    /// <summary>The sample at the same distance from now as from the wall clock, if it is accepted there.</summary>
    private Sample ByWall(Sample sent, DateTimeOffset now, TimeSpan wallAhead)
    {
        var age = now - sent.At + wallAhead;
        if (age.Duration() > TimeSpan.FromMilliseconds(periods.Lateness))
        {
            return sent;
        }

        var moved = sent with { At = now - age };
        return Reject(moved, now) is null ? moved : sent;
    }

    private InputError? Reject(Sample sample, DateTimeOffset now)
    {
        var at = UnixMillis.Of(sample.At);
        var age = UnixMillis.Of(now) - at;
        if (age > periods.Lateness)
        {
            return Time($"is {Written(age)} old; a sample is taken until it is {Written(periods.Lateness)} old");
        }

        if (at <= tracks.SealedTo)
        {
            return Time($"is not after {Written(UnixMillis.At(tracks.SealedTo))}, up to which samples are folded since the orchestrator's clock was set back");
        }

        if (-age > periods.Ahead)
        {
            return Time($"is {Written(-age)} ahead of the orchestrator's clock; at most {Written(periods.Ahead)} is allowed");
        }

        // Almost every sample names segments that are known.
        var fresh = segments.Count + Sample.MostSegments <= MostSegments
            ? []
            : sample.Segments.Where(segment => !segments.Contains(segment)).ToArray();
        return fresh.Length > 0 && segments.Count + fresh.Length > MostSegments
            ? new InputError($"samples[{sample.Index}].segment", $"'{fresh[^1]}' would be segment {MostSegments + 1}; the samples of one rollout may name {MostSegments}.")
            : null;

        InputError Time(string what) => new($"samples[{sample.Index}].at", $"{Written(sample.At)} {what}.");
    }

    /// <summary>Points that samples would add: each known series once for all users, and once for each segment.</summary>
    private long Readings(IEnumerable<Sample> samples)
    {
        var readings = 0L;
        foreach (var sample in samples)
        {
            var series = 1;
            foreach (var counter in sample.Counters)
            {
                series += known.Contains(SeriesKind.Counter, counter.Series) ? 1 : 0;
            }

            foreach (var gauge in sample.Gauges)
            {
                series += known.Contains(SeriesKind.Gauge, gauge.Series) ? 1 : 0;
            }

            foreach (var distribution in sample.Distributions)
            {
                series += known.Contains(SeriesKind.Distribution, distribution.Series) ? 1 : 0;
            }

            readings += (long)series * (sample.Segment is { } names ? 2 + names.AsSpan().Count(Sample.Between) : 1);
        }

        return readings;
    }

    private void Take(Sample sample, Dictionary<(SeriesKind, string), InputError> warnings,
        Dictionary<TrackKey, List<Point>> points, Dictionary<TrackKey, List<(long At, Distribution Values)>> distributions)
    {
        var at = UnixMillis.Of(sample.At);
        var seen = TrackKey.Seen(sample.Variant, sample.Traffic, null);
        if ((tracks.Find(seen)?.Recent.Length ?? 0) + (points.GetValueOrDefault(seen)?.Count ?? 0) >= Crowded)
        {
            // A flood of senders: fifteen instants a period are exact enough, and bound what is kept.
            at = Math.Max(tracks.SealedTo + 1, at - (at % Math.Max(1000, periods.Sampling / 15)));
        }

        var of = sample.Segments;
        Add(points, sample, of, SeriesKind.Seen, "", Point.Seen(at));
        foreach (var (series, growth) in sample.Counters)
        {
            if (Reads(sample, SeriesKind.Counter, "counters", series, warnings))
            {
                tracks.KnowCounter(series);
                Add(points, sample, of, SeriesKind.Counter, series, Point.Counter(at, growth));
            }
        }

        foreach (var ratio in sample.Unmeasured.IsDefaultOrEmpty
            ? []
            : metrics.Select(metric => metric.Source).OfType<MetricSource.Ratio>().Distinct())
        {
            LeaveOut(points, sample, of, at, ratio.Denominator, ratio.Numerator);
            LeaveOut(points, sample, of, at, ratio.Numerator, ratio.Denominator);
        }

        foreach (var (series, level) in sample.Gauges)
        {
            if (Reads(sample, SeriesKind.Gauge, "gauges", series, warnings))
            {
                Add(points, sample, of, SeriesKind.Gauge, series, Point.Gauge(at, level));
            }
        }

        foreach (var (series, observed) in sample.Distributions)
        {
            if (Reads(sample, SeriesKind.Distribution, "values", series, warnings))
            {
                var values = Distribution.Of(observed.AsSpan());
                foreach (var key in Keys(sample, of, SeriesKind.Distribution, series))
                {
                    (CollectionsMarshal.GetValueRefOrAddDefault(distributions, key, out _) ??= []).Add((at, values));
                }
            }
        }
    }

    /// <summary>Records growth of one side of a ratio apart while the other was not measured: no evidence of the ratio.</summary>
    private void LeaveOut(
        Dictionary<TrackKey, List<Point>> points, Sample sample, string[] of, long at, string series, string without)
    {
        foreach (var counter in sample.Counters.Where(counter => counter.Series == series && sample.Unmeasured.Contains(without)))
        {
            Add(points, sample, of, SeriesKind.Counter, KnownSeries.Without(series, without), Point.Counter(at, counter.Value));
        }
    }

    private void Add(
        Dictionary<TrackKey, List<Point>> points, Sample sample, string[] of, SeriesKind kind, string series, Point point)
    {
        foreach (var key in Keys(sample, of, kind, series))
        {
            Add(points, key, point);
        }
    }

    private static void Add(Dictionary<TrackKey, List<Point>> points, in TrackKey key, Point point)
    {
        ref var of = ref CollectionsMarshal.GetValueRefOrAddDefault(points, key, out _);
        of ??= [];
        if (of.Count > 0 && of[^1].At == point.At)
        {
            of[^1] = of[^1].With(point);
        }
        else
        {
            of.Add(point);
        }
    }

    /// <summary>A point for each run of one instant.</summary>
    private static List<Point> Combined(List<(long At, Distribution Values)> observed)
    {
        var points = new List<Point>();
        var parts = new List<Distribution>();
        for (var i = 0; i < observed.Count; i++)
        {
            parts.Add(observed[i].Values);
            if (i + 1 == observed.Count || observed[i + 1].At != observed[i].At)
            {
                points.Add(Point.Distribution(observed[i].At, parts));
                parts.Clear();
            }
        }

        return points;
    }

    /// <summary>Keys of all users, and of the sample's segments.</summary>
    private static TrackKey[] Keys(Sample sample, string[] of, SeriesKind kind, string series)
    {
        var all = new TrackKey(sample.Variant, sample.Traffic, null, kind, series);
        return of.Length == 0 ? [all] : [all, .. of.Select(segment => all with { Segment = segment })];
    }

    private bool Reads(Sample sample, SeriesKind kind, string section, string series, Dictionary<(SeriesKind, string), InputError> warnings)
    {
        if (known.Contains(kind, series))
        {
            return true;
        }

        if (warnings.Count < MostSegments && !warnings.ContainsKey((kind, series)))
        {
            var why = known.Where(series) is { } right ? $"the plan reads '{series}' from {right}" : $"no metric of the plan reads '{series}'";
            warnings[(kind, series)] = new InputError($"samples[{sample.Index}].{section}.{series}", $"Not kept: {why}.");
        }

        return false;
    }

    private static string Written(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    private static string Written(long milliseconds) => Durations.Format(TimeSpan.FromMilliseconds(milliseconds));
}
