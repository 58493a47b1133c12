using System.Buffers.Binary;
using System.Text;

namespace Orchestrator.Domain.Tests.Metrics.Otlp;

/// <summary>Messages in the Protocol Buffers wire format, field by field, as no generated code would write them.</summary>
internal static class Wire
{
    public static byte[] Message(params byte[][] fields) => [.. fields.SelectMany(field => field)];

    public static byte[] Bytes(int field, params byte[] value) =>
        [.. Varint((ulong)((field << 3) | 2)), .. Varint((ulong)value.Length), .. value];

    public static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public static byte[] Number(int field, long value) => [.. Varint((ulong)(field << 3)), .. Varint((ulong)value)];

    public static byte[] Signed(int field, long value) => Number(field, (value << 1) ^ (value >> 63));

    public static byte[] Fixed(int field, long value) => [.. Varint((ulong)((field << 3) | 1)), .. Eight(value)];

    public static byte[] Double(int field, double value) => Fixed(field, BitConverter.DoubleToInt64Bits(value));

    public static byte[] PackedFixed(int field, params long[] values) => Bytes(field, [.. values.SelectMany(Eight)]);

    public static byte[] PackedVarints(int field, params long[] values) =>
        Bytes(field, [.. values.SelectMany(value => Varint((ulong)value))]);

    /// <summary>A <c>KeyValue</c> with a text.</summary>
    public static byte[] Attribute(int field, string key, string value) => Bytes(field, Message(Text(1, key), Bytes(2, Text(1, value))));

    /// <summary>An export of one resource with the variant new and one scope named chat.</summary>
    public static byte[] Export(params byte[][] metrics) => Bytes(1, Message(
        Bytes(1, Attribute(1, "feature_flag.result.variant", "new")),
        Bytes(2, Message([Bytes(1, Text(1, "chat")), .. metrics.Select(metric => Bytes(2, metric))]))));

    private static byte[] Eight(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
