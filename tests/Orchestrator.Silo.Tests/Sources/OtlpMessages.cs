using System.IO.Compression;
using System.Text;

namespace Orchestrator.Silo.Tests.Sources;

/// <summary>Small exports in Protocol Buffers.</summary>
internal static class OtlpMessages
{
    /// <summary>A delta of the counter <c>requests</c>.</summary>
    public static byte[] Requests(string variant, byte count, string? rollout = null)
    {
        byte[] point = [0x31, count, 0, 0, 0, 0, 0, 0, 0, .. Attribute(7, "variant", variant),
            .. rollout is null ? [] : Attribute(7, "rollout", rollout)];
        byte[] sum = [.. Bytes(1, point), 0x10, 1, 0x18, 1];
        return Bytes(1, Bytes(2, Bytes(2, [.. Bytes(1, "requests"u8.ToArray()), .. Bytes(7, sum)])));
    }

    /// <summary>Deltas of the histogram <c>response_time</c>, explicit and exponential.</summary>
    public static byte[] Histograms(string variant)
    {
        byte[] counts = [.. Bytes(6, [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]), .. Bytes(7, BitConverter.GetBytes(0.1)),
            .. Attribute(9, "variant", variant)];
        byte[] exponential = [0x30, 2, 0x39, 1, 0, 0, 0, 0, 0, 0, 0, .. Bytes(8, [0x08, 2, 0x12, 2, 3, 4]), .. Attribute(1, "variant", variant)];
        return Bytes(1, Bytes(2, [.. Metric(9, counts), .. Metric(10, exponential)]));

        static byte[] Metric(int shape, byte[] point) =>
            Bytes(2, [.. Bytes(1, "response_time"u8.ToArray()), .. Bytes(shape, [.. Bytes(1, point), 0x10, 1])]);
    }

    public static byte[] Gzip(byte[] message)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(message);
        }

        return compressed.ToArray();
    }

    private static byte[] Attribute(int field, string key, string value) =>
        Bytes(field, [.. Bytes(1, Encoding.UTF8.GetBytes(key)), .. Bytes(2, Bytes(1, Encoding.UTF8.GetBytes(value)))]);

    private static byte[] Bytes(int field, byte[] value) => value.Length < 128 ? [(byte)((field << 3) | 2), (byte)value.Length, .. value]
        : value.Length < 16_384 ? [(byte)((field << 3) | 2), (byte)(value.Length | 0x80), (byte)(value.Length >> 7), .. value]
        : throw new ArgumentException("too long", nameof(value));
}
