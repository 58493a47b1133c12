using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Routing;

/// <summary>Members as documents write them: base64 of 16 bytes each, the highest first.</summary>
internal static class MemberText
{
    private const int Size = 16;

    /// <summary>Members of a piece. Three are 48 bytes, which are exactly 64 characters.</summary>
    private const int Piece = 3 * 1024;

    /// <summary>Length of the text for so many members, in characters.</summary>
    public static long Length(int members) => ((((long)members * Size) + 2) / 3) * 4;

    /// <summary>All members of a set. A piece is valid until the next is requested.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Pieces(MemberSet members)
    {
        var most = Math.Min(members.Count, Piece);
        var (bytes, text) = (new byte[most * Size], new byte[Length(most)]);
        var (filled, left) = (0, members.Count);
        foreach (var run in members.Hashes)
        {
            for (var at = 0; at < run.Length; at++)
            {
                Write(bytes, filled++, run.Span[at]);
                left--;
                if (filled == most || left == 0)
                {
                    Base64.EncodeToUtf8(bytes.AsSpan(0, filled * Size), text, out _, out var written);
                    filled = 0;
                    yield return text.AsMemory(0, written);
                }
            }
        }
    }

    public static byte[] Bytes(ReadOnlySpan<MemberHash> members)
    {
        var bytes = new byte[members.Length * Size];
        for (var i = 0; i < members.Length; i++)
        {
            Write(bytes, i, members[i]);
        }

        return bytes;
    }

    /// <summary>
    /// The members of a JSON text, with its quotes. Read piece by piece: decoding it at once borrows an array of its length, which the
    /// process then keeps.
    /// </summary>
    public static ImmutableArray<MemberHash> Hashes(ReadOnlySpan<byte> quoted)
    {
        var text = quoted.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(JsonSerializer.Deserialize<string>(quoted)!) : quoted[1..^1];
        var hashes = new MemberHash[text.Length / 4 * 3 / Size];
        var bytes = new byte[Piece * Size];
        var count = 0;
        while (!text.IsEmpty)
        {
            var piece = text[..Math.Min(text.Length, (int)Length(Piece))];
            text = text[piece.Length..];
            if (Base64.DecodeFromUtf8(piece, bytes, out _, out var written) != OperationStatus.Done || written % Size != 0)
            {
                throw new FormatException("the members are not 16 bytes each in base64");
            }

            for (var at = 0; at < written; at += Size)
            {
                hashes[count++] = new MemberHash(BinaryPrimitives.ReadUInt128BigEndian(bytes.AsSpan(at)));
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(hashes);
    }

    private static void Write(byte[] bytes, int at, MemberHash member) =>
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(at * Size), member.Value);
}
