using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Orchestrator.Domain.People;

/// <summary>
/// A sketch as bytes, for other processes and for hours that are over. Few users: <c>1</c>, then for each register above 0 its number (two
/// bytes, low byte first, ascending) and its value. Many: <c>2</c>, then all registers. No user at all: no byte.
/// </summary>
public static class PackedPeople
{
    /// <summary>Most bytes of a sketch.</summary>
    public const int Longest = 1 + PeopleSketch.Registers;

    private const byte Some = 1;
    private const byte All = 2;
    private const int Entry = 3;

    /// <summary>The bytes of these registers.</summary>
    internal static byte[] Of(ReadOnlySpan<byte> registers)
    {
        // A copy: other threads may raise registers meanwhile.
        Span<byte> now = stackalloc byte[PeopleSketch.Registers];
        registers.CopyTo(now);
        var used = PeopleSketch.Registers - now.Count((byte)0);
        if (used == 0)
        {
            return [];
        }

        if (used * Entry >= PeopleSketch.Registers)
        {
            return [All, .. now];
        }

        var (packed, at) = (new byte[1 + (used * Entry)], 1);
        packed[0] = Some;
        for (var i = 0; i < now.Length; i++)
        {
            if (now[i] > 0)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(packed.AsSpan(at), (ushort)i);
                packed[at + 2] = now[i];
                at += Entry;
            }
        }

        return packed;
    }

    /// <summary>Raises the registers to those of a sketch; false, with nothing changed, when the bytes are no sketch.</summary>
    internal static bool TryMerge(ReadOnlySpan<byte> packed, Span<byte> into)
    {
        if (packed.IsEmpty)
        {
            return true;
        }

        if (!IsValid(packed))
        {
            return false;
        }

        var rest = packed[1..];
        if (packed[0] == All)
        {
            Raise(into, rest);
        }
        else
        {
            for (; !rest.IsEmpty; rest = rest[Entry..])
            {
                ref var register = ref into[BinaryPrimitives.ReadUInt16LittleEndian(rest)];
                register = Math.Max(register, rest[2]);
            }
        }

        return true;
    }

    /// <summary>Raises each register to the other's, many at once.</summary>
    internal static void Raise(Span<byte> into, ReadOnlySpan<byte> by)
    {
        // The number of registers is a power of two, so nothing is left over.
        var high = MemoryMarshal.Cast<byte, Vector<byte>>(into);
        var low = MemoryMarshal.Cast<byte, Vector<byte>>(by);
        for (var i = 0; i < high.Length; i++)
        {
            high[i] = Vector.Max(high[i], low[i]);
        }
    }

    /// <summary>True for bytes that <see cref="Of"/> could have written.</summary>
    public static bool IsValid(ReadOnlySpan<byte> packed) =>
        packed.IsEmpty
        || (packed[0] == All && packed.Length == Longest && !packed[1..].ContainsAnyExceptInRange((byte)0, PeopleSketch.Highest))
        || (packed[0] == Some && AreEntries(packed[1..]));

    private static bool AreEntries(ReadOnlySpan<byte> entries)
    {
        if (entries.IsEmpty || entries.Length % Entry != 0 || entries.Length >= PeopleSketch.Registers)
        {
            return false;
        }

        var before = -1;
        for (var rest = entries; !rest.IsEmpty; rest = rest[Entry..])
        {
            var index = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            if (index <= before || index >= PeopleSketch.Registers || rest[2] is 0 or > PeopleSketch.Highest)
            {
                return false;
            }

            before = index;
        }

        return true;
    }
}
