using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Domain.Segments;

/// <summary>A set of members as stored state: its hashes are one text, 16 bytes each, in Base64.</summary>
internal sealed class MemberSetJson : JsonConverter<MemberSet>
{
    private const int HashBytes = 16;

    public override MemberSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var stored = JsonSerializer.Deserialize<Stored>(ref reader, options) ?? throw new JsonException("no set of members");
        return MemberSet.Of(
            stored.Key, Hashes(stored.Members),
            [
                .. stored.Changes.Select(change => new MemberChange(
                    new MemberMark(stored.Key, change.Count, BinaryPrimitives.ReadUInt128BigEndian(change.Total)), Hashes(change.Added),
                    Hashes(change.Removed))),
            ]);
    }

    public override void Write(Utf8JsonWriter writer, MemberSet value, JsonSerializerOptions options) => JsonSerializer.Serialize(
        writer,
        new Stored(
            value.MemberKey.ToArray(), Bytes(value.Hashes, value.Count),
            [
                .. value.Changes.Select(change => new StoredChange(
                    change.From.Count, Bytes([new[] { new MemberHash(change.From.Total) }], 1), Bytes([change.Added], change.Added.Length),
                    Bytes([change.Removed], change.Removed.Length))),
            ]),
        options);

    private static byte[] Bytes(IEnumerable<ReadOnlyMemory<MemberHash>> runs, int count)
    {
        var (bytes, at) = (new byte[count * HashBytes], 0);
        foreach (var run in runs)
        {
            foreach (var member in run.Span)
            {
                BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(at), member.Value);
                at += HashBytes;
            }
        }

        return bytes;
    }

    private static MemberHash[] Hashes(byte[] bytes)
    {
        var hashes = new MemberHash[bytes.Length / HashBytes];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = new MemberHash(BinaryPrimitives.ReadUInt128BigEndian(bytes.AsSpan(i * HashBytes)));
        }

        return hashes;
    }

    private sealed record Stored(byte[] Key, byte[] Members, StoredChange[] Changes);

    /// <param name="Count">Members before the change.</param>
    /// <param name="Total">Their sum; 16 bytes.</param>
    /// <param name="Added">Additions, ascending.</param>
    /// <param name="Removed">Removals, ascending.</param>
    private sealed record StoredChange(int Count, byte[] Total, byte[] Added, byte[] Removed);
}
