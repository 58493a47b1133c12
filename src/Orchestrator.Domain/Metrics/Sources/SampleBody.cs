using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans.Sources;

namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>
/// Samples in the making, one for each audience and moment, written as services push them: so every rule of pushed samples applies.
/// </summary>
/// <param name="moment">Orchestrator time of a moment of the source.</param>
internal sealed class SampleBody(Func<long, DateTimeOffset> moment)
{
    /// <summary>Most sampling periods over which the growth between two readings of a counter is spread.</summary>
    public const int MostPeriods = 5;

    /// <summary>In order when they are written: ordered as they come, thousands of moments would be compared a dozen times each.</summary>
    private readonly Dictionary<(long At, Variant Variant, Traffic Traffic, int Segment, int Index), Draft> _drafts = [];

    /// <summary>Segments by number: each is hashed once, and not with every reading of it.</summary>
    private readonly Texts _segments = new();

    /// <summary>Samples so far.</summary>
    public int Count => _drafts.Count;

    /// <summary>Adds a reading; several of one series and moment need different indices.</summary>
    public void Gauge(SeriesAudience audience, long at, int index, SourceSeries series, double level)
    {
        var draft = For(audience, at, index);
        draft.Gauges[series.Name] = level;
        Unit(draft, series);
    }

    /// <summary>Adds growth between two moments: a reading after two sampling periods covers both of them.</summary>
    /// <param name="audience">Audience of the growth.</param>
    /// <param name="from">Exclusive start, in milliseconds of the source.</param>
    /// <param name="at">Inclusive end.</param>
    /// <param name="period">A sampling period in milliseconds of the source.</param>
    /// <param name="series">The series.</param>
    /// <param name="counts">By upper bound, or one without.</param>
    /// <param name="unmeasured">Series that are unknown in that time, though a ratio counts them together with this one.</param>
    public void Spread(
        SeriesAudience audience, long from, long at, double period, SourceSeries series, IReadOnlyList<(double? Le, long Count)> counts,
        params IEnumerable<string> unmeasured)
    {
        var periods = (int)Math.Clamp(Math.Round((at - from) / period), 1, MostPeriods);
        for (var i = 0; i < periods; i++)
        {
            var draft = For(audience, at - (long)(i * period), 0);
            foreach (var without in unmeasured)
            {
                draft.Unmeasured.Add(without);
            }

            Growth(draft, series, counts, periods, i);
        }
    }

    /// <summary>Adds the share of a period in the growth of a counter (one count without a bound) or of buckets.</summary>
    private static void Growth(Draft draft, SourceSeries series, IReadOnlyList<(double? Le, long Count)> counts, int periods, int period)
    {
        if (series.Shape != SourceShape.Histogram)
        {
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(draft.Counters, series.Name, out _);
            foreach (var (_, count) in counts)
            {
                sum = Sum(sum, Share(count));
            }

            return;
        }

        ref var buckets = ref CollectionsMarshal.GetValueRefOrAddDefault(draft.Histograms, series.Name, out _);
        buckets ??= [];

        // Sorted when it is written: histograms with ever other bounds would sort all bounds before them once for each.
        foreach (var (le, count) in counts)
        {
            ref var all = ref CollectionsMarshal.GetValueRefOrAddDefault(buckets, le!.Value, out _);
            all = Sum(all, Share(count));
        }

        Unit(draft, series);

        long Share(long count) => (count / periods) + (period < count % periods ? 1 : 0);
    }

    /// <summary>Sum of the counts. On overflow it stays at the largest number, which the metric windows reject by name.</summary>
    private static long Sum(long sum, long count) => sum > long.MaxValue - count ? long.MaxValue : sum + count;

    /// <summary>UTF-8 JSON; null without a sample.</summary>
    public byte[]? Write()
    {
        if (_drafts.Count == 0)
        {
            return null;
        }

        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("samples");
            foreach (var (key, draft) in _drafts.OrderBy(draft => draft.Key))
            {
                Write(json, key.At, key.Variant, key.Traffic, _segments[key.Segment], draft);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private void Write(Utf8JsonWriter json, long at, Variant variant, Traffic traffic, string segment, Draft draft)
    {
        json.WriteStartObject();
        json.WriteString("at", moment(at).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteString("variant", variant == Variant.New ? "new" : "legacy");
        json.WriteString("traffic", traffic == Traffic.Shadow ? "shadow" : "live");
        if (segment.Length > 0)
        {
            json.WriteString("segment", segment);
        }

        Section(json, "units", draft.Units, json.WriteStringValue);
        Section(json, "counters", draft.Counters, json.WriteNumberValue);
        Section(json, "gauges", draft.Gauges, json.WriteNumberValue);
        Section(json, "histograms", draft.Histograms, counts => Histogram(json, counts));
        if (draft.Unmeasured.Count > 0)
        {
            json.WriteStartArray("unmeasured");
            foreach (var series in draft.Unmeasured)
            {
                json.WriteStringValue(series);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Histogram(Utf8JsonWriter json, Dictionary<double, long> buckets)
    {
        double[] bounds = [.. buckets.Keys.Where(double.IsFinite).Order()];
        json.WriteStartObject();
        json.WriteStartArray("bounds");
        foreach (var bound in bounds)
        {
            json.WriteNumberValue(bound);
        }

        json.WriteEndArray();
        json.WriteStartArray("counts");
        foreach (var bound in bounds)
        {
            json.WriteNumberValue(buckets[bound]);
        }

        json.WriteNumberValue(buckets.Where(bucket => !double.IsFinite(bucket.Key)).Aggregate(0L, (sum, bucket) => Sum(sum, bucket.Value)));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Section<T>(Utf8JsonWriter json, string name, Dictionary<string, T> values, Action<T> write)
    {
        if (values.Count == 0)
        {
            return;
        }

        json.WriteStartObject(name);
        foreach (var (series, value) in values)
        {
            json.WritePropertyName(series);
            write(value);
        }

        json.WriteEndObject();
    }

    private static void Unit(Draft draft, SourceSeries series)
    {
        if (series.Unit is { } unit)
        {
            draft.Units[series.Name] = unit;
        }
    }

    private Draft For(SeriesAudience audience, long at, int index)
    {
        var key = (at, audience.Variant, audience.Traffic, _segments.Number(audience.Segment ?? ""), index);
        if (!_drafts.TryGetValue(key, out var draft))
        {
            _drafts[key] = draft = new Draft();
        }

        return draft;
    }

    /// <summary>Texts by number, in the order in which they came.</summary>
    private sealed class Texts
    {
        private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
        private readonly List<string> _texts = [];
        private int _last = -1;

        public string this[int number] => _texts[number];

        /// <summary>The points of a resource share one text, which is then found by its reference.</summary>
        public int Number(string text)
        {
            if (_last >= 0 && ReferenceEquals(_texts[_last], text))
            {
                return _last;
            }

            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, text, out var known);
            if (!known)
            {
                number = _texts.Count;
                _texts.Add(text);
            }

            return _last = number;
        }
    }

    private sealed class Draft
    {
        public Dictionary<string, string> Units { get; } = [];

        public SortedSet<string> Unmeasured { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, long> Counters { get; } = [];

        public Dictionary<string, double> Gauges { get; } = [];

        public Dictionary<string, Dictionary<double, long>> Histograms { get; } = [];
    }
}
