using System.Collections.Immutable;

namespace Orchestrator.Domain.Segments;

/// <summary>Effect of a list of users on the members of a segment.</summary>
/// <param name="Added">Users who become members.</param>
/// <param name="WereIn">Users to add who are members.</param>
/// <param name="Removed">Users who are no longer members.</param>
/// <param name="WereOut">Users to remove who are no members.</param>
public sealed record MemberCounts(int Added, int WereIn, int Removed, int WereOut)
{
    /// <summary>The effect on the members as they are. A user in both lists is removed; one that a list names twice counts once.</summary>
    public static MemberCounts Of(MemberSet members, SegmentCommand.ChangeMembers change)
    {
        var remove = Hashes(change.Remove, members);
        var add = Hashes(change.Add, members);
        add.ExceptWith(remove);
        var (wereIn, removed) = (add.Count(members.Contains), remove.Count(members.Contains));
        return new MemberCounts(add.Count - wereIn, wereIn, removed, remove.Count - removed);
    }

    private static HashSet<MemberHash> Hashes(ImmutableArray<string> keys, MemberSet members)
    {
        var hashes = new HashSet<MemberHash>(keys.Length);
        foreach (var key in keys)
        {
            hashes.Add(MemberHash.Of(key, members.MemberKey));
        }

        return hashes;
    }
}
