using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Orchestrator.Domain.Segments;

/// <summary>The actual additions and removals since a set; both ascending.</summary>
internal sealed record MemberChange(MemberMark From, MemberHash[] Added, MemberHash[] Removed)
{
    public int Size => Added.Length + Removed.Length;
}

/// <summary>
/// Identity of a set: the sum of its hashes (modulo 2^128) and their number, which a change updates without reading the other members.
/// Hashes are as good as random, so two sets never agree by mistake. An attacker who may change the members could make two agree, but has
/// easier ways.
/// </summary>
internal sealed class MemberMark(byte[] memberKey, int count, UInt128 total)
{
    private string? _tag;

    public int Count => count;

    public UInt128 Total => total;

    public string Tag => _tag ??= MakeTag();

    public static UInt128 Sum(ReadOnlySpan<MemberHash> members)
    {
        UInt128 sum = 0;
        foreach (var member in members)
        {
            sum = unchecked(sum + member.Value);
        }

        return sum;
    }

    private string MakeTag()
    {
        var text = new byte[20 + memberKey.Length];
        BinaryPrimitives.WriteInt32BigEndian(text, count);
        BinaryPrimitives.WriteUInt128BigEndian(text.AsSpan(4), total);
        memberKey.CopyTo(text, 20);
        return Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, 12));
    }
}
