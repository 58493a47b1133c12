using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Statistics;
using Orchestrator.Domain.Plans.Rules;

namespace Orchestrator.Domain.Metrics.Windows;

/// <summary>Answers queries from tracks.</summary>
/// <param name="tracks">The measurements.</param>
/// <param name="denominators">Counters that show traffic where a sample does not carry <see cref="KnownSeries.Requests"/>.</param>
internal sealed class Measuring(TrackSet tracks, ImmutableArray<string> denominators)
{
    /// <summary>The answer to a query at a moment.</summary>
    public MetricReading Read(MetricQuery query, Metric metric, DateTimeOffset at)
    {
        var (variant, traffic, segment) = (query.Variant, query.Traffic, query.Segment);
        var (look, measured, baseline, beyond) = Whole(query, metric, at);
        double? newest = null;
        if (query.Newest)
        {
            newest = Measure(metric.Source, variant, traffic, segment,
                new Span(look.To - 1, look.To, look.NotBefore, TimeSpan.FromMilliseconds(1))).Value;
        }

        var track = query.Heard || query.GapSince is not null ? Heard(metric.Source, variant, traffic, segment) : null;
        var without = track is not null && metric.Source is MetricSource.Ratio ratio
            ? tracks.Find(Half(variant, traffic, segment, ratio.Denominator, ratio.Numerator))
            : null;
        return new MetricReading(
            query.Name, measured, baseline, newest,
            query.Heard ? HeardAt(query, metric.Source, track?.Newest(look.To, without), look) : null,
            query.GapSince is { } since ? TimeSpan.FromMilliseconds(
                track?.LongestGap(UnixMillis.Of(since), look.To, without) ?? look.To - UnixMillis.Of(since)) : null,
            query.Alpha is { } alpha ? Compare(metric.Source, traffic, segment, look, query, alpha) : null)
        {
            Quiet = query.Quiet && QuietSince(metric.Source, variant, traffic, segment, look.From, look.To) is not null,
            Beyond = beyond,
        };
    }

    /// <summary>
    /// The span of a query, as far back as its claim needs. The number of samples depends on their share, and that on the span: it is
    /// computed again with the values of a longer span.
    /// </summary>
    private (Span Look, Measurement Measured, double? Baseline, OutsideLimits? Beyond) Whole(
        MetricQuery query, Metric metric, DateTimeOffset at)
    {
        const int mostLooks = 5;
        var (variant, traffic, segment, needs) = (query.Variant, query.Traffic, query.Segment, query.NeedsSamples);
        (Span, Measurement, double? Baseline, OutsideLimits?) nearer = default;
        for (var looks = 1; ; looks++)
        {
            var look = Look(metric.Source, variant, traffic, segment, query.Window, at, query.Since, needs, query.NeedsCovered);
            var measured = Measure(metric.Source, variant, traffic, segment, look);
            var baseline = Base(query, metric, look);
            if (baseline is null && nearer.Baseline is not null)
            {
                // A longer span may reach into time without a measurement to compare with.
                return nearer;
            }

            var beyond = query.Claim is { } claim && metric.Source is MetricSource.Quantile
                ? CountBeyond(metric.Source, variant, traffic, segment, look, claim, baseline)
                : null;
            if (looks == mostLooks || query.Claim is null
                || Proof.Of(query.Claim, metric.Source, measured, baseline, beyond) is not { Holds: false, IsOutOfReach: false } proof
                || proof.Needs is not { } more || more <= measured.Samples || measured.Samples < needs)
            {
                return (look, measured, baseline, beyond);
            }

            nearer = (look, measured, baseline, beyond);
            needs = more;
        }
    }

    private double? Base(MetricQuery query, Metric metric, Span look) => metric.Baseline switch
    {
        null => null,
        Baseline.Fixed(var quantity) => quantity.Value,
        // Legacy serves its own users live even where the new variant only sees copies.
        Baseline.Legacy => Measure(metric.Source, Variant.Legacy, Traffic.Live, query.Segment, look).Value,
        Baseline.Trailing(var duration) =>
            Trailing(metric.Source, query.Variant, query.Traffic, query.Segment, look, (long)duration.TotalMilliseconds),
        var other => throw new InvalidOperationException($"No such baseline: {other.GetType().Name}."),
    };

    private OutsideLimits? CountBeyond(
        MetricSource source, Variant variant, Traffic traffic, string? segment, Span look, Claim claim, double? baseline)
    {
        var values = Fold(Subject(source, variant, traffic, segment), look, true).Values;
        return values is null ? null : new OutsideLimits(Count(claim.Upper, true), Count(claim.Lower, false));

        long Count(ClaimLimit? bar, bool above) => bar?.Value(baseline) is { } limit ? values.Beyond(limit, above, bar.Included) : 0;
    }

    /// <summary>The newest sample that carries the metric, or that reports no requests since then.</summary>
    private DateTimeOffset? HeardAt(MetricQuery query, MetricSource source, long? carried, Span look)
    {
        var from = Math.Max(carried ?? long.MinValue, query.Since is { } since ? UnixMillis.Of(since) : long.MinValue);
        var quiet = from == long.MinValue ? null : QuietSince(source, query.Variant, query.Traffic, query.Segment, from, look.To);
        return (quiet ?? carried) is { } heard ? UnixMillis.At(heard) : null;
    }

    /// <summary>
    /// The newest sample in (from, to] when samples arrived there and report no requests; else null. Series of requests have no value then,
    /// so their absence means nothing. A level is measured all the same. Senders do not report at the same instant, so requests of the
    /// first sampling period belong to the value before it.
    /// </summary>
    private long? QuietSince(MetricSource source, Variant variant, Traffic traffic, string? segment, long from, long to)
    {
        if (source is MetricSource.Gauge)
        {
            return null;
        }

        var begin = Math.Min(to, from + tracks.Sampling);
        var span = new Span(begin, to, begin, TimeSpan.FromMilliseconds(to - begin));
        var requests = Counter(KnownSeries.Requests);
        FoldedSeries[] counters = requests.Samples > 0
            ? [requests]
            : [.. denominators.Select(Counter).Where(counter => counter.Samples > 0)];
        return counters.Length > 0 && counters.All(counter => counter.Weight == 0) ? counters.Max(counter => counter.Last) : null;

        FoldedSeries Counter(string series) => Fold(new TrackKey(variant, traffic, segment, SeriesKind.Counter, series), span, false);
    }

    /// <summary>The series which shows that the metric was measured; null for a ratio whose numerator no sample ever carried.</summary>
    private Track? Heard(MetricSource source, Variant variant, Traffic traffic, string? segment) =>
        source is MetricSource.Ratio ratio && !tracks.KnowsCounter(ratio.Numerator)
            ? null
            : tracks.Find(Subject(source, variant, traffic, segment));

    /// <summary>
    /// New against legacy over the same span; legacy serves its own users live even where the new variant only sees copies.
    /// </summary>
    private SequentialResult? Compare(MetricSource source, Traffic traffic, string? segment, Span look, MetricQuery query, double alpha)
    {
        var (factor, designEffect) = (query.Factor, query.DesignEffect);
        if (source is MetricSource.Ratio)
        {
            var (mine, theirs) = (Measure(source, Variant.New, traffic, segment, look),
                Measure(source, Variant.Legacy, Traffic.Live, segment, look));
            return mine.Value is null || theirs.Value is null
                ? null
                : SequentialTest.Ratios(mine.Events, mine.Samples, theirs.Events, theirs.Samples, factor, alpha, designEffect);
        }

        // Each variant's quantile with half of the error rate, so that both hold together.
        var rank = ((MetricSource.Quantile)source).Rank;
        return Bounds(source, rank, Variant.New, traffic, segment, look, alpha / 2, designEffect) is { } fresh
            && Bounds(source, rank, Variant.Legacy, Traffic.Live, segment, look, alpha / 2, designEffect) is { } legacy
            ? new SequentialResult(fresh.Value - (factor * legacy.Value), fresh.Low - (factor * legacy.High),
                fresh.High - (factor * legacy.Low), legacy.Value, legacy.Count)
            : null;
    }

    private (double Value, double Low, double High, long Count)? Bounds(
        MetricSource source, double rank, Variant variant, Traffic traffic, string? segment, Span look, double alpha, double designEffect)
    {
        var values = Fold(Subject(source, variant, traffic, segment), look, true).Values;
        return values?.Quantile(rank) is { } value && SequentialTest.QuantileRanks(rank, values.Count, alpha, designEffect) is { } ranks
            ? (value, values.Smallest(ranks.Low), values.Smallest(ranks.High), values.Count)
            : null;
    }

    /// <summary>Span of a query.</summary>
    public Span Look(
        MetricSource source, Variant variant, Traffic traffic, string? segment, TimeSpan window, DateTimeOffset at, DateTimeOffset? since,
        long needsSamples,
        TimeSpan needsCovered)
    {
        var to = UnixMillis.Of(at);
        var asked = to - (long)window.TotalMilliseconds;
        var notBefore = since is { } bound ? UnixMillis.Of(bound) : long.MinValue;
        var from = Math.Min(to, Math.Max(asked, notBefore));
        if ((needsSamples > 0 || needsCovered > TimeSpan.Zero) && tracks.Find(Subject(source, variant, traffic, segment)) is { } track)
        {
            from = track.Reach(from, to, Math.Min(to, notBefore), needsSamples, (long)needsCovered.TotalMilliseconds, Worth(source));
        }

        return new Span(from, to, notBefore, TimeSpan.FromMilliseconds(to - Math.Min(from, asked)));
    }

    /// <summary>Measurement over a span.</summary>
    public Measurement Measure(MetricSource source, Variant variant, Traffic traffic, string? segment, Span look)
    {
        var folded = Fold(Subject(source, variant, traffic, segment), look, source is MetricSource.Quantile);
        if (source is MetricSource.Ratio parts)
        {
            folded = folded.Less(Fold(Half(variant, traffic, segment, parts.Denominator, parts.Numerator), look, false));
        }

        if (folded.Samples == 0)
        {
            return Measurement.None(look.Window);
        }

        var (value, samples, events) = source switch
        {
            MetricSource.Ratio ratio => Ratio(ratio, folded, variant, traffic, segment, look),
            MetricSource.Quantile quantile => (folded.Values?.Quantile(quantile.Rank), folded.Weight, 0),
            MetricSource.Gauge gauge => (Level(gauge.Fold, folded), folded.Weight, 0),
            MetricSource.Rate => (folded.SpanMillis > 0 ? folded.Weight * 1000.0 / folded.SpanMillis : null, folded.Samples, 0),
            MetricSource.Count => ((double?)folded.Weight, folded.Samples, folded.Weight),
            _ => throw Unknown(source),
        };
        var covered = TimeSpan.FromMilliseconds(folded.Covered);
        return new Measurement(
            value, samples, events, covered < look.Window ? covered : look.Window, look.Window, UnixMillis.At(folded.Last));
    }

    private (double?, long, long) Ratio(
        MetricSource.Ratio ratio, FoldedSeries denominator, Variant variant, Traffic traffic, string? segment, Span look)
    {
        var events = Fold(new TrackKey(variant, traffic, segment, SeriesKind.Counter, ratio.Numerator), look, false)
            .Less(Fold(Half(variant, traffic, segment, ratio.Numerator, ratio.Denominator), look, false)).Weight;

        // A numerator that no sender ever sent is not zero: it is not measured, and absence is never success.
        var known = denominator.Weight > 0 && tracks.KnowsCounter(ratio.Numerator);
        return (known ? (double)events / denominator.Weight : null, denominator.Weight, events);
    }

    private double? Trailing(MetricSource source, Variant variant, Traffic traffic, string? segment, Span look, long duration)
    {
        var before = new Span(look.From - duration, look.From, long.MinValue, TimeSpan.FromMilliseconds(duration));
        var value = Measure(source, variant, traffic, segment, before).Value;
        if (source is not MetricSource.Count)
        {
            return value;
        }

        // Complaints come rarely: the time of listening counts, not the time in which complaints came.
        var span = Fold(TrackKey.Seen(variant, traffic, segment), before, false).SpanMillis;
        return span > 0 ? value * look.Window.TotalMilliseconds / span : null;
    }

    private FoldedSeries Fold(in TrackKey key, Span look, bool values) =>
        tracks.Find(key)?.Fold(look.From, look.To, look.NotBefore, values, look.Once) ?? new FoldedSeries();

    private static TrackKey Half(Variant variant, Traffic traffic, string? segment, string series, string without) =>
        new(variant, traffic, segment, SeriesKind.Counter, KnownSeries.Without(series, without));

    /// <summary>
    /// The series whose samples show that the metric was measured, and the part of it that is no evidence of the metric; null for none.
    /// </summary>
    public (Track? Track, Track? Without) Watched(MetricSource source, Variant variant, Traffic traffic, string? segment) =>
        (tracks.Find(Subject(source, variant, traffic, segment)),
            source is MetricSource.Ratio ratio ? tracks.Find(Half(variant, traffic, segment, ratio.Denominator, ratio.Numerator)) : null);

    /// <summary>The series whose samples show that the metric was measured.</summary>
    public static TrackKey Subject(MetricSource source, Variant variant, Traffic traffic, string? segment) => source switch
    {
        MetricSource.Ratio ratio => new(variant, traffic, segment, SeriesKind.Counter, ratio.Denominator),
        MetricSource.Quantile quantile => new(variant, traffic, segment, SeriesKind.Distribution, quantile.Series),
        MetricSource.Gauge gauge => new(variant, traffic, segment, SeriesKind.Gauge, gauge.Series),
        MetricSource.Rate rate => new(variant, traffic, segment, SeriesKind.Counter, rate.Series),
        MetricSource.Count count => new(variant, traffic, segment, SeriesKind.Counter, count.Series),
        _ => throw Unknown(source),
    };

    private static Func<Point, long> Worth(MetricSource source) =>
        source is MetricSource.Rate or MetricSource.Count ? static point => point.Samples : static point => point.Weight;

    private static double? Level(GaugeFold fold, FoldedSeries folded) => fold switch
    {
        GaugeFold.Max => folded.Max,
        GaugeFold.Min => folded.Min,
        GaugeFold.Mean => folded.Sum / folded.Weight,
        GaugeFold.Last => folded.Newest,
        _ => throw new InvalidOperationException($"No such fold: {fold}."),
    };

    private static InvalidOperationException Unknown(MetricSource source) => new($"No such source: {source.GetType().Name}.");
}

/// <summary>Span of a query: instants in (From, To], blocks only from <paramref name="NotBefore"/> on; all in Unix milliseconds.</summary>
/// <param name="From">Exclusive.</param>
/// <param name="To">Inclusive.</param>
/// <param name="NotBefore">Blocks that begin before are left out.</param>
/// <param name="Window">The span in the answer: as queried, or longer.</param>
internal readonly record struct Span(long From, long To, long NotBefore, TimeSpan Window)
{
    /// <summary>True for a span that is not looked at again soon: its merged values displace none of the rounds' from the cache.</summary>
    public bool Once { get; init; }
}
