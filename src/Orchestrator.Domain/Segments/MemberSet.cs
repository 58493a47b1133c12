using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Orchestrator.Domain.Segments;

/// <summary>
/// The opted-in members of a segment, at most a million or so: 16 bytes each. Immutable; a change copies only what it touches, and the newest
/// changes are remembered, so that whoever has an older set can be told the difference.
/// </summary>
public sealed class MemberSet
{
    /// <summary>Remembered are changes of at most an eighth of the members: beyond that the whole is not much more to send.</summary>
    private const int Remembered = 8;

    /// <summary>And no more than these, so that remembering costs nothing where users opt in one by one.</summary>
    private const int MostChanges = 256;

    private readonly MemberBuckets _members;
    private readonly byte[] _memberKey;
    private readonly MemberMark _mark;
    private readonly ImmutableArray<MemberChange> _changes;
    private string? _digest;

    private MemberSet(MemberBuckets members, byte[] memberKey, MemberMark mark, ImmutableArray<MemberChange> changes) =>
        (_members, _memberKey, _mark, _changes) = (members, memberKey, mark, changes);

    /// <summary>Nobody, under no key.</summary>
    public static MemberSet Empty { get; } = Under([]);

    /// <summary>Nobody yet, under the segment's key.</summary>
    public static MemberSet Under(ReadOnlySpan<byte> memberKey)
    {
        var key = memberKey.ToArray();
        return new(MemberBuckets.Empty, key, new MemberMark(key, 0, 0), []);
    }

    /// <summary>A whole set. Throws <see cref="ArgumentException"/> when the hashes do not ascend.</summary>
    internal static MemberSet Of(ReadOnlySpan<byte> memberKey, ReadOnlySpan<MemberHash> ascending)
    {
        var key = memberKey.ToArray();
        return new(MemberBuckets.Of(ascending), key, new MemberMark(key, ascending.Length, MemberMark.Sum(ascending)), []);
    }

    /// <summary>How many.</summary>
    public int Count => _members.Count;

    /// <summary>The members, ascending, piece by piece.</summary>
    public IEnumerable<ReadOnlyMemory<MemberHash>> Hashes => _members.Runs;

    /// <summary>The segment's key for <see cref="MemberHash"/>.</summary>
    public ReadOnlySpan<byte> MemberKey => _memberKey;

    /// <summary>The same for the same members under the same key, whoever folded them, in whatever order.</summary>
    public string Tag => _mark.Tag;

    /// <summary>What <see cref="Tag"/> was in tables of format 1: a hash of all members. Made at the first question.</summary>
    internal string Digest => _digest ??= MakeDigest();

    /// <summary>Whether the user with this key (UTF-8) is a member.</summary>
    public bool Contains(ReadOnlySpan<byte> userKey) => Count > 0 && Contains(MemberHash.Of(userKey, _memberKey));

    /// <summary>Whether this hash is a member.</summary>
    public bool Contains(MemberHash member) => _members.Contains(member);

    /// <summary>The set with some more and some fewer; removal beats addition.</summary>
    public MemberSet With(ImmutableArray<MemberHash> added, ImmutableArray<MemberHash> removed)
    {
        MemberHash[] plus = [.. added.Except(removed).Where(member => !_members.Contains(member)).Order()];
        MemberHash[] minus = [.. removed.Distinct().Where(_members.Contains).Order()];
        if (plus.Length + minus.Length == 0)
        {
            return this;
        }

        var members = _members.With(plus, minus);
        var mark = new MemberMark(_memberKey, members.Count, unchecked(_mark.Total + MemberMark.Sum(plus) - MemberMark.Sum(minus)));
        return new MemberSet(members, _memberKey, mark, Remember(new MemberChange(_mark, plus, minus), members.Count / Remembered));
    }

    /// <summary>The tag that a reader has and that leads here: this set's own, else the newest that is remembered; null for none.</summary>
    internal string? Known(Func<string, bool> has)
    {
        if (has(Tag))
        {
            return Tag;
        }

        for (var i = _changes.Length - 1; i >= 0; i--)
        {
            if (has(_changes[i].From.Tag))
            {
                return _changes[i].From.Tag;
            }
        }

        return null;
    }

    /// <summary>What changed since the set of a tag that <see cref="Known"/> gave; both ascending.</summary>
    internal (MemberHash[] Added, MemberHash[] Removed) Since(string tag)
    {
        // Each change names only what really came or went, so that of one member they alternate.
        var more = new Dictionary<MemberHash, int>();
        foreach (var change in _changes.SkipWhile(change => change.From.Tag != tag))
        {
            foreach (var member in change.Added)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(more, member, out _)++;
            }

            foreach (var member in change.Removed)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(more, member, out _)--;
            }
        }

        return (Ascending(1), Ascending(-1));

        MemberHash[] Ascending(int sign) => [.. more.Where(one => one.Value == sign).Select(one => one.Key).Order()];
    }

    private ImmutableArray<MemberChange> Remember(MemberChange newest, int most)
    {
        var (first, size) = (_changes.Length, newest.Size);
        while (first > 0 && _changes.Length - first + 1 < MostChanges && (size += _changes[first - 1].Size) <= most)
        {
            first--;
        }

        return newest.Size > most ? [] : [.. _changes.AsSpan()[first..], newest];
    }

    private string MakeDigest()
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(_memberKey);
        foreach (var run in Hashes)
        {
            sha.AppendData(MemoryMarshal.AsBytes(run.Span));
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset().AsSpan(0, 12));
    }
}
