using System.Numerics;

namespace Orchestrator.Domain.Segments;

/// <summary>
/// Hashes in sorted arrays by their highest bits. Immutable: a change copies the arrays that it touches and shares the others, so one more
/// user among a million costs 16 KB and not 16 MB, and no array is a large object.
/// </summary>
internal sealed class MemberBuckets
{
    /// <summary>Fewest hashes of an array when the arrays are laid out again; at most twice as many.</summary>
    private const int Few = 512;

    /// <summary>Factor by which an array may outgrow or undercut <see cref="Few"/> before that happens.</summary>
    private const int Slack = 4;

    private readonly MemberHash[][] _buckets;
    private readonly int _bits;

    private MemberBuckets(MemberHash[][] buckets, int bits, int count) => (_buckets, _bits, Count) = (buckets, bits, count);

    public static MemberBuckets Empty { get; } = new([[]], 0, 0);

    public int Count { get; }

    public IEnumerable<ReadOnlyMemory<MemberHash>> Runs => _buckets.Select(bucket => (ReadOnlyMemory<MemberHash>)bucket);

    public static MemberBuckets Of(ReadOnlySpan<MemberHash> ascending)
    {
        var bits = ascending.Length < 2 * Few ? 0 : BitOperations.Log2((uint)ascending.Length / Few);
        var buckets = new MemberHash[1 << bits][];
        var rest = ascending;
        for (var place = 0; place < buckets.Length; place++)
        {
            var at = 0;
            for (; at < rest.Length && Place(rest[at], bits) == place; at++)
            {
                if (at > 0 && rest[at - 1].CompareTo(rest[at]) >= 0)
                {
                    throw new ArgumentException("the hashes do not ascend", nameof(ascending));
                }
            }

            buckets[place] = rest[..at].ToArray();
            rest = rest[at..];
        }

        return rest.IsEmpty ? new(buckets, bits, ascending.Length) : throw new ArgumentException("the hashes do not ascend", nameof(ascending));
    }

    public bool Contains(MemberHash member) => Array.BinarySearch(_buckets[Place(member, _bits)], member) >= 0;

    /// <param name="plus">Ascending; none of them is here.</param>
    /// <param name="minus">Ascending; all of them are here.</param>
    public MemberBuckets With(ReadOnlySpan<MemberHash> plus, ReadOnlySpan<MemberHash> minus)
    {
        MemberHash[][] buckets = [.. _buckets];
        var count = Count + plus.Length - minus.Length;
        while (!plus.IsEmpty || !minus.IsEmpty)
        {
            var place =
                Math.Min(plus.IsEmpty ? int.MaxValue : Place(plus[0], _bits), minus.IsEmpty ? int.MaxValue : Place(minus[0], _bits));
            buckets[place] = Merge(buckets[place], Take(ref plus, place), Take(ref minus, place));
        }

        var (least, most) = ((Few / Slack) << _bits, (Few * Slack) << _bits);
        return count > most || (count < least && _bits > 0) ? Of(Joined(buckets, count)) : new(buckets, _bits, count);
    }

    // Filled by hand: a collector of an unknown number borrows arrays that the process then keeps.
    private static MemberHash[] Joined(MemberHash[][] buckets, int count)
    {
        var (all, at) = (new MemberHash[count], 0);
        foreach (var bucket in buckets)
        {
            bucket.CopyTo(all, at);
            at += bucket.Length;
        }

        return all;
    }

    private static int Place(MemberHash member, int bits) => (int)((ulong)(member.Value >> 64) >> 1 >> (63 - bits));

    private ReadOnlySpan<MemberHash> Take(ref ReadOnlySpan<MemberHash> from, int place)
    {
        var taken = 0;
        while (taken < from.Length && Place(from[taken], _bits) == place)
        {
            taken++;
        }

        var these = from[..taken];
        from = from[taken..];
        return these;
    }

    private static MemberHash[] Merge(ReadOnlySpan<MemberHash> before, ReadOnlySpan<MemberHash> plus, ReadOnlySpan<MemberHash> minus)
    {
        var after = new MemberHash[before.Length + plus.Length - minus.Length];
        for (int at = 0, i = 0, p = 0, m = 0; at < after.Length || i < before.Length;)
        {
            if (m < minus.Length && before[i] == minus[m])
            {
                (i, m) = (i + 1, m + 1);
            }
            else
            {
                after[at++] = p == plus.Length || (i < before.Length && before[i].CompareTo(plus[p]) < 0) ? before[i++] : plus[p++];
            }
        }

        return after;
    }
}
