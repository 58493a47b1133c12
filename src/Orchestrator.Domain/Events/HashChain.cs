using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Domain.Events;

/// <summary>
/// The chain that makes a stream tamper-evident: each hash covers the event and the hash before it, so an event that was
/// edited, dropped or moved breaks every hash after it. A cut tail is not visible here; exported checkpoints find that.
/// </summary>
public static class HashChain
{
    /// <summary>The hash before the first event of a stream: 32 zero bytes.</summary>
    public static readonly ReadOnlyMemory<byte> Origin = new byte[32];

    /// <summary>
    /// The hash of an event that follows <paramref name="previous"/>. Fields are length-prefixed, so no two events share an encoding.
    /// </summary>
    public static byte[] Next(
        ReadOnlySpan<byte> previous, string stream, long version, Guid id, string type, int schema, DateTimeOffset at, Actor actor,
        string? cause, string? correlation, string commandId, ReadOnlySpan<byte> data)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(
            previous.Length + 16 + (Numbers * sizeof(long)) + data.Length
            + Most(stream) + Most(type) + Most(actor.Id) + Most(actor.Role) + Most(cause) + Most(correlation) + Most(commandId));
        try
        {
            var text = new Fields(bytes);
            text.Add(previous);
            text.Add(stream);
            text.Add(version);
            id.TryWriteBytes(text.Take(16), bigEndian: true, out _);
            text.Add(type);
            text.Add(schema);
            text.Add(at.UtcTicks);
            text.Add((long)actor.Kind);
            text.Add(actor.Id);
            text.Add(actor.Role);
            text.Add(cause);
            text.Add(correlation);
            text.Add(commandId);
            text.Add(data.Length);
            text.Add(data);
            return SHA256.HashData(text.Written);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
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

    /// <summary>Numbers and lengths of texts in an event.</summary>
    private const int Numbers = 12;

    private static int Most(string? text) => text is null ? 0 : Encoding.UTF8.GetMaxByteCount(text.Length);

    /// <summary>The hashed bytes, field after field.</summary>
    private ref struct Fields(Span<byte> bytes)
    {
        private readonly Span<byte> _bytes = bytes;
        private int _length;

        public readonly ReadOnlySpan<byte> Written => _bytes[.._length];

        public Span<byte> Take(int length)
        {
            _length += length;
            return _bytes.Slice(_length - length, length);
        }

        public void Add(ReadOnlySpan<byte> field) => field.CopyTo(Take(field.Length));

        public void Add(long number) => BinaryPrimitives.WriteInt64BigEndian(Take(sizeof(long)), number);

        public void Add(string? text)
        {
            // Absent and empty are different facts.
            var length = Take(sizeof(long));
            var written = text is null ? -1 : Encoding.UTF8.GetBytes(text, _bytes[_length..]);
            BinaryPrimitives.WriteInt64BigEndian(length, written);
            _length += Math.Max(0, written);
        }
    }
}
