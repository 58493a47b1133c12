using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Routing;

/// <summary>
/// A document as it is sent: its text, and the places in it of complete member sets. Those are written while they are sent: a million
/// members are 21 MB, which should not be held in memory.
/// </summary>
/// <param name="text">The text without those members.</param>
/// <param name="places">Their places, ascending.</param>
internal sealed class TableText(ReadOnlyMemory<byte> text, ImmutableArray<(int At, MemberSet Members)> places)
{
    /// <summary>Depth of the keys within <c>{ segments: [ { members: { … } } ] }</c>.</summary>
    private const int DepthOfMembers = 4;

    /// <summary>Total length in bytes.</summary>
    public long Length { get; } = text.Length + places.Sum(place => MemberText.Length(place.Members.Count));

    /// <summary>The document, piece by piece. A piece is valid until the next is requested.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces
    {
        get
        {
            var begin = 0;
            foreach (var (at, members) in places)
            {
                yield return text[begin..at];
                begin = at;
                foreach (var piece in MemberText.Pieces(members))
                {
                    yield return piece;
                }
            }

            yield return text[begin..];
        }
    }

    /// <summary>The text without members that are sent as a whole.</summary>
    public ReadOnlySpan<byte> Bare => text.Span;

    /// <summary>The inverse: a document with numbers in these places, and the texts (with quotes) that the numbers replace.</summary>
    public static (byte[] Bare, List<ReadOnlyMemory<byte>> Members) Split(ReadOnlyMemory<byte> document)
    {
        var reader = new Utf8JsonReader(document.Span);
        var (bare, members) = (new ArrayBufferWriter<byte>(), new List<ReadOnlyMemory<byte>>());
        var (inSegments, begin) = (false, 0);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            inSegments = reader.CurrentDepth == 1 ? reader.ValueTextEquals("segments"u8) : inSegments;
            if (inSegments && reader.CurrentDepth == DepthOfMembers && reader.ValueTextEquals("hashes"u8) && reader.Read()
                && reader.TokenType == JsonTokenType.String)
            {
                bare.Write(document.Span[begin..(int)reader.TokenStartIndex]);
                bare.Write(Encoding.UTF8.GetBytes(members.Count.ToString(CultureInfo.InvariantCulture)));
                begin = (int)reader.BytesConsumed;
                members.Add(document[(int)reader.TokenStartIndex..begin]);
            }
        }

        bare.Write(document.Span[begin..]);
        return (bare.WrittenSpan.ToArray(), members);
    }

    /// <summary>The whole document at once.</summary>
    public byte[] ToArray()
    {
        var (all, at) = (new byte[Length], 0);
        foreach (var piece in Pieces)
        {
            piece.Span.CopyTo(all.AsSpan(at));
            at += piece.Length;
        }

        return all;
    }

    /// <summary>The document with one more member, which is JSON.</summary>
    public TableText With(string name, ReadOnlySpan<byte> json) =>
        new((byte[])[.. text.Span[..^1], .. Encoding.UTF8.GetBytes($",\"{name}\":"), .. json, (byte)'}'], places);
}
