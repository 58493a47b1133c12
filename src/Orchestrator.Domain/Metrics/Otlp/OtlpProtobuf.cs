using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Metrics.Otlp;

/// <summary>
/// The Protocol Buffers encoding of an export: of opentelemetry-proto's <c>metrics.proto</c>, <c>resource.proto</c> and <c>common.proto</c>
/// the fields that become a point. Order of fields is free in the format, so each message is read once for the attributes of its points,
/// and once for the points.
/// </summary>
/// <param name="harvest">Takes the points.</param>
internal sealed class OtlpProtobuf(OtlpReadResult harvest)
{
    private static readonly ImmutableDictionary<int, string> Shapes = ImmutableDictionary<int, string>.Empty
        .Add(5, "gauge").Add(7, "sum").Add(9, "histogram").Add(10, "exponentialHistogram").Add(11, "summary");

    public void Request(ReadOnlyMemory<byte> message)
    {
        var fields = new ProtobufFields(message.Span);
        while (fields.Next())
        {
            if (fields.Field == 1)
            {
                Resource(fields.Bytes);
            }
        }
    }

    private void Resource(ReadOnlySpan<byte> message)
    {
        var owner = OtlpOwner.None;
        for (var fields = new ProtobufFields(message); fields.Next();)
        {
            owner = fields.Field == 1 ? Owner(fields.Bytes, OtlpOwner.None, attributes: 1, name: 0, version: 0) : owner;
        }

        for (var fields = new ProtobufFields(message); fields.Next();)
        {
            if (fields.Field == 2)
            {
                Scope(fields.Bytes, owner);
            }
        }
    }

    private void Scope(ReadOnlySpan<byte> message, OtlpOwner resource)
    {
        var owner = new OtlpOwner(new OtlpAttributes(resource.Attributes), "", "", resource, resource.Fault);
        for (var fields = new ProtobufFields(message); fields.Next();)
        {
            owner = fields.Field == 1 ? Owner(fields.Bytes, resource, attributes: 3, name: 1, version: 2) : owner;
        }

        for (var fields = new ProtobufFields(message); fields.Next();)
        {
            if (fields.Field == 2)
            {
                Metric(fields.Bytes, owner);
            }
        }
    }

    private static OtlpOwner Owner(ReadOnlySpan<byte> message, OtlpOwner around, int attributes, int name, int version)
    {
        try
        {
            List<KeyValuePair<string, string>> all = [];
            var (scope, of) = ("", "");
            for (var fields = new ProtobufFields(message); fields.Next();)
            {
                if (fields.Field == attributes)
                {
                    Attribute(fields.Bytes, all);
                }

                scope = fields.Field == name ? Kept(fields.Text) : scope;
                of = fields.Field == version ? Kept(fields.Text) : of;
            }

            return new OtlpOwner(new OtlpAttributes(around.Attributes, [.. all]), scope, of, name == 0 ? null : around, around.Fault);
        }
        catch (FormatException broken)
        {
            return around with { Fault = around.Fault ?? $"the {(name == 0 ? "resource" : "scope")}: {broken.Message}" };
        }
    }

    private void Metric(ReadOnlySpan<byte> message, OtlpOwner owner)
    {
        var (name, unit, fault) = ("", "", owner.Fault);
        for (var fields = new ProtobufFields(message); fields.Next();)
        {
            try
            {
                name = fields.Field == 1 ? Kept(fields.Text) : name;
                unit = fields.Field == 3 ? Kept(fields.Text) : unit;
            }
            catch (FormatException broken)
            {
                fault ??= broken.Message;
            }
        }

        for (var fields = new ProtobufFields(message); fields.Next();)
        {
            if (Shapes.TryGetValue(fields.Field, out var shape))
            {
                Points(fields.Bytes, new OtlpPlace(owner, name, OtlpUnits.Of(unit), shape, fault));
            }
        }
    }

    private void Points(ReadOnlySpan<byte> data, OtlpPlace place)
    {
        var (temporality, monotonic) = (0L, false);
        for (var fields = new ProtobufFields(data); fields.Next();)
        {
            temporality = fields.Field == 2 ? fields.Integer : temporality;
            monotonic = fields.Field == 3 ? fields.Integer != 0 : monotonic;
        }

        Func<OtlpPlace, byte[], OtlpPoint?> read = place.Shape switch
        {
            "gauge" => (of, point) => Number(point, of, OtlpValues.Gauge),
            "sum" => (of, point) => Number(point, of, value => OtlpValues.Sum(value, monotonic, temporality)),
            "histogram" => (of, point) => Histogram(point, of, temporality),
            "exponentialHistogram" => (of, point) => Exponential(point, of, temporality),
            _ => (_, _) => throw new FormatException(OtlpValues.Summary),
        };
        for (var fields = new ProtobufFields(data); fields.Next();)
        {
            if (fields.Field == 1)
            {
                harvest.Take(place, fields.Bytes.ToArray(), read);
            }
        }
    }

    private static OtlpPoint? Number(ReadOnlySpan<byte> message, OtlpPlace place, Func<double, OtlpValue> read)
    {
        List<KeyValuePair<string, string>> own = [];
        var (start, at, flags, value) = (0L, 0L, 0L, (double?)null);
        for (var fields = new ProtobufFields(message); fields.Next();)
        {
            switch (fields.Field)
            {
                case 2: start = fields.Fixed; break;
                case 3: at = fields.Fixed; break;
                case 4: value = fields.Double; break;
                case 6: value = fields.Fixed; break;
                case 7: Attribute(fields.Bytes, own); break;
                case 8: flags = fields.Integer; break;
            }
        }

        return OtlpReadResult.Unrecorded(flags) ? null : place.Point(own, start, at, read(value ?? throw OtlpValues.NoValue()));
    }

    private OtlpPoint? Histogram(ReadOnlySpan<byte> message, OtlpPlace place, long temporality)
    {
        List<KeyValuePair<string, string>> own = [];
        var (start, at, flags) = (0L, 0L, 0L);
        List<long> counts = [], bounds = [];
        for (var fields = new ProtobufFields(message); fields.Next();)
        {
            switch (fields.Field)
            {
                case 2: start = fields.Fixed; break;
                case 3: at = fields.Fixed; break;
                case 6: fields.AddFixed(counts); break;
                case 7: fields.AddFixed(bounds); break;
                case 9: Attribute(fields.Bytes, own); break;
                case 10: flags = fields.Integer; break;
            }
        }

        OtlpValues.Few(harvest.Buckets(counts.Count));
        return OtlpReadResult.Unrecorded(flags) ? null : place.Point(
            own, start, at, OtlpValues.Histogram([.. bounds.Select(BitConverter.Int64BitsToDouble)], [.. counts], temporality));
    }

    private OtlpPoint? Exponential(ReadOnlySpan<byte> message, OtlpPlace place, long temporality)
    {
        List<KeyValuePair<string, string>> own = [];
        var (start, at, flags, scale, zero, threshold) = (0L, 0L, 0L, 0L, 0L, 0d);
        (long Offset, ImmutableArray<long> Counts) positive = (0, []), negative = (0, []);
        for (var fields = new ProtobufFields(message); fields.Next();)
        {
            switch (fields.Field)
            {
                case 1: Attribute(fields.Bytes, own); break;
                case 2: start = fields.Fixed; break;
                case 3: at = fields.Fixed; break;
                case 6: scale = fields.Signed; break;
                case 7: zero = fields.Fixed; break;
                case 8: positive = Side(fields.Bytes); break;
                case 9: negative = Side(fields.Bytes); break;
                case 10: flags = fields.Integer; break;
                case 14: threshold = fields.Double; break;
            }
        }

        return OtlpReadResult.Unrecorded(flags)
            ? null
            : place.Point(own, start, at, OtlpValues.Exponential(scale, zero, threshold, positive, negative, temporality));
    }

    private (long Offset, ImmutableArray<long> Counts) Side(ReadOnlySpan<byte> message)
    {
        var offset = 0L;
        List<long> counts = [];
        for (var fields = new ProtobufFields(message); fields.Next();)
        {
            switch (fields.Field)
            {
                case 1: offset = fields.Signed; break;
                case 2: fields.AddVarints(counts); break;
            }
        }

        OtlpValues.Few(harvest.Buckets(counts.Count));
        return (offset, [.. counts]);
    }

    /// <summary>A <c>KeyValue</c>. Lists, mappings and bytes only distinguish streams, so they stay as they came.</summary>
    private static void Attribute(ReadOnlySpan<byte> message, List<KeyValuePair<string, string>> into)
    {
        var key = "";
        string? value = null;
        for (var fields = new ProtobufFields(message); fields.Next();)
        {
            key = fields.Field == 1 ? Kept(fields.Text) : key;
            value = fields.Field == 2 ? AnyValue(fields.Bytes) : value;
        }

        if (value is not null)
        {
            into.Add(new(key, value));
        }
    }

    private static string? AnyValue(ReadOnlySpan<byte> message)
    {
        string? value = null;
        for (var fields = new ProtobufFields(message); fields.Next();)
        {
            value = fields.Field switch
            {
                1 => Kept(fields.Text),
                2 => fields.Integer == 0 ? "false" : "true",
                3 => fields.Integer.ToString(CultureInfo.InvariantCulture),
                4 => fields.Double.ToString("R", CultureInfo.InvariantCulture),
                5 or 6 or 7 => Convert.ToBase64String(fields.Bytes),
                _ => value,
            };
        }

        return value;
    }

    private static string Kept(string text) => UnkeptText.Rule(text) is { } rule ? throw new FormatException($"the text '{Field.Short(text.Replace('\0', '?'))}' {rule}") : text;
}
