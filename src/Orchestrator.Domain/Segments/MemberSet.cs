using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Domain.Segments;

/// <summary>A member as events know it: the first 128 bits of HMAC-SHA-256 over the UTF-8 of the user's key. Written as 32 hex digits.</summary>
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

/// <summary>
/// The opted-in members of a segment. Immutable; a sorted array, because a segment may have a million members and each change makes
/// a new set: 16 bytes a member, and a change is one linear merge.
/// </summary>
public sealed class MemberSet
{
    private readonly MemberHash[] _sorted;
    private readonly byte[] _memberKey;
    private string? _tag;

    private MemberSet(MemberHash[] sorted, byte[] memberKey) => (_sorted, _memberKey) = (sorted, memberKey);

    /// <summary>Nobody, under no key.</summary>
    public static MemberSet Empty { get; } = new([], []);

    /// <summary>Nobody yet, under the segment's key.</summary>
    public static MemberSet Under(ReadOnlySpan<byte> memberKey) => new([], memberKey.ToArray());

    /// <summary>How many.</summary>
    public int Count => _sorted.Length;

    /// <summary>The members, ascending.</summary>
    public ReadOnlySpan<MemberHash> Hashes => _sorted;

    /// <summary>The segment's key for <see cref="MemberHash"/>.</summary>
    public ReadOnlySpan<byte> MemberKey => _memberKey;

    /// <summary>The same for the same members under the same key, whoever folded them. Made at the first question.</summary>
    public string Tag => _tag ??= MakeTag();

    /// <summary>Whether the user with this key (UTF-8) is a member.</summary>
    public bool Contains(ReadOnlySpan<byte> userKey) => _sorted.Length > 0 && Contains(MemberHash.Of(userKey, _memberKey));

    /// <summary>Whether this hash is a member.</summary>
    public bool Contains(MemberHash member) => Array.BinarySearch(_sorted, member) >= 0;

    /// <summary>The set with some more and some fewer; removal beats addition.</summary>
    public MemberSet With(ImmutableArray<MemberHash> added, ImmutableArray<MemberHash> removed)
    {
        var plus = added.Order().ToArray();
        var minus = removed.Order().ToArray();
        var merged = new List<MemberHash>(_sorted.Length + plus.Length);
        for (int i = 0, p = 0, m = 0; i < _sorted.Length || p < plus.Length;)
        {
            var next = p == plus.Length || (i < _sorted.Length && _sorted[i].CompareTo(plus[p]) <= 0) ? _sorted[i++] : plus[p++];
            while (m < minus.Length && minus[m].CompareTo(next) < 0)
            {
                m++;
            }

            var gone = m < minus.Length && minus[m] == next;
            if (!gone && (merged.Count == 0 || merged[^1] != next))
            {
                merged.Add(next);
            }
        }

        return new MemberSet([.. merged], _memberKey);
    }

    private string MakeTag()
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(_memberKey);
        sha.AppendData(MemoryMarshal.AsBytes(_sorted.AsSpan()));
        return Convert.ToHexStringLower(sha.GetHashAndReset().AsSpan(0, 12));
    }
}

/// <summary>32 hex digits.</summary>
internal sealed class MemberHashJson : JsonConverter<MemberHash>
{
    public override MemberHash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        UInt128.TryParse(reader.GetString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? new MemberHash(value)
            : throw new JsonException("not a member hash");

    public override void Write(Utf8JsonWriter writer, MemberHash value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
