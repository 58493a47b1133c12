using System.Numerics;

namespace Orchestrator.Domain.Segments.Filling;

/// <summary>
/// Number of different users, counted without storing their keys: HyperLogLog (Flajolet, Fusy, Gandouet and Meunier, 2007) with 2^14
/// registers of one byte, and linear counting (Whang, Vander-Zanden and Taylor, 1990) while many are empty. A register holds the longest
/// run of zeros of any hash that fell into it; no user can be identified from it. Several threads may count at once: a register that one of
/// them overwrites is counted again at that user's next evaluation.
/// </summary>
public sealed class DistinctCount
{
    /// <summary>Bits of a hash that choose the register.</summary>
    private const int Precision = 14;

    /// <summary>Bytes of state, for any count.</summary>
    public const int Size = 1 << Precision;

    /// <summary>Standard error of an estimate, as a share of it.</summary>
    public const double Error = 1.04 / (1 << (Precision / 2));

    private readonly byte[] _registers;

    /// <summary>A count of no users.</summary>
    public DistinctCount()
        : this(new byte[Size])
    {
    }

    private DistinctCount(byte[] registers) => _registers = registers;

    /// <summary>The state, for a merge on another node.</summary>
    public byte[] ToBytes() => [.. _registers];

    /// <summary>A count from its state; null when the bytes are no state.</summary>
    public static DistinctCount? Of(byte[] state) =>
        state.Length == Size && !state.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)(33 - Precision))
            ? new DistinctCount([.. state])
            : null;

    /// <summary>Counts a user by an evenly distributed hash of their key.</summary>
    public void Add(uint hash)
    {
        var index = hash >> (32 - Precision);
        var rank = (byte)(Math.Min(BitOperations.LeadingZeroCount(hash << Precision), 32 - Precision) + 1);
        if (rank > _registers[index])
        {
            _registers[index] = rank;
        }
    }

    /// <summary>Adds the count of another node: a user whom both counted counts once.</summary>
    public void Merge(DistinctCount other)
    {
        for (var i = 0; i < Size; i++)
        {
            _registers[i] = Math.Max(_registers[i], other._registers[i]);
        }
    }

    /// <summary>The estimated number, within <see cref="Error"/>.</summary>
    public double Estimate()
    {
        double sum = 0;
        var empty = 0;
        foreach (var register in _registers)
        {
            sum += 1.0 / (1L << register);
            empty += register == 0 ? 1 : 0;
        }

        const double alpha = 0.7213 / (1 + (1.079 / Size));
        var raw = alpha * Size * Size / sum;
        return raw <= 2.5 * Size && empty > 0 ? Size * Math.Log((double)Size / empty) : raw;
    }
}
