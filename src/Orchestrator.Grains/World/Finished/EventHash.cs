using System.Buffers.Binary;

namespace Orchestrator.Grains.World.Finished;

/// <summary>Hash of an event, 32 bytes in place: an array of them would take 56 bytes, and a reference to it 16 more.</summary>
public readonly record struct EventHash(long A, long B, long C, long D)
{
    public static EventHash Of(ReadOnlySpan<byte> hash) => new(
        BinaryPrimitives.ReadInt64BigEndian(hash), BinaryPrimitives.ReadInt64BigEndian(hash[8..]),
        BinaryPrimitives.ReadInt64BigEndian(hash[16..]), BinaryPrimitives.ReadInt64BigEndian(hash[24..]));

    public byte[] ToArray()
    {
        var hash = new byte[32];
        BinaryPrimitives.WriteInt64BigEndian(hash, A);
        BinaryPrimitives.WriteInt64BigEndian(hash.AsSpan(8), B);
        BinaryPrimitives.WriteInt64BigEndian(hash.AsSpan(16), C);
        BinaryPrimitives.WriteInt64BigEndian(hash.AsSpan(24), D);
        return hash;
    }
}
