using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Domain.Segments;

/// <summary>
/// A member as events store it: the first 128 bits of HMAC-SHA-256 over the UTF-8 of the user's key. Written as 32 hex digits.
/// </summary>
[JsonConverter(typeof(MemberHashJson))]
public readonly record struct MemberHash(UInt128 Value) : IComparable<MemberHash>
{
    /// <summary>The hash of a user's key (UTF-8) under a segment's key. Allocates nothing.</summary>
    public static MemberHash Of(ReadOnlySpan<byte> userKey, ReadOnlySpan<byte> memberKey)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(memberKey, userKey, mac);
        return new MemberHash(BinaryPrimitives.ReadUInt128BigEndian(mac));
    }

    /// <summary>The hash of a user's key under a segment's key.</summary>
    public static MemberHash Of(string userKey, ReadOnlySpan<byte> memberKey) => Of(Encoding.UTF8.GetBytes(userKey), memberKey);

    /// <inheritdoc />
    public int CompareTo(MemberHash other) => Value.CompareTo(other.Value);

    /// <inheritdoc />
    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}

/// <summary>32 hex digits.</summary>
internal sealed class MemberHashJson : JsonConverter<MemberHash>
{
    public override MemberHash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        UInt128.TryParse(reader.GetString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? new MemberHash(value)
            : throw new JsonException("not a member hash");

    public override void Write(Utf8JsonWriter writer, MemberHash value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
