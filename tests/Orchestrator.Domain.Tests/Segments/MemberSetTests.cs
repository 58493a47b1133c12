using System.Globalization;
using System.Security.Cryptography;
using CsCheck;
using Orchestrator.Domain.Segments;
using Some = Orchestrator.Domain.Tests.Routing.Some;

namespace Orchestrator.Domain.Tests.Segments;

/// <summary>A set of members against a plain set, through changes of all sizes.</summary>
[Trait("Speed", "Slow")]
public sealed class MemberSetTests
{
    /// <summary>Hashes spread over all bits as real ones are, few enough to come and go again.</summary>
    private static readonly Gen<MemberHash> Members = Gen.Int[0, 6000].Select(Member);

    private static readonly Gen<(MemberHash[] Added, MemberHash[] Removed)> Changes =
        Gen.Int[0, 3].SelectMany(size => Gen.Select(Members.Array[0, 1 << (4 * size)], Members.Array[0, 1 << (4 * size)]));

    [Fact]
    public void Changes_give_what_they_give_to_a_plain_set() => Changes.Array[0, 12].Sample(changes =>
    {
        var (set, plain) = (MemberSet.Under(Some.MemberKey), new SortedSet<MemberHash>());
        foreach (var (added, removed) in changes)
        {
            set = set.With([.. added], [.. removed]);
            plain.UnionWith(added);
            plain.ExceptWith(removed);
        }

        return Hashes(set).SequenceEqual(plain) && set.Count == plain.Count
            && Enumerable.Range(0, 100).Select(Member).All(member => set.Contains(member) == plain.Contains(member));
    }, iter: 200);

    [Fact]
    public void Tag_says_who_is_in_and_not_how_they_came() => Gen.Select(Changes.Array[0, 8], Members).Sample((changes, other) =>
    {
        var set = changes.Aggregate(MemberSet.Under(Some.MemberKey), (now, change) => now.With([.. change.Added], [.. change.Removed]));
        var whole = MemberSet.Of(Some.MemberKey, [.. Hashes(set)]);
        var more = set.Contains(other) ? set.With([], [other]) : set.With([other], []);

        return set.Tag == whole.Tag && set.Digest == whole.Digest && more.Tag != set.Tag && more.Digest != set.Digest
            && MemberSet.Of([.. Some.MemberKey, 0], [.. Hashes(set)]).Tag != set.Tag;
    }, iter: 200);

    [Fact]
    public void Changes_since_any_remembered_set_lead_from_it_to_the_newest() => Changes.Array[1, 10].Sample(changes =>
    {
        var sets = new List<MemberSet> { MemberSet.Of(Some.MemberKey, [.. Enumerable.Range(0, 3000).Select(Member).Order()]) };
        foreach (var (added, removed) in changes)
        {
            sets.Add(sets[^1].With([.. added], [.. removed]));
        }

        var newest = sets[^1];
        return sets.TrueForAll(old =>
        {
            if (newest.Known(tag => tag == old.Tag) is not { } known)
            {
                return true;
            }

            var (more, fewer) = newest.Since(known);
            var made = old.With([.. more], [.. fewer]);
            return made.Tag == newest.Tag && Hashes(made).SequenceEqual(Hashes(newest))
                && made.Count - old.Count == more.Length - fewer.Length;
        });
    }, iter: 200);

    [Fact]
    public void Last_change_is_remembered_and_one_too_large_or_too_long_ago_is_not()
    {
        var first = MemberSet.Of(Some.MemberKey, [.. Enumerable.Range(0, 1000).Select(Member).Order()]);
        var second = first.With([Member(1000)], [Member(0)]);
        var third = second.With([.. Enumerable.Range(2000, 100).Select(Member)], []);
        var fourth = third.With([.. Enumerable.Range(3000, 100).Select(Member)], []);

        Assert.Equal(first.Tag, third.Known(tag => tag == first.Tag));
        Assert.Null(fourth.Known(tag => tag == first.Tag));
        Assert.Equal(third.Tag, fourth.Known(tag => tag != fourth.Tag));
        Assert.Null(first.With([], [.. Enumerable.Range(0, 500).Select(Member)]).Known(tag => tag == first.Tag));
    }

    [Fact]
    public void Of_users_who_come_one_by_one_so_many_are_remembered_and_no_more()
    {
        var sets = new List<MemberSet> { MemberSet.Of(Some.MemberKey, [.. Enumerable.Range(0, 5000).Select(Member).Order()]) };
        for (var i = 5000; i < 5300; i++)
        {
            sets.Add(sets[^1].With([Member(i)], []));
        }

        Assert.Equal(257, sets.Count(old => sets[^1].Known(tag => tag == old.Tag) is not null));
    }

    [Fact]
    public void Tags_are_those_that_are_written_down_for_other_readers()
    {
        MemberHash[] members = [.. Enumerable.Range(0, 3000).Select(Member).Order()];
        var set = MemberSet.Under(Some.MemberKey).With([.. members], []);
        byte[] first = [.. Some.MemberKey, .. members.SelectMany(member => Bytes(member.Value).Reverse())];
        byte[] now = [0, 0, 0x0b, 0xb8, .. Bytes(members.Aggregate(UInt128.Zero, (sum, member) => unchecked(sum + member.Value))),
            .. Some.MemberKey];

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(first)[..12]), set.Digest);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(now)[..12]), set.Tag);

        static byte[] Bytes(UInt128 number) => Convert.FromHexString(number.ToString("x32", CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Change_that_changes_nothing_is_the_same_set()
    {
        var set = MemberSet.Under(Some.MemberKey).With([Member(1), Member(2)], []);

        Assert.Same(set, set.With([Member(1)], [Member(3)]));
        Assert.Same(set, set.With([Member(3)], [Member(3)]));
    }

    [Fact]
    public void Hashes_that_all_begin_alike_are_a_set_too()
    {
        MemberHash[] alike = [.. Enumerable.Range(0, 3000).Select(i => new MemberHash((UInt128)i))];
        var set = MemberSet.Under(Some.MemberKey).With([.. alike], []).With([], [.. alike.Where(one => one.Value % 2 == 0)]);

        Assert.Equal(alike.Where(one => one.Value % 2 == 1), Hashes(set));
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(5, 4)]
    public void Whole_that_does_not_ascend_is_refused(int first, int second) =>
        Assert.Throws<ArgumentException>(() => MemberSet.Of(Some.MemberKey, [.. Enumerable.Range(0, 2000).Select(Member).Order(),
            new MemberHash(UInt128.MaxValue - 9 + (UInt128)first), new MemberHash(UInt128.MaxValue - 9 + (UInt128)second)]));

    private static MemberHash[] Hashes(MemberSet set) => [.. set.Hashes.SelectMany(run => run.ToArray())];

    private static MemberHash Member(int number) => MemberHash.Of($"user-{number}", Some.MemberKey);
}
