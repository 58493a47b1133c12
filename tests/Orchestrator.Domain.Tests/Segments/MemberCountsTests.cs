using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Tests.Segments;

public sealed class MemberCountsTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 16).Select(one => (byte)one)];

    [Fact]
    public void Users_who_join_and_leave_are_counted_once_and_a_removal_beats_an_addition()
    {
        var members = MemberSet.Under(Key).With([.. new[] { "a", "b", "c" }.Select(user => MemberHash.Of(user, Key))], []);
        var change = new SegmentCommand.ChangeMembers(["a", "d", "e", "e", "b"], ["b", "c", "x"]);
        Assert.Equal(new MemberCounts(2, 1, 2, 1), MemberCounts.Of(members, change));
        Assert.Equal(new MemberCounts(0, 0, 0, 0), MemberCounts.Of(members, new SegmentCommand.ChangeMembers([], [])));
    }
}
