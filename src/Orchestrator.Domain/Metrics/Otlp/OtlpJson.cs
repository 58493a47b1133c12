using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Metrics.Otlp;

/// <summary>
/// The JSON encoding of an export. Unknown members are ignored. The members of each object are walked once: a search for each known name
/// costs several times the parsing of the body.
/// </summary>
/// <param name="harvest">Takes the points.</param>
/// <param name="clean">True when every text of the body can be stored.</param>
internal sealed class OtlpJson(OtlpReadResult harvest, bool clean)
{
    private const string Unread = "summary";

    /// <summary>Longest number that is written in another way than as digits, in bytes.</summary>
    private const int LongestNumber = 1000;

    /// <summary>Bytes of a value that an error decodes before it shortens them: more than it shows.</summary>
    private const int MostShown = 256;

    private static readonly string[] Shapes = ["gauge", "sum", "histogram", "exponentialHistogram", Unread];

    /// <summary>The data of the metric that is being read, in the order of <see cref="Shapes"/>.</summary>
    private readonly JsonElement[] data = new JsonElement[Shapes.Length];

    /// <summary>The attributes that are being read; bounded by the body.</summary>
    private readonly List<KeyValuePair<string, string>> attributes = [];
    private readonly KnownTexts texts = new();
    private OtlpAttributes? before;

    public void Request(JsonElement root)
    {
        JsonElement resources = default;
        foreach (var member in Members(root))
        {
            resources = Name(member).SequenceEqual("resourceMetrics"u8) ? member.Value : resources;
        }

        var i = 0;
        foreach (var resource in List(resources))
        {
            Resource(resource, i++);
        }
    }

    private void Resource(JsonElement resource, int i)
    {
        JsonElement own = default, scopes = default;
        foreach (var member in Members(resource))
        {
            var name = Name(member);
            own = name.SequenceEqual("resource"u8) ? member.Value : own;
            scopes = name.SequenceEqual("scopeMetrics"u8) ? member.Value : scopes;
        }

        var of = Owner(own, OtlpOwner.None, i, null);
        var j = 0;
        foreach (var scope in List(scopes))
        {
            Scope(scope, of, i, j++);
        }
    }

    private void Scope(JsonElement scope, OtlpOwner resource, int i, int j)
    {
        JsonElement own = default, metrics = default;
        foreach (var member in Members(scope))
        {
            var name = Name(member);
            own = name.SequenceEqual("scope"u8) ? member.Value : own;
            metrics = name.SequenceEqual("metrics"u8) ? member.Value : metrics;
        }

        var of = Owner(own, resource, i, j);
        var k = 0;
        foreach (var metric in List(metrics))
        {
            Metric(metric, of, (i, j, k++));
        }
    }

    private OtlpOwner Owner(JsonElement element, OtlpOwner around, int i, int? j)
    {
        var fault = around.Fault
            ?? (Kept(element) ? null : Fault(element, j is null ? $"resourceMetrics[{i}].resource" : $"resourceMetrics[{i}].scopeMetrics[{j}].scope"));
        if (fault is not null)
        {
            return around with { Fault = fault };
        }

        JsonElement list = default, scope = default, version = default;
        foreach (var member in Members(element))
        {
            var name = Name(member);
            list = name.SequenceEqual("attributes"u8) ? member.Value : list;
            scope = name.SequenceEqual("name"u8) ? member.Value : scope;
            version = name.SequenceEqual("version"u8) ? member.Value : version;
        }

        return new OtlpOwner(Attributes(list, around.Attributes), Text(scope), Text(version), j is null ? null : around, null);
    }

    private void Metric(JsonElement metric, OtlpOwner owner, (int Resource, int Scope, int Metric) at)
    {
        JsonElement given = default, measured = default;
        Array.Clear(data);
        foreach (var member in Members(metric))
        {
            switch (Name(member))
            {
                case var name when name.SequenceEqual("name"u8): given = member.Value; break;
                case var name when name.SequenceEqual("unit"u8): measured = member.Value; break;
                case var name when name.SequenceEqual("gauge"u8): data[0] = member.Value; break;
                case var name when name.SequenceEqual("sum"u8): data[1] = member.Value; break;
                case var name when name.SequenceEqual("histogram"u8): data[2] = member.Value; break;
                case var name when name.SequenceEqual("exponentialHistogram"u8): data[3] = member.Value; break;
                case var name when name.SequenceEqual("summary"u8): data[4] = member.Value; break;
            }
        }

        var fault = owner.Fault ?? (Kept(given) && Kept(measured) ? null : Fault(given, $"{Path(at)}.name") ?? Fault(measured, $"{Path(at)}.unit"));
        var (series, unit) = fault is null ? (Text(given), OtlpUnits.Of(Text(measured))) : (Path(at), null);
        for (var shape = 0; shape < Shapes.Length; shape++)
        {
            if (data[shape].ValueKind == JsonValueKind.Object)
            {
                Points(data[shape], new OtlpPlace(owner, series, unit, Shapes[shape], fault), at);
            }
        }
    }

    private void Points(JsonElement of, OtlpPlace place, (int Resource, int Scope, int Metric) at)
    {
        JsonElement points = default, monotonic = default, temporality = default;
        foreach (var member in Members(of))
        {
            var name = Name(member);
            points = name.SequenceEqual("dataPoints"u8) ? member.Value : points;
            monotonic = name.SequenceEqual("isMonotonic"u8) ? member.Value : monotonic;
            temporality = name.SequenceEqual("aggregationTemporality"u8) ? member.Value : temporality;
        }

        // Read once for all points; one that is no number is the fault of each of them.
        var rises = monotonic.ValueKind == JsonValueKind.True;
        var known = Temporality(temporality);
        var read = (OtlpPlace its, JsonElement point) => Point(its, point, rises, known, temporality);
        var i = 0;
        foreach (var point in List(points))
        {
            var its = place.Fault is not null || Kept(point)
                ? place
                : place with { Fault = Fault(point, $"{Path(at)}.{place.Shape}.dataPoints[{i}]") };
            i++;
            if (place.Shape == Unread)
            {
                harvest.Refuse(its, its.Fault ?? OtlpValues.Summary);
                continue;
            }

            harvest.Take(its, point, read);
        }
    }

    /// <param name="place">Place of the point.</param>
    /// <param name="point">The point.</param>
    /// <param name="rises">True for data that only rise.</param>
    /// <param name="known">The aggregation temporality; null when it is no number.</param>
    /// <param name="temporality">The same as written.</param>
    private OtlpPoint? Point(OtlpPlace place, JsonElement point, bool rises, long? known, JsonElement temporality)
    {
        JsonElement flags = default, own = default, start = default, at = default, asInt = default, asDouble = default;
        JsonElement bounds = default, counts = default;
        JsonElement scale = default, zero = default, threshold = default, positive = default, negative = default;
        foreach (var member in Members(point))
        {
            switch (Name(member))
            {
                case var name when name.SequenceEqual("attributes"u8): own = member.Value; break;
                case var name when name.SequenceEqual("startTimeUnixNano"u8): start = member.Value; break;
                case var name when name.SequenceEqual("timeUnixNano"u8): at = member.Value; break;
                case var name when name.SequenceEqual("asInt"u8): asInt = member.Value; break;
                case var name when name.SequenceEqual("asDouble"u8): asDouble = member.Value; break;
                case var name when name.SequenceEqual("flags"u8): flags = member.Value; break;
                case var name when name.SequenceEqual("explicitBounds"u8): bounds = member.Value; break;
                case var name when name.SequenceEqual("bucketCounts"u8): counts = member.Value; break;
                case var name when name.SequenceEqual("scale"u8): scale = member.Value; break;
                case var name when name.SequenceEqual("zeroCount"u8): zero = member.Value; break;
                case var name when name.SequenceEqual("zeroThreshold"u8): threshold = member.Value; break;
                case var name when name.SequenceEqual("positive"u8): positive = member.Value; break;
                case var name when name.SequenceEqual("negative"u8): negative = member.Value; break;
            }
        }

        return OtlpReadResult.Unrecorded(Whole(flags, "flags")) ? null : place.Point(
            Attributes(own, place.Owner.Attributes), Whole(start, "startTimeUnixNano"), Whole(at, "timeUnixNano"), place.Shape switch
            {
                "gauge" => OtlpValues.Gauge(Number(asInt, asDouble)),
                "sum" => OtlpValues.Sum(Number(asInt, asDouble), rises, Said()),
                "histogram" => OtlpValues.Histogram(Bounds(bounds), Counts(counts), Said()),
                "exponentialHistogram" => OtlpValues.Exponential(
                    Whole(scale, "scale"), Whole(zero, "zeroCount"),
                    threshold.ValueKind == JsonValueKind.Undefined ? 0 : Double(threshold, "zeroThreshold"),
                    Side(positive), Side(negative), Said()),
                _ => throw new InvalidOperationException($"No such shape: {place.Shape}."),
            });

        long Said() => known ?? throw NotWhole(temporality, "aggregationTemporality");
    }

    private static string Path((int Resource, int Scope, int Metric) at) => $"resourceMetrics[{at.Resource}].scopeMetrics[{at.Scope}].metrics[{at.Metric}]";

    private (long Offset, ImmutableArray<long> Counts) Side(JsonElement buckets)
    {
        JsonElement offset = default, counts = default;
        foreach (var member in Members(buckets))
        {
            var name = Name(member);
            offset = name.SequenceEqual("offset"u8) ? member.Value : offset;
            counts = name.SequenceEqual("bucketCounts"u8) ? member.Value : counts;
        }

        return (Whole(offset, "offset"), Counts(counts));
    }

    private ImmutableArray<double> Bounds(JsonElement list)
    {
        var bounds = ImmutableArray.CreateBuilder<double>(Few(list));
        foreach (var bound in List(list))
        {
            bounds.Add(Double(bound, "explicitBounds"));
        }

        return bounds.MoveToImmutable();
    }

    private ImmutableArray<long> Counts(JsonElement list)
    {
        var counts = ImmutableArray.CreateBuilder<long>(Few(list));
        foreach (var count in List(list))
        {
            counts.Add(Integer(count, "bucketCounts"));
        }

        return counts.MoveToImmutable();
    }

    /// <summary>Length of a list that is not too long; 0 for none.</summary>
    private int Few(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            return 0;
        }

        OtlpValues.Few(harvest.Buckets(list.GetArrayLength()));
        return list.GetArrayLength();
    }

    private static double Number(JsonElement asInt, JsonElement asDouble) =>
        asInt.ValueKind != JsonValueKind.Undefined ? Integer(asInt, "asInt")
        : asDouble.ValueKind != JsonValueKind.Undefined ? Double(asDouble, "asDouble")
        : throw OtlpValues.NoValue();

    /// <summary>0 for a missing or an unknown one; null for a value that is no whole number.</summary>
    private static long? Temporality(JsonElement given) => given.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => 0,
        JsonValueKind.String => JsonMarshal.GetRawUtf8Value(given) switch
        {
            var written when written.SequenceEqual("\"AGGREGATION_TEMPORALITY_DELTA\""u8) || written.SequenceEqual("\"1\""u8) => 1,
            var written when written.SequenceEqual("\"AGGREGATION_TEMPORALITY_CUMULATIVE\""u8) || written.SequenceEqual("\"2\""u8) => 2,
            _ => 0,
        },
        _ => TryWhole(given, out var number) ? number : null,
    };

    private OtlpAttributes Attributes(JsonElement list, OtlpAttributes over)
    {
        attributes.Clear();
        foreach (var attribute in List(list))
        {
            JsonElement key = default, value = default;
            foreach (var member in Members(attribute))
            {
                var name = Name(member);
                key = name.SequenceEqual("key"u8) ? member.Value : key;
                value = name.SequenceEqual("value"u8) ? member.Value : value;
            }

            if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject() is var kinds && kinds.MoveNext())
            {
                var one = kinds.Current.Value;
                attributes.Add(new(Text(key), one.ValueKind == JsonValueKind.String ? Text(one) : one.GetRawText()));
            }
        }

        // Points that differ in their numbers alone share their attributes.
        return before = before?.Same(over, CollectionsMarshal.AsSpan(attributes)) == true
            ? before
            : new OtlpAttributes(over, [.. attributes]);
    }

    /// <summary>True when every text of a value can be stored: almost always without a look at it.</summary>
    private bool Kept(JsonElement value) =>
        clean || value.ValueKind == JsonValueKind.Undefined || UnkeptText.IsClean(JsonMarshal.GetRawUtf8Value(value));

    /// <summary>Reason why a value cannot be part of a point: a text in it that cannot be stored.</summary>
    private static string? Fault(JsonElement value, string path) =>
        value.ValueKind != JsonValueKind.Undefined && UnkeptText.In(JsonMarshal.GetRawUtf8Value(value), path, most: 1) is [var unkept]
            ? $"{unkept.Path}: {unkept.Message}"
            : null;

    /// <summary>Members of an object, of several with one name the last counts; none of anything else.</summary>
    private static JsonElement.ObjectEnumerator Members(JsonElement of) =>
        of.ValueKind == JsonValueKind.Object ? of.EnumerateObject() : default;

    /// <summary>A name as written. The known names have no character that JSON escapes, except as <c>\u</c>, which is not clean.</summary>
    private ReadOnlySpan<byte> Name(JsonProperty member)
    {
        var written = JsonMarshal.GetRawUtf8PropertyName(member);
        return clean || !written.Contains((byte)'\\') ? written : Encoding.UTF8.GetBytes(member.Name);
    }

    private static JsonElement.ArrayEnumerator List(JsonElement list) =>
        list.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? default : list.EnumerateArray();

    private string Text(JsonElement text)
    {
        if (text.ValueKind != JsonValueKind.String)
        {
            return "";
        }

        var written = JsonMarshal.GetRawUtf8Value(text)[1..^1];
        return written.Contains((byte)'\\') ? text.GetString()! : texts.Of(written) ?? text.GetString()!;
    }

    private static long Whole(JsonElement number, string name) =>
        number.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? 0 : Integer(number, name);

    /// <summary>
    /// A whole number of 64 bits. Protocol Buffers' JSON mapping writes it as a text or a number and reads 42.0 and 4.2e1 as 42.
    /// </summary>
    private static long Integer(JsonElement value, string name) => TryWhole(value, out var number) ? number : throw NotWhole(value, name);

    private static bool TryWhole(JsonElement value, out long whole)
    {
        if (TryDigits(value, out whole))
        {
            return true;
        }

        var written = value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? JsonMarshal.GetRawUtf8Value(value) : default;
        if (written.Length is 0 or > LongestNumber)
        {
            return false;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out whole))
        {
            return true;
        }

        var near = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue;
        whole = near ? (long)number : 0;
        return near;
    }

    private static FormatException NotWhole(JsonElement value, string name) => new($"{name} must be a whole number of 64 bits, but is {Shown(value)}");

    /// <summary>Reads a whole number as almost every sender writes it, without a text of its own.</summary>
    private static bool TryDigits(JsonElement value, out long number)
    {
        var written = value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? JsonMarshal.GetRawUtf8Value(value) : default;
        written = value.ValueKind == JsonValueKind.String ? written[1..^1] : written;
        return Utf8Parser.TryParse(written, out number, out var length) && length == written.Length;
    }

    private static double Double(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String when JsonMarshal.GetRawUtf8Value(value).Length <= LongestNumber => value.GetString() switch
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

    private static FormatException NoNumber(JsonElement value, string name) => new($"{name} must be a number, but is {Shown(value)}");

    /// <summary>A value as errors quote it; only its beginning is read, because every point may have the same long one.</summary>
    private static string Shown(JsonElement value)
    {
        var written = JsonMarshal.GetRawUtf8Value(value);
        return Field.Short(Encoding.UTF8.GetString(written[..Math.Min(written.Length, MostShown)]));
    }
}
