using System.Globalization;
using System.Text.Json;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Plans.Sources;

namespace Orchestrator.Domain.Tests.Metrics.Sources;

/// <summary>Answers of a source by the second, and what the samples made of them hold.</summary>
internal static class SomeScrapes
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public static SourceQuery Query(SourceShape shape, string name, bool emptyIsZero = false, string? unit = null) =>
        new(new SourceSeries(name, shape, name, unit, null, emptyIsZero), new SeriesAudience(Variant.New, Traffic.Live, null), name);

    public static long Milliseconds(int second) => Start.AddSeconds(second).ToUnixTimeMilliseconds();

    public static Scrape At(int second, SourceQuery query, params (string Instance, double Value)[] points) =>
        At(second, query, second, points);

    public static Scrape At(int second, SourceQuery query, int scraped, params (string Instance, double Value)[] points) => new(
        query, points.Length == 0 ? 0 : Milliseconds(second),
        [.. points.Select(point => new ScrapedPoint(
            new VectorPoint(point.Instance, point.Instance.Split(';')[0], null, point.Value), Milliseconds(scraped)))], null);

    public static Scrape Buckets(int second, SourceQuery query, params (string Le, double Value)[] buckets) => new(
        query, Milliseconds(second),
        [.. buckets.Select(bucket => new ScrapedPoint(
            new VectorPoint("a", "a", bucket.Le == "+Inf" ? double.PositiveInfinity : double.Parse(bucket.Le, CultureInfo.InvariantCulture),
                bucket.Value, bucket.Le), Milliseconds(second)))],
        null);

    public static List<JsonElement> Samples(SourceRound round) =>
        [.. JsonDocument.Parse(Assert.IsType<byte[]>(round.Body)).RootElement.GetProperty("samples").EnumerateArray()];

    public static long Counter(JsonElement sample, string name) => sample.GetProperty("counters").GetProperty(name).GetInt64();
}
