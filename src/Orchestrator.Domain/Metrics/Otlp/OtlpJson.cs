using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Metrics.Otlp;

/// <summary>The JSON encoding of an export. Unknown members are ignored.</summary>
/// <param name="harvest">Takes the points.</param>
/// <param name="clean">True when every text of the body can be stored.</param>
internal sealed class OtlpJson(OtlpReadResult harvest, bool clean)
{
    private const string Unread = "summary";

    private static readonly (string Name, byte[] Utf8)[] Shapes =
        [("gauge", "gauge"u8.ToArray()), ("sum", "sum"u8.ToArray()), ("histogram", "histogram"u8.ToArray()), ("exponentialHistogram", "exponentialHistogram"u8.ToArray()), (Unread, "summary"u8.ToArray())];

    public void Request(JsonElement root)
    {
        var i = 0;
        foreach (var resource in List(root, "resourceMetrics"u8))
        {
            Resource(resource, i++);
        }
    }

    private void Resource(JsonElement resource, int i)
    {
        var of = Owner(Member(resource, "resource"u8), OtlpOwner.None, i, null);
        var j = 0;
        foreach (var scope in List(resource, "scopeMetrics"u8))
        {
            var ofScope = Owner(Member(scope, "scope"u8), of, i, j);
            var k = 0;
            foreach (var metric in List(scope, "metrics"u8))
            {
                Metric(metric, ofScope, (i, j, k++));
            }

            j++;
        }
    }

    private OtlpOwner Owner(JsonElement element, OtlpOwner around, int i, int? j)
    {
        var fault = around.Fault ?? (clean ? null : Fault(element, j is null ? $"resourceMetrics[{i}].resource" : $"resourceMetrics[{i}].scopeMetrics[{j}].scope"));
        return fault is null
            ? new OtlpOwner(
                Attributes(element, around.Attributes), Text(element, "name"u8), Text(element, "version"u8), j is null ? null : around, null)
            : around with { Fault = fault };
    }

    private void Metric(JsonElement metric, OtlpOwner owner, (int Resource, int Scope, int Metric) at)
    {
        var fault = owner.Fault ?? (clean ? null : Fault(Member(metric, "name"u8), $"{Path(at)}.name") ?? Fault(Member(metric, "unit"u8), $"{Path(at)}.unit"));
        var (name, unit) = fault is null ? (Text(metric, "name"u8), OtlpUnits.Of(Text(metric, "unit"u8))) : (Path(at), null);
        foreach (var (shape, member) in Shapes)
        {
            var data = Member(metric, member);
            var i = 0;
            foreach (var point in List(data, "dataPoints"u8))
            {
                var of = new OtlpPlace(owner, name, unit, shape, fault ?? (clean ? null : Fault(point, $"{Path(at)}.{shape}.dataPoints[{i}]")));
                i++;
                if (shape == Unread)
                {
                    harvest.Refuse(of, of.Fault ?? OtlpValues.Summary);
                    continue;
                }

                harvest.Take(of, of => OtlpReadResult.Unrecorded(Whole(point, "flags"u8)) ? null : of.Point(
                    Attributes(point, of.Owner.Attributes), Whole(point, "startTimeUnixNano"u8), Whole(point, "timeUnixNano"u8), Value(data, point, shape)));
            }
        }
    }

    private static string Path((int Resource, int Scope, int Metric) at) => $"resourceMetrics[{at.Resource}].scopeMetrics[{at.Scope}].metrics[{at.Metric}]";

    private OtlpValue Value(JsonElement data, JsonElement point, string shape) => shape switch
    {
        "gauge" => OtlpValues.Gauge(Number(point)),
        "sum" => OtlpValues.Sum(Number(point), Member(data, "isMonotonic"u8).ValueKind == JsonValueKind.True, Temporality(data)),
        "histogram" => OtlpValues.Histogram(
            [.. Few(point, "explicitBounds"u8).Select(bound => Double(bound, "explicitBounds"u8))], Counts(point), Temporality(data)),
        "exponentialHistogram" => OtlpValues.Exponential(
            Whole(point, "scale"u8), Whole(point, "zeroCount"u8),
            Member(point, "zeroThreshold"u8) is { ValueKind: not JsonValueKind.Undefined } threshold ? Double(threshold, "zeroThreshold"u8) : 0,
            Side(Member(point, "positive"u8)), Side(Member(point, "negative"u8)), Temporality(data)),
        _ => throw new InvalidOperationException($"No such shape: {shape}."),
    };

    private (long Offset, ImmutableArray<long> Counts) Side(JsonElement buckets) => (Whole(buckets, "offset"u8), Counts(buckets));

    private ImmutableArray<long> Counts(JsonElement of) => [.. Few(of, "bucketCounts"u8).Select(count => Integer(count, "bucketCounts"u8))];

    private JsonElement.ArrayEnumerator Few(JsonElement of, ReadOnlySpan<byte> name)
    {
        if (Member(of, name) is { ValueKind: JsonValueKind.Array } list)
        {
            OtlpValues.Few(harvest.Buckets(list.GetArrayLength()));
        }

        return List(of, name);
    }

    private static double Number(JsonElement point) =>
        Member(point, "asInt"u8) is { ValueKind: not JsonValueKind.Undefined } whole ? Integer(whole, "asInt"u8)
        : Member(point, "asDouble"u8) is { ValueKind: not JsonValueKind.Undefined } real ? Double(real, "asDouble"u8)
        : throw OtlpValues.NoValue();

    private static long Temporality(JsonElement data)
    {
        var given = Member(data, "aggregationTemporality"u8);
        return given.ValueKind != JsonValueKind.String ? Whole(data, "aggregationTemporality"u8) : given.GetString() switch
        {
            "AGGREGATION_TEMPORALITY_DELTA" or "1" => 1,
            "AGGREGATION_TEMPORALITY_CUMULATIVE" or "2" => 2,
            _ => 0,
        };
    }

    private static OtlpAttributes Attributes(JsonElement of, OtlpAttributes over)
    {
        List<KeyValuePair<string, string>> all = [];
        foreach (var attribute in List(of, "attributes"u8))
        {
            var value = Member(attribute, "value"u8);
            if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject() is var members && members.MoveNext())
            {
                var one = members.Current.Value;
                all.Add(new(Text(attribute, "key"u8), one.ValueKind == JsonValueKind.String ? one.GetString()! : one.GetRawText()));
            }
        }

        return new OtlpAttributes(over, [.. all]);
    }

    /// <summary>Reason why a value cannot be part of a point: a text in it that cannot be stored.</summary>
    private static string? Fault(JsonElement value, string path) =>
        value.ValueKind != JsonValueKind.Undefined && UnkeptText.In(JsonMarshal.GetRawUtf8Value(value), path, most: 1) is [var unkept]
            ? $"{unkept.Path}: {unkept.Message}"
            : null;

    private static JsonElement Member(JsonElement of, ReadOnlySpan<byte> name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var member) ? member : default;

    private static JsonElement.ArrayEnumerator List(JsonElement of, ReadOnlySpan<byte> name) =>
        Member(of, name) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } list ? list.EnumerateArray() : default;

    private static string Text(JsonElement of, ReadOnlySpan<byte> name) =>
        Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static long Whole(JsonElement of, ReadOnlySpan<byte> name) =>
        Member(of, name) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } number ? Integer(number, name) : 0;

    /// <summary>
    /// A whole number of 64 bits. Protocol Buffers' JSON mapping writes it as a text or a number and reads 42.0 and 4.2e1 as 42.
    /// </summary>
    private static long Integer(JsonElement value, ReadOnlySpan<byte> name)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText(),
            _ =>
            ""
        };
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue
            ? (long)number
            : throw new FormatException($"{Encoding.UTF8.GetString(name)} must be a whole number of 64 bits, but is {Shown(value)}");
    }

    private static double Double(JsonElement value, ReadOnlySpan<byte> name) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String => value.GetString() switch
        {
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            "NaN" => double.NaN,
            var text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw NoNumber(value, name),
        },
        _ => throw NoNumber(value, name),
    };

    private static FormatException NoNumber(JsonElement value, ReadOnlySpan<byte> name) => new($"{Encoding.UTF8.GetString(name)} must be a number, but is {Shown(value)}");

    private static string Shown(JsonElement value) => Field.Short(value.GetRawText());
}
