using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Metrics.Otlp;

/// <summary>The JSON encoding of an export. Unknown members are left alone.</summary>
/// <param name="harvest">Takes the points.</param>
/// <param name="clean">True when every text of the body can be kept.</param>
internal sealed class OtlpJson(OtlpHarvest harvest, bool clean)
{
    private static readonly string[] Shapes = ["gauge", "sum", "histogram", "exponentialHistogram", "summary"];

    public void Request(JsonElement root)
    {
        foreach (var (i, resource) in List(root, "resourceMetrics").Index())
        {
            var ofResource = Owner(Member(resource, "resource"), OtlpOwner.None, $"resourceMetrics[{i}].resource");
            foreach (var (j, scope) in List(resource, "scopeMetrics").Index())
            {
                var ofScope = Owner(Member(scope, "scope"), ofResource, $"resourceMetrics[{i}].scopeMetrics[{j}].scope");
                foreach (var (k, metric) in List(scope, "metrics").Index())
                {
                    Metric(metric, ofScope, $"resourceMetrics[{i}].scopeMetrics[{j}].metrics[{k}]");
                }
            }
        }
    }

    private OtlpOwner Owner(JsonElement element, OtlpOwner around, string path) => (around.Fault ?? Fault(element, path)) is { } fault
        ? around with { Fault = fault }
        : new OtlpOwner(Attributes(element, around.Attributes), Text(element, "name"), Text(element, "version"), null) { Resource = OtlpOwner.In(around) };

    private void Metric(JsonElement metric, OtlpOwner owner, string path)
    {
        var fault = owner.Fault ?? Fault(Member(metric, "name"), $"{path}.name") ?? Fault(Member(metric, "unit"), $"{path}.unit");
        var (name, unit) = fault is null ? (Text(metric, "name"), Text(metric, "unit")) : (path, "");
        foreach (var shape in Shapes)
        {
            var data = Member(metric, shape);
            foreach (var (i, point) in List(data, "dataPoints").Index())
            {
                var place = new OtlpPlace(owner, name, OtlpUnits.Of(unit), shape, fault ?? Fault(point, $"{path}.{shape}.dataPoints[{i}]"));
                harvest.Take(place, of => OtlpHarvest.Unrecorded(Whole(point, "flags")) ? null : of.Point(
                    Attributes(point, ImmutableDictionary<string, string>.Empty), Whole(point, "startTimeUnixNano"), Whole(point, "timeUnixNano"), Value(data, point, shape)));
            }
        }
    }

    private OtlpValue Value(JsonElement data, JsonElement point, string shape) => shape switch
    {
        "gauge" => OtlpValues.Gauge(Number(point)),
        "sum" => OtlpValues.Sum(Number(point), Member(data, "isMonotonic").ValueKind == JsonValueKind.True, Temporality(data)),
        "histogram" => OtlpValues.Histogram(
            [.. Few(point, "explicitBounds").Select(bound => Double(bound, "explicitBounds"))], Counts(point), Temporality(data)),
        "exponentialHistogram" => OtlpValues.Exponential(
            Whole(point, "scale"), Whole(point, "zeroCount"), Member(point, "zeroThreshold") is { ValueKind: not JsonValueKind.Undefined } threshold ? Double(threshold, "zeroThreshold") : 0,
            Side(Member(point, "positive")), Side(Member(point, "negative")), Temporality(data)),
        _ => throw OtlpValues.Summary(),
    };

    private (long Offset, ImmutableArray<long> Counts) Side(JsonElement buckets) => (Whole(buckets, "offset"), Counts(buckets));

    private ImmutableArray<long> Counts(JsonElement of) => [.. Few(of, "bucketCounts").Select(count => Integer(count, "bucketCounts"))];

    private JsonElement.ArrayEnumerator Few(JsonElement of, string name)
    {
        if (Member(of, name) is { ValueKind: JsonValueKind.Array } list)
        {
            OtlpValues.Few(harvest.Buckets(list.GetArrayLength()));
        }

        return List(of, name);
    }

    private static double Number(JsonElement point) =>
        Member(point, "asInt") is { ValueKind: not JsonValueKind.Undefined } whole ? Integer(whole, "asInt")
        : Member(point, "asDouble") is { ValueKind: not JsonValueKind.Undefined } real ? Double(real, "asDouble")
        : throw OtlpValues.NoValue();

    private static long Temporality(JsonElement data)
    {
        var given = Member(data, "aggregationTemporality");
        return given.ValueKind != JsonValueKind.String ? Whole(data, "aggregationTemporality") : given.GetString() switch
        {
            "AGGREGATION_TEMPORALITY_DELTA" or "1" => 1,
            "AGGREGATION_TEMPORALITY_CUMULATIVE" or "2" => 2,
            _ => 0,
        };
    }

    private static ImmutableDictionary<string, string> Attributes(JsonElement of, ImmutableDictionary<string, string> over)
    {
        var all = over.ToBuilder();
        foreach (var attribute in List(of, "attributes"))
        {
            var value = Member(attribute, "value");
            if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().FirstOrDefault() is { Value.ValueKind: not JsonValueKind.Undefined } one)
            {
                all[Text(attribute, "key")] = one.Value.ValueKind == JsonValueKind.String ? one.Value.GetString()! : one.Value.GetRawText();
            }
        }

        return all.ToImmutable();
    }

    /// <summary>Why a value can be no part of a point: a text in it that cannot be kept.</summary>
    private string? Fault(JsonElement value, string path) =>
        !clean && value.ValueKind != JsonValueKind.Undefined && UnkeptText.In(JsonMarshal.GetRawUtf8Value(value), path, most: 1) is [var unkept] ? $"{unkept.Path}: {unkept.Message}" : null;

    private static JsonElement Member(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var member) ? member : default;

    private static JsonElement.ArrayEnumerator List(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } list ? list.EnumerateArray() : default;

    private static string Text(JsonElement of, string name) => Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static long Whole(JsonElement of, string name) => Member(of, name) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } number ? Integer(number, name) : 0;

    /// <summary>A whole number of 64 bits. Protocol Buffers' JSON mapping writes it as a text or a number and reads 42.0 and 4.2e1 as 42.</summary>
    private static long Integer(JsonElement value, string name)
    {
        var text = value.ValueKind switch { JsonValueKind.String => value.GetString()!, JsonValueKind.Number => value.GetRawText(), _ => "" };
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue
            ? (long)number
            : throw new FormatException($"{name} must be a whole number of 64 bits, but is {Shown(value)}");
    }

    private static double Double(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String => value.GetString() switch
        {
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            "NaN" => double.NaN,
            var text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw NoNumber(value, name),
        },
        _ => throw NoNumber(value, name),
    };

    private static FormatException NoNumber(JsonElement value, string name) => new($"{name} must be a number, but is {Shown(value)}");

    private static string Shown(JsonElement value) => Field.Short(value.GetRawText());
}
