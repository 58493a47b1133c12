using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Orchestrator.Domain.Metrics.Otlp;

/// <summary>
/// Reads <c>ExportMetricsServiceRequest</c> in the JSON encoding of OTLP (opentelemetry-proto 1.x): names in lowerCamelCase, 64-bit integers as
/// texts or numbers, enumerations as numbers, unknown members left alone. One point that cannot be read takes no other with it.
/// </summary>
public static class OtlpReader
{
    /// <summary>The most points of one export.</summary>
    public const int MostPoints = 20_000;

    private const int MostErrors = 5;
    private const int NoRecordedValue = 1;

    /// <summary>Reads an export.</summary>
    public static OtlpExport Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 32 });
            var points = ImmutableArray.CreateBuilder<OtlpPoint>();
            var errors = ImmutableArray.CreateBuilder<string>();
            var rejected = 0;
            foreach (var (metric, point, shape, place) in Points(document.RootElement))
            {
                if (points.Count + rejected == MostPoints)
                {
                    return new OtlpExport([], 0, [], $"there are more than {MostPoints} data points");
                }

                try
                {
                    if ((Number(point, "flags") & NoRecordedValue) == 0)
                    {
                        points.Add(Point(metric, point, shape, place));
                    }
                }
                catch (Exception odd) when (odd is FormatException or InvalidOperationException or KeyNotFoundException or OverflowException)
                {
                    rejected++;
                    if (errors.Count < MostErrors)
                    {
                        errors.Add($"{place.Metric}: {(odd is FormatException ? odd.Message : "the data point is not one of OTLP")}");
                    }
                }
            }

            return new OtlpExport(points.ToImmutable(), rejected, errors.ToImmutable(), null);
        }
        catch (JsonException broken)
        {
            return new OtlpExport([], 0, [], $"the body is not JSON: {broken.Message}");
        }
        catch (Exception odd) when (odd is InvalidOperationException or FormatException)
        {
            return new OtlpExport([], 0, [], "the body is no ExportMetricsServiceRequest");
        }
    }

    private sealed record Place(string Sender, string Metric, ImmutableDictionary<string, string> Attributes);

    private static IEnumerable<(JsonElement Metric, JsonElement Point, string Shape, Place Place)> Points(JsonElement root)
    {
        foreach (var resource in List(root, "resourceMetrics"))
        {
            var ofResource = Attributes(Member(resource, "resource"), ImmutableDictionary<string, string>.Empty);
            foreach (var scope in List(resource, "scopeMetrics"))
            {
                var ofScope = Attributes(Member(scope, "scope"), ofResource);
                var sender = Key(ofScope) + "\n" + Text(Member(scope, "scope"), "name") + "\n" + Text(Member(scope, "scope"), "version");
                foreach (var metric in List(scope, "metrics"))
                {
                    var place = new Place(sender, Text(metric, "name"), ofScope);
                    foreach (var shape in (string[])["gauge", "sum", "histogram", "exponentialHistogram", "summary"])
                    {
                        foreach (var point in List(Member(metric, shape), "dataPoints"))
                        {
                            yield return (metric, point, shape, place);
                        }
                    }
                }
            }
        }
    }

    private static OtlpPoint Point(JsonElement metric, JsonElement point, string shape, Place place)
    {
        var data = Member(metric, shape);
        var own = Attributes(point, ImmutableDictionary<string, string>.Empty);
        OtlpValue value = shape switch
        {
            "gauge" => new OtlpValue.Level(Value(point)),
            "sum" when Monotonic(data) => new OtlpValue.Sum(Value(point), Cumulative(data)),
            "sum" => Cumulative(data) ? new OtlpValue.Level(Value(point)) : throw new FormatException("a delta of a sum that may fall tells no level; export it cumulative"),
            "histogram" => Explicit(point, Cumulative(data)),
            "exponentialHistogram" => Exponential(point, Cumulative(data)),
            _ => throw new FormatException("summaries are not read; export histograms"),
        };
        var all = place.Attributes.SetItems(own);
        return new OtlpPoint(
            place.Sender, $"{place.Sender}\n{place.Metric}\n{shape}\n{Key(own)}", place.Metric, OtlpUnits.Of(Text(metric, "unit")), all,
            Number(point, "startTimeUnixNano") / 1_000_000, Number(point, "timeUnixNano") / 1_000_000, value);
    }

    private static OtlpValue.Histogram Explicit(JsonElement point, bool cumulative)
    {
        var bounds = List(point, "explicitBounds").Select(Double).ToImmutableArray();
        var counts = List(point, "bucketCounts").Select(Whole).ToImmutableArray();
        if (bounds.IsEmpty || counts.Length != bounds.Length + 1)
        {
            throw new FormatException($"a histogram has one count more than bounds and at least one bound, but this has {counts.Length} and {bounds.Length}");
        }

        for (var i = 1; i < bounds.Length; i++)
        {
            if (bounds[i] <= bounds[i - 1])
            {
                throw new FormatException("bounds must rise");
            }
        }

        return new OtlpValue.Histogram(bounds, [.. counts.Select(NotNegative)], cumulative);
    }

    private static OtlpValue.Exponential Exponential(JsonElement point, bool cumulative)
    {
        var scale = (int)Number(point, "scale");
        return scale is >= -10 and <= 20
            ? new OtlpValue.Exponential(
                scale, NotNegative(Number(point, "zeroCount")), point.TryGetProperty("zeroThreshold", out var threshold) ? Double(threshold) : 0,
                Side(Member(point, "positive")), Side(Member(point, "negative")), cumulative)
            : throw new FormatException($"the scale {scale} is not between -10 and 20");
    }

    private static ImmutableSortedDictionary<int, long> Side(JsonElement buckets)
    {
        var index = (int)Number(buckets, "offset");
        return List(buckets, "bucketCounts").Select(Whole).Select((count, i) => KeyValuePair.Create(index + i, NotNegative(count))).Where(bucket => bucket.Value > 0)
            .ToImmutableSortedDictionary();
    }

    private static double Value(JsonElement point)
    {
        var value = point.TryGetProperty("asInt", out var whole) ? Whole(whole) : point.TryGetProperty("asDouble", out var real) ? Double(real) : throw new FormatException("there is no value");
        return double.IsFinite(value) ? value : throw new FormatException($"the value is {value.ToString(CultureInfo.InvariantCulture)}, which says nothing");
    }

    private static bool Monotonic(JsonElement data) => data.TryGetProperty("isMonotonic", out var monotonic) && monotonic.ValueKind == JsonValueKind.True;

    private static bool Cumulative(JsonElement data)
    {
        var temporality = data.TryGetProperty("aggregationTemporality", out var given) ? given.ValueKind == JsonValueKind.String ? given.GetString() : given.GetRawText() : "";
        return temporality switch
        {
            "1" or "AGGREGATION_TEMPORALITY_DELTA" => false,
            "2" or "AGGREGATION_TEMPORALITY_CUMULATIVE" => true,
            _ => throw new FormatException("the aggregation temporality must be delta (1) or cumulative (2)"),
        };
    }

    private static ImmutableDictionary<string, string> Attributes(JsonElement of, ImmutableDictionary<string, string> over)
    {
        foreach (var attribute in List(of, "attributes"))
        {
            var value = Member(attribute, "value");
            if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().FirstOrDefault() is { Value.ValueKind: not JsonValueKind.Undefined } one)
            {
                over = over.SetItem(Text(attribute, "key"), one.Value.ValueKind == JsonValueKind.String ? one.Value.GetString()! : one.Value.GetRawText());
            }
        }

        return over;
    }

    private static string Key(ImmutableDictionary<string, string> attributes) =>
        string.Join('\n', attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal).Select(attribute => $"{attribute.Key}={attribute.Value}"));

    private static JsonElement Member(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var member) ? member : default;

    private static JsonElement.ArrayEnumerator List(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } list ? list.EnumerateArray() : default;

    private static string Text(JsonElement of, string name) => Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static long Number(JsonElement of, string name) => Member(of, name) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } number ? Whole(number) : 0;

    private static long Whole(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? long.Parse(value.GetString()!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : value.GetInt64();

    private static double Double(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString() switch
        {
            "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity, "NaN" => double.NaN,
            var text => double.Parse(text!, NumberStyles.Float, CultureInfo.InvariantCulture),
        }
        : value.GetDouble();

    private static long NotNegative(long count) => count >= 0 ? count : throw new FormatException("a count is negative");
}
