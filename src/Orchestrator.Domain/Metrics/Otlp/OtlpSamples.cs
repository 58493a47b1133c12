using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Plans.Sources;

namespace Orchestrator.Domain.Metrics.Otlp;

/// <summary>
/// Turns OTLP exports for one rollout into samples as services push them. Mutable, for one thread at a time; has no clock.
/// </summary>
public sealed class OtlpSamples
{
    /// <summary>Attributes that name the variant of a point; of several the first counts.</summary>
    public static readonly string[] VariantAttributes = ["variant", "feature_flag.result.variant", "feature_flag.variant"];

    /// <summary>Attribute that names the rollout.</summary>
    public const string RolloutAttribute = "rollout";

    private const int MostErrors = 5;
    private readonly KnownSeries known;
    private readonly OtlpGrowth growth;
    private readonly LinkedSeries linked;
    private readonly long period;

    /// <param name="plan">Plan whose series are read; others are left out.</param>
    /// <param name="sampling">Interval at which samples are expected.</param>
    /// <param name="now">Start of listening.</param>
    public OtlpSamples(Plan plan, TimeSpan sampling, DateTimeOffset now)
        : this(plan, Period(sampling), new OtlpGrowth(now.ToUnixTimeMilliseconds(), SampleBody.MostPeriods * Period(sampling)))
    {
    }

    private OtlpSamples(Plan plan, long period, OtlpGrowth growth) =>
        (known, linked, this.period, this.growth) = (
            new KnownSeries(plan.Metrics, KnownSeries.RawIn(plan)),
            new LinkedSeries(plan.Metrics.Select(metric => metric.Source).OfType<MetricSource.Ratio>()), period, growth);

    /// <summary>The same listener under an amended plan. Counts of each sender stay known, unless the sampling interval changes.</summary>
    public OtlpSamples Under(Plan plan, TimeSpan sampling, DateTimeOffset now) =>
        Period(sampling) == period ? new OtlpSamples(plan, period, growth) : new OtlpSamples(plan, sampling, now);

    /// <summary>Known senders, for tests of their bound.</summary>
    internal int Senders => growth.Senders;

    /// <summary>Takes the points of an export.</summary>
    /// <param name="points">The points for this rollout.</param>
    /// <param name="now">Orchestrator time.</param>
    /// <param name="timed">False when the senders' clocks are not the orchestrator's: then everything has just happened.</param>
    /// <param name="mute">Points without a number: counters of the same process are in no ratio with them.</param>
    public OtlpIntake Take(
        IReadOnlyCollection<OtlpPoint> points, DateTimeOffset now, bool timed, params IReadOnlyCollection<OtlpPoint> mute)
    {
        var body = new SampleBody(DateTimeOffset.FromUnixTimeMilliseconds);
        var readings = new Dictionary<(SeriesAudience, long, string), int>();
        var errors = new List<string>();
        int rejected = 0, taken = 0;
        var counted = new List<(SeriesAudience Audience, OtlpPoint Point, long At, OtlpStep Step)>();
        growth.Begin(points);
        foreach (var point in points)
        {
            if (known.Where(point.Metric) is null)
            {
                continue;
            }

            if (Whose(point, errors.Count < MostErrors, out var error) is not { } audience)
            {
                rejected += error is null ? 0 : 1;
                if (error is not null && errors.Count < MostErrors)
                {
                    errors.Add($"{point.Metric}: {error}");
                }

                continue;
            }

            taken++;
            var at = timed && point.At > 0 ? point.At : now.ToUnixTimeMilliseconds();
            if (point.Value is OtlpValue.Level level)
            {
                if (body.Count > SampleReader.MostSamples)
                {
                    continue;
                }

                var index = readings[(audience, at, point.Metric)] = readings.GetValueOrDefault((audience, at, point.Metric), -1) + 1;
                body.Gauge(audience, at, index, Series(point, SourceShape.Gauge), level.Value);
            }
            else
            {
                counted.Add((audience, point, at, growth.Of(point)));
            }
        }

        Count(body, counted, Silent(mute), timed);
        growth.Heard(points.Concat(mute), now.ToUnixTimeMilliseconds());
        if (body.Count > SampleReader.MostSamples)
        {
            // All or none: a ratio of the points that fit would be another one.
            errors.Insert(0, $"the points make more than {SampleReader.MostSamples} samples of different times, audiences and readings; export them in smaller batches");
            return new OtlpIntake(null, rejected + taken, errors);
        }

        if (taken == 0 && points.Count > 0 && errors.Count == 0)
        {
            errors.Add($"no data point carries a series of the plan and one of the attributes {string.Join(", ", VariantAttributes)}");
        }

        return new OtlpIntake(body.Write(), rejected, errors);
    }

    /// <summary>
    /// Series for which a process has no number, and all that a ratio counts together with them: none of it is evidence of the ratio.
    /// </summary>
    private ILookup<(string Target, SeriesAudience Audience), string> Silent(IReadOnlyCollection<OtlpPoint> mute)
    {
        var silent = new HashSet<((string Target, SeriesAudience Audience) Whose, string Series)>();
        foreach (var point in mute.Where(point => known.Where(point.Metric) is not null))
        {
            if (Whose(point, false, out _) is { } audience)
            {
                growth.Mute(point);
                silent.UnionWith(linked.With(point.Metric).Select(series => ((point.Target, audience), series)));
            }
        }

        return silent.ToLookup(one => one.Whose, one => one.Series);
    }

    /// <summary>
    /// Growth of one export. Unknown growth of a sender that counted another series is named, so that no ratio reads it as 0.
    /// </summary>
    private void Count(
        SampleBody body, List<(SeriesAudience Audience, OtlpPoint Point, long At, OtlpStep Step)> counted,
        ILookup<(string Target, SeriesAudience Audience), string> silent, bool timed)
    {
        if (!counted.Exists(one => one.Step.Kind is GrowthKind.Grew))
        {
            return;
        }

        var known = counted.Where(one => one.Step.Kind is GrowthKind.Grew or GrowthKind.Same).Select(one => one.Point.Target).ToHashSet();
        // Each series once: thousands of counters may be unclear, and each that grew takes all of them along.
        var unclear = counted.Where(
            one => one.Step.Kind is GrowthKind.Unclear || (one.Step.Kind is GrowthKind.Stands && known.Contains(one.Point.Target)))
            .Select(one => (one.Audience, one.Point.Metric)).Distinct().ToLookup(one => one.Audience, one => one.Metric);
        foreach (var (audience, point, at, step) in counted.Where(one => one.Step.Kind is GrowthKind.Grew))
        {
            // Almost no export has any: without them no point hashes its audience.
            var unknown = unclear.Count > 0 ? unclear[audience] : [];
            if (unknown.Contains(point.Metric))
            {
                continue;
            }

            if (body.Count > SampleReader.MostSamples)
            {
                return;
            }

            var from = timed && step.From > 0 ? step.From : at - period;
            body.Spread(audience, from, at, period,
                Series(point, point.Value is OtlpValue.Sum ? SourceShape.Counter : SourceShape.Histogram), step.Counts!,
                silent.Count > 0 && linked.With(point.Metric).Any() ? unknown.Concat(silent[(point.Target, audience)]) : unknown);
        }
    }

    private static long Period(TimeSpan sampling) => (long)sampling.TotalMilliseconds;

    private static SourceSeries Series(OtlpPoint point, SourceShape shape) => new(point.Metric, shape, "", point.Unit);

    /// <summary>Null with an error for an unknown variant, and without one for a point that names none.</summary>
    /// <param name="point">The point.</param>
    /// <param name="said">True for an error with a sentence; else it is an empty text.</param>
    /// <param name="error">The error.</param>
    private static SeriesAudience? Whose(OtlpPoint point, bool said, out string? error)
    {
        error = null;
        string? variant = null;
        for (var i = 0; variant is null && i < VariantAttributes.Length; i++)
        {
            variant = point.Attributes.GetValueOrDefault(VariantAttributes[i]);
        }

        if (variant is null)
        {
            return null;
        }

        var traffic = point.Attributes.GetValueOrDefault("traffic") ?? "live";

        if (variant is not ("new" or "legacy") || traffic is not ("live" or "shadow"))
        {
            error = !said ? "" : $"the variant must be legacy or new and the traffic live or shadow, but they are '{Field.Short(variant)}' and '{Field.Short(traffic)}'";
            return null;
        }

        var segment = point.Attributes.GetValueOrDefault("segment");
        if (segment?.Length > Sample.LongestSegments)
        {
            // Stored with every sample and hashed with every point: a long one would multiply the body.
            error = !said ? "" : $"the segment may have {Sample.LongestSegments} characters, but '{Field.Short(segment)}' has {segment.Length}";
            return null;
        }

        return new SeriesAudience(
            variant == "new" ? Variant.New : Variant.Legacy, traffic == "shadow" ? Traffic.Shadow : Traffic.Live, segment);
    }
}

/// <summary>Result of an export.</summary>
/// <param name="Body">Samples as a body for the metric windows (UTF-8 JSON); null when there is none.</param>
/// <param name="Rejected">Number of points with an error.</param>
/// <param name="Errors">The first few errors.</param>
public sealed record OtlpIntake(byte[]? Body, int Rejected, IReadOnlyList<string> Errors);
