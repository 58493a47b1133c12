using System.Text;
using Orchestrator.Domain.Metrics.Otlp;
using static Orchestrator.Domain.Tests.Metrics.Otlp.Wire;

namespace Orchestrator.Domain.Tests.Metrics.Otlp;

/// <summary>The other encoding of the same exports: what the JSON one gives, and the odd messages that only bytes can be.</summary>
public sealed class OtlpProtobufTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void Both_encodings_of_one_export_give_the_same_points()
    {
        var json = OtlpReader.Read(Encoding.UTF8.GetBytes("""
            { "resourceMetrics": [ { "resource": { "attributes": [ { "key": "feature_flag.result.variant", "value": { "stringValue": "new" } } ] },
              "scopeMetrics": [ { "scope": { "name": "chat" }, "metrics": [
                { "name": "memory", "unit": "MBy", "gauge": { "dataPoints": [ { "timeUnixNano": "15000000000", "asDouble": 41.5, "attributes": [ { "key": "host", "value": { "stringValue": "a" } } ] } ] } },
                { "name": "requests", "sum": { "isMonotonic": true, "aggregationTemporality": 2, "dataPoints": [ { "startTimeUnixNano": "1000000000", "timeUnixNano": "15000000000", "asInt": "40" } ] } },
                { "name": "response_time", "unit": "s", "histogram": { "aggregationTemporality": 1, "dataPoints": [ { "timeUnixNano": "15000000000", "bucketCounts": ["1", "2", "3"], "explicitBounds": [0.1, 0.5] } ] } },
                { "name": "queue_time", "exponentialHistogram": { "aggregationTemporality": 2, "dataPoints": [ { "timeUnixNano": "15000000000", "scale": -1, "zeroCount": "2",
                  "positive": { "offset": -3, "bucketCounts": ["4", "0", "1"] }, "zeroThreshold": 0.5 } ] } } ] } ] } ] }
            """));

        var points = OtlpReader.ReadProtobuf(Export(
            Message(Text(1, "memory"), Text(3, "MBy"), Bytes(5, Bytes(1, Message(Fixed(3, 15 * Second), Double(4, 41.5), Attribute(7, "host", "a"))))),
            Message(Text(1, "requests"),
                Bytes(7, Message(Bytes(1, Message(Fixed(2, Second), Fixed(3, 15 * Second), Fixed(6, 40))), Number(2, 2), Number(3, 1)))),
            Message(Text(1, "response_time"), Text(3, "s"), Bytes(9, Message(
                Bytes(1, Message(Fixed(3, 15 * Second), PackedFixed(6, 1, 2, 3),
                    PackedFixed(7, BitConverter.DoubleToInt64Bits(0.1), BitConverter.DoubleToInt64Bits(0.5)))), Number(2, 1)))),
            Message(Text(1, "queue_time"), Bytes(10, Message(Bytes(1, Message(
                Fixed(3, 15 * Second), Signed(6, -1), Fixed(7, 2), Bytes(8, Message(Signed(1, -3), PackedVarints(2, 4, 0, 1))),
                Double(14, 0.5))), Number(2, 2))))));

        Assert.Empty(points.Errors);
        Assert.Equal(4, points.Points.Length);
        Assert.Equal(json.Points.Select(Shown), points.Points.Select(Shown));
    }

    [Fact]
    public void Unknown_fields_are_skipped_and_lists_need_not_be_packed()
    {
        var point = Message(
            Text(99, "?"), Number(98, 7), Fixed(97, 7), [0xc5, 0x06, 1, 2, 3, 4], Fixed(3, 15 * Second),
            Fixed(6, 1), Fixed(6, 2), Double(7, 0.1), Bytes(8, 1, 2, 3), Double(5, 3.5), Double(11, 0), Double(12, 9));

        var export = OtlpReader.ReadProtobuf(
            Message(Text(7, "?"), Export(Message(Text(2, "told"), Text(1, "t"), Bytes(9, Message(Number(2, 1), Bytes(1, point)))))));

        Assert.Equal([1, 2], Assert.IsType<OtlpValue.Histogram>(Assert.Single(export.Points).Value).Counts);
    }

    [Fact]
    public void Order_of_fields_is_free()
    {
        var metric = Message(Bytes(7, Message(Number(3, 1), Number(2, 1), Bytes(1, Fixed(6, 5)))), Text(1, "requests"));

        var point = Assert.Single(OtlpReader.ReadProtobuf(Bytes(1, Message(
            Bytes(2, Message(Bytes(2, metric), Bytes(1, Text(1, "chat")))), Bytes(1, Attribute(1, "variant", "new"))))).Points);

        Assert.Equal(("requests", "new", new OtlpValue.Sum(5, false)), (point.Metric, point.Attributes.GetValueOrDefault("variant"), point.Value));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void Point_that_cannot_be_read_is_counted_and_told_and_takes_no_other_with_it(byte[] point, string error)
    {
        var export = OtlpReader.ReadProtobuf(Export(Message(Text(1, "memory"), Bytes(5, Message(Bytes(1, point), Bytes(1, Fixed(6, 7)))))));

        Assert.Equal((1, 1), (export.Rejected, export.Points.Length));
        Assert.Contains(error, Assert.Single(export.Errors), StringComparison.Ordinal);
    }

    public static TheoryData<byte[], string> Broken => new()
    {
        { Double(4, double.NaN), "memory: the value is NaN, which is not a measurement" },
        { Double(4, double.PositiveInfinity), "memory: the value is Infinity" },
        { Fixed(3, 1), "memory: there is no value" },
        { [0x31, 1, 2], "memory: field 6 should have 8 bytes, but 2 are left" },
        { Number(6, 1), "memory: field 6 should be eight bytes, but has the wire type 0" },
        { [0x33], "memory: field 6 has the wire type 3" },
        { [0x00], "memory: 0 is not a field number" },
        { [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], "memory: a number has more than 10 bytes" },
        { Message(Fixed(6, 1), Bytes(7, Message(Text(1, "a"), Bytes(2, Bytes(1, 0xed, 0xa0, 0x80))))), "memory: the text of field 1 is not UTF-8" },
        { Message(Fixed(6, 1), Attribute(7, "a", "\0")), "memory: the text '?' contains U+0000" },
    };

    [Fact]
    public void Resource_with_a_text_that_is_none_takes_only_its_own_points_with_it()
    {
        byte[] Resource(params byte[] value) => Bytes(1, Message(
            Bytes(1, Bytes(1, Message(Text(1, "variant"), Bytes(2, Bytes(1, value))))),
            Bytes(2, Bytes(2, Message(Text(1, "memory"), Bytes(5, Bytes(1, Fixed(6, 7))))))));

        var export = OtlpReader.ReadProtobuf(Message(Resource(0xff), Resource("new"u8.ToArray())));

        Assert.Equal((1, "new", null), (export.Rejected, Assert.Single(export.Points).Attributes.GetValueOrDefault("variant"), export.Malformed));
        Assert.Contains("the resource: the text of field 1 is not UTF-8", Assert.Single(export.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0x0a }, "the bytes end within a number")]
    [InlineData(new byte[] { 0x0a, 0x7f, 0x01 }, "field 1 should have 127 bytes, but 1 are left")]
    [InlineData(new byte[] { 0x08, 0x01 }, "field 1 should be bytes, but has the wire type 0")]
    [InlineData(new byte[] { 0x7b, 0x7d }, "field 15 has the wire type 3")]
    public void Body_that_is_no_export_is_malformed(byte[] body, string error) =>
        Assert.Equal($"the body is no ExportMetricsServiceRequest: {error}", OtlpReader.ReadProtobuf(body).Malformed?.Split(", which is none")[0]);

    [Fact]
    public void Empty_body_is_an_export_of_nothing() =>
        Assert.Equal((0, null), (OtlpReader.ReadProtobuf(default).Points.Length, OtlpReader.ReadProtobuf(default).Malformed));

    /// <summary>A record compares its lists by reference.</summary>
    private static string Shown(OtlpPoint point) =>
        $"{point.Sender} {point.Stream} {point.Metric} {point.Unit} {point.Start} {point.At} " + string.Join(' ', new[] { "feature_flag.result.variant", "host" }.Select(point.Attributes.GetValueOrDefault)) + point.Value switch
        {
            OtlpValue.Histogram one => $"{string.Join(',', one.Bounds)} {string.Join(',', one.Counts)} {one.Cumulative}",
            OtlpValue.Exponential one => $"{one.Scale} {one.Zero} {one.ZeroThreshold} {string.Join(',', one.Positive)} {string.Join(',', one.Negative)} {one.Cumulative}",
            var other => other.ToString(),
        };
}
