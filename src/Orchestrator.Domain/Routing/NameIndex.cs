using System.Text;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Routing;

/// <summary>
/// Names with small numbers, found by their UTF-8 without allocation. Immutable and append-only: a name keeps its number in every
/// later index, so tables compiled against an earlier one stay valid.
/// </summary>
internal sealed class NameIndex
{
    private readonly byte[][] _names;
    private readonly int[] _slots; // Open addressing; number + 1, 0 is free. Never more than half full.

    private NameIndex(byte[][] names)
    {
        _names = names;
        _slots = new int[Math.Max(4, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)names.Length * 2))];
        for (var number = 0; number < names.Length; number++)
        {
            var at = Start(names[number]);
            while (_slots[at] != 0)
            {
                at = (at + 1) & (_slots.Length - 1);
            }

            _slots[at] = number + 1;
        }
    }

    public static NameIndex Empty { get; } = new([]);

    public int Count => _names.Length;

    /// <summary>The number of a name; -1 when it has none.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        for (var at = Start(name); _slots[at] != 0; at = (at + 1) & (_slots.Length - 1))
        {
            if (_names[_slots[at] - 1].AsSpan().SequenceEqual(name))
            {
                return _slots[at] - 1;
            }
        }

        return -1;
    }

    public int Find(string name) => Find(Encoding.UTF8.GetBytes(name));

    /// <summary>This index with more names; itself when none is new.</summary>
    public NameIndex With(IEnumerable<string> names)
    {
        var added = names.Distinct().Where(name => Find(name) < 0).Select(Encoding.UTF8.GetBytes).ToArray();
        return added.Length == 0 ? this : new NameIndex([.. _names, .. added]);
    }

    private int Start(ReadOnlySpan<byte> name)
    {
        var hash = default(Murmur3);
        hash.Append(name);
        return (int)hash.Finish() & (_slots.Length - 1);
    }
}
