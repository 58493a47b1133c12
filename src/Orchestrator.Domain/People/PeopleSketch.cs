using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orchestrator.Domain.People;

/// <summary>
/// Number of different users, counted without storing their keys: HyperLogLog (Flajolet, Fusy, Gandouet and Meunier, 2007) with 2^12
/// registers of one byte. A register holds the longest run of zeros of any hash that fell into it. Merging takes the higher of two
/// registers: in any order and however often, the result is the sketch of all users together. Several threads may count at once, without a
/// lock; a register only rises.
/// </summary>
public sealed class PeopleSketch
{
    /// <summary>Bits of a hash that choose the register.</summary>
    internal const int Precision = 12;

    /// <summary>Registers, one byte each.</summary>
    public const int Registers = 1 << Precision;

    /// <summary>Highest value of a register: no run of zeros is longer than the rest of a hash.</summary>
    public const byte Highest = 33 - Precision;

    /// <summary>Standard error of an estimate, as a share of it: 1.6 %.</summary>
    public const double Error = 1.04 / (1 << (Precision / 2));

    private readonly byte[] _registers = new byte[Registers];
    private int _version;
    private int _own;

    /// <summary>Grows with every register that rises.</summary>
    internal int Version => Volatile.Read(ref _version);

    /// <summary>Grows with every register that rises by a user of this process or of its clients, not by another node's count.</summary>
    internal int Own => Volatile.Read(ref _own);

    /// <summary>The registers, as they are now.</summary>
    internal ReadOnlySpan<byte> Span => _registers;

    /// <summary>Counts a user by an evenly distributed hash. Allocates nothing, takes no lock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(uint hash)
    {
        ref var register = ref _registers[hash >> (32 - Precision)];

        // The bit below the rest of the hash ends a run that never ends by itself.
        var rank = (byte)(BitOperations.LeadingZeroCount((hash << Precision) | (1u << (Precision - 1))) + 1);
        if (rank > register)
        {
            Raise(ref register, rank, own: true);
        }
    }

    /// <summary>Merges a sketch as <see cref="PackedPeople"/> writes it; false, with nothing merged, when it is none.</summary>
    /// <param name="packed">The sketch.</param>
    /// <param name="own">True for users of this process or of its clients.</param>
    public bool Merge(ReadOnlySpan<byte> packed, bool own)
    {
        Span<byte> registers = stackalloc byte[Registers];
        registers.Clear();
        if (!PackedPeople.TryMerge(packed, registers))
        {
            return false;
        }

        for (var i = 0; i < Registers; i++)
        {
            if (registers[i] > _registers[i])
            {
                Raise(ref _registers[i], registers[i], own);
            }
        }

        return true;
    }

    /// <summary>Estimated number of users.</summary>
    public long Estimate() => Cardinality.Of(_registers);

    /// <summary>The sketch for another process; empty for no user.</summary>
    public byte[] ToBytes() => PackedPeople.Of(_registers);

    private void Raise(ref byte register, byte rank, bool own)
    {
        for (var known = Volatile.Read(ref register); rank > known;)
        {
            var seen = Interlocked.CompareExchange(ref register, rank, known);
            if (seen == known)
            {
                Interlocked.Increment(ref _version);
                _ = own ? Interlocked.Increment(ref _own) : 0;
                return;
            }

            known = seen;
        }
    }
}
