using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Orchestrator.Domain.Segments;

/// <summary>
/// The opted-in members of a segment, at most a million or so: 16 bytes each. Immutable; a change copies only what it touches, and the
/// newest changes are kept, so that a reader with an older set can receive the difference.
/// </summary>
[JsonConverter(typeof(MemberSetJson))]
public sealed class MemberSet
{
    /// <summary>Divisor of the members for the largest kept change: beyond an eighth, the whole set is not much more to send.</summary>
    private const int Remembered = 8;

    /// <summary>Most kept changes, so that keeping them costs nothing where users opt in one by one.</summary>
    private const int MostChanges = 256;

    private readonly MemberBuckets _members;
    private readonly byte[] _memberKey;
    private readonly MemberMark _mark;
    private readonly ImmutableArray<MemberChange> _changes;
    private string? _digest;

    private MemberSet(MemberBuckets members, byte[] memberKey, MemberMark mark, ImmutableArray<MemberChange> changes) =>
        (_members, _memberKey, _mark, _changes) = (members, memberKey, mark, changes);

    /// <summary>A set without members, under no key.</summary>
    public static MemberSet Empty { get; } = Under([]);

    /// <summary>A set without members, under the segment's key.</summary>
    public static MemberSet Under(ReadOnlySpan<byte> memberKey)
    {
        var key = memberKey.ToArray();
        return new(MemberBuckets.Empty, key, new MemberMark(key, 0, 0), []);
    }

    /// <summary>A whole set. Throws <see cref="ArgumentException"/> when the hashes do not ascend.</summary>
    internal static MemberSet Of(ReadOnlySpan<byte> memberKey, ReadOnlySpan<MemberHash> ascending) =>
        Of(memberKey.ToArray(), ascending, []);

    /// <inheritdoc cref="Of(ReadOnlySpan{byte}, ReadOnlySpan{MemberHash})"/>
    internal static MemberSet Of(byte[] memberKey, ReadOnlySpan<MemberHash> ascending, ImmutableArray<MemberChange> changes) => new(
        MemberBuckets.Of(ascending), memberKey, new MemberMark(memberKey, ascending.Length, MemberMark.Sum(ascending)), changes);

    /// <summary>Number of members.</summary>
    public int Count => _members.Count;

    /// <summary>The members, ascending, piece by piece.</summary>
    public IEnumerable<ReadOnlyMemory<MemberHash>> Hashes => _members.Runs;

    /// <summary>The segment's key for <see cref="MemberHash"/>.</summary>
    public ReadOnlySpan<byte> MemberKey => _memberKey;

    /// <summary>Identity of the set: equal for the same members under the same key, in whatever order they were added.</summary>
    public string Tag => _mark.Tag;

    /// <summary>The <see cref="Tag"/> of tables of format 1: a hash of all members. Computed at the first use.</summary>
    internal string Digest => _digest ??= MakeDigest();

    /// <summary>The newest changes, oldest first.</summary>
    internal ImmutableArray<MemberChange> Changes => _changes;

    /// <summary>True when the user with this key (UTF-8) is a member.</summary>
    public bool Contains(ReadOnlySpan<byte> userKey) => Count > 0 && Contains(MemberHash.Of(userKey, _memberKey));

    /// <summary>True when this hash is a member.</summary>
    public bool Contains(MemberHash member) => _members.Contains(member);

    /// <summary>The set after additions and removals; a removal beats an addition.</summary>
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

    /// <summary>
    /// A tag that a reader has and from which this set can be sent: this set's own, else the newest kept one; null for none.
    /// </summary>
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

    /// <summary>Changes since the set of a tag that <see cref="Known"/> gave; both ascending.</summary>
    internal (MemberHash[] Added, MemberHash[] Removed) Since(string tag)
    {
        // Each change has only actual additions and removals, so those of one member alternate.
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
