using System.Text;

namespace Orchestrator.Silo.Tests.Sources;

/// <summary>Small exports in Protocol Buffers. Every message is shorter than 128 bytes, so that each length is one byte.</summary>
internal static class OtlpMessages
{
    /// <summary>A delta of the counter <c>requests</c>.</summary>
    public static byte[] Requests(string variant, byte count, string? rollout = null)
    {
        byte[] point = [0x31, count, 0, 0, 0, 0, 0, 0, 0, .. Attribute(7, "variant", variant), .. rollout is null ? [] : Attribute(7, "rollout", rollout)];
        byte[] sum = [.. Bytes(1, point), 0x10, 1, 0x18, 1];
        return Bytes(1, Bytes(2, Bytes(2, [.. Bytes(1, "requests"u8.ToArray()), .. Bytes(7, sum)])));
    }

    private static byte[] Attribute(int field, string key, string value) => Bytes(field, [.. Bytes(1, Encoding.UTF8.GetBytes(key)), .. Bytes(2, Bytes(1, Encoding.UTF8.GetBytes(value)))]);

    private static byte[] Bytes(int field, byte[] value) => value.Length < 128 ? [(byte)((field << 3) | 2), (byte)value.Length, .. value] : throw new ArgumentException("too long", nameof(value));
}
