using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Domain.Events;

/// <summary>
/// The chain that makes a stream tamper-evident: each hash covers the event and the hash before it, so an event that was
/// edited, dropped or moved breaks every hash after it. A cut tail does not show here; exported checkpoints find that.
/// </summary>
public static class HashChain
{
    /// <summary>What stands before the first event of a stream: 32 zero bytes.</summary>
    public static readonly ReadOnlyMemory<byte> Origin = new byte[32];

    /// <summary>The hash of an event that follows <paramref name="previous"/>. Fields are length-prefixed, so no two events share an encoding.</summary>
    public static byte[] Next(
        ReadOnlySpan<byte> previous, string stream, long version, Guid id, string type, int schema, DateTimeOffset at, Actor actor,
        string? cause, string? correlation, string commandId, ReadOnlySpan<byte> data)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(previous);
        Text(sha, stream);
        Number(sha, version);
        sha.AppendData(id.ToByteArray(bigEndian: true));
        Text(sha, type);
        Number(sha, schema);
        Number(sha, at.UtcTicks);
        Number(sha, (long)actor.Kind);
        Text(sha, actor.Id);
        Text(sha, actor.Role);
        Text(sha, cause);
        Text(sha, correlation);
        Text(sha, commandId);
        Number(sha, data.Length);
        sha.AppendData(data);
        return sha.GetHashAndReset();
    }

    /// <summary>The hash that <paramref name="recorded"/> should carry when it follows <paramref name="previous"/>.</summary>
    public static byte[] Expected(ReadOnlySpan<byte> previous, RecordedEvent recorded) => Next(
        previous, recorded.Stream, recorded.Version, recorded.Id, recorded.Type, recorded.Schema, recorded.At, recorded.Actor,
        recorded.Cause, recorded.Correlation, recorded.CommandId, recorded.Data.Span);

    /// <summary>Version of <see cref="FirstBreak"/>; null when intact.</summary>
    public static long? FirstBroken(IEnumerable<RecordedEvent> stream) => FirstBreak(stream)?.Version;

    /// <summary>Walks a whole stream from its first event; null when intact, else the first place that does not fit.</summary>
    public static ChainBreak? FirstBreak(IEnumerable<RecordedEvent> stream)
    {
        var end = ChainEnd.Origin;
        foreach (var recorded in stream)
        {
            if (!end.IsFollowedBy(recorded))
            {
                return ChainBreak.After(end, recorded);
            }

            end = ChainEnd.Of(recorded);
        }

        return null;
    }

    private static void Number(IncrementalHash sha, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        sha.AppendData(bytes);
    }

    private static void Text(IncrementalHash sha, string? value)
    {
        // Absent and empty are different facts.
        Number(sha, value is null ? -1 : Encoding.UTF8.GetByteCount(value));
        if (value is not null)
        {
            sha.AppendData(Encoding.UTF8.GetBytes(value));
        }
    }
}
