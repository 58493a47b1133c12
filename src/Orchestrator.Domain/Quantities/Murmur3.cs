using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orchestrator.Domain.Quantities;

/// <summary>
/// MurmurHash3 x86 32 (Austin Appleby, public domain), seed 0, taken in pieces. The state after a salt can be kept, so that a user's
/// key is hashed from there: nothing is concatenated, whatever the lengths.
/// </summary>
internal struct Murmur3
{
    private uint _hash;
    private uint _tail;
    private int _tailBits;
    private int _length;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _length += bytes.Length;
        var hash = _hash;
        var tail = _tail;
        var bits = _tailBits;
        if (bits == 0)
        {
            while (bytes.Length >= 4)
            {
                hash = Mix(hash, BinaryPrimitives.ReadUInt32LittleEndian(bytes));
                bytes = bytes[4..];
            }
        }
        else
        {
            // Up to three bytes wait from the piece before: every block is made of them and of the first bytes of the next four.
            while (bytes.Length >= 4)
            {
                var next = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
                hash = Mix(hash, tail | (next << bits));
                tail = next >> (32 - bits);
                bytes = bytes[4..];
            }
        }

        foreach (var b in bytes)
        {
            tail |= (uint)b << bits;
            bits += 8;
            if (bits == 32)
            {
                hash = Mix(hash, tail);
                tail = 0;
                bits = 0;
            }
        }

        (_hash, _tail, _tailBits) = (hash, tail, bits);
    }

    public readonly uint Finish()
    {
        // Waiting bytes of zero scramble to zero, so no tail and a tail of zeros differ by the length alone.
        var hash = _hash ^ Scramble(_tail) ^ (uint)_length;
        hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
        return hash ^ (hash >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Scramble(uint block) => BitOperations.RotateLeft(block * 0xcc9e2d51, 15) * 0x1b873593;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Mix(uint hash, uint block) => (BitOperations.RotateLeft(hash ^ Scramble(block), 13) * 5) + 0xe6546b64;
}
