using System.Collections.Immutable;

namespace Orchestrator.Domain.Segments;

/// <summary>Commands on a segment.</summary>
public abstract record SegmentCommand
{
    private SegmentCommand()
    {
    }

    /// <summary>Defines the segment.</summary>
    /// <param name="Definition">The definition.</param>
    /// <param name="MemberKey">
    /// Fresh random bytes, at least 16. The first definition keeps them as the segment's key for member hashes; later ones are ignored,
    /// so the caller draws them every time and need not read the state.
    /// </param>
    public sealed record Define(SegmentDefinition Definition, ReadOnlyMemory<byte> MemberKey) : SegmentCommand;

    /// <summary>Opts users in and out.</summary>
    /// <param name="Add">Users' keys in the clear; the decider hashes them. At most 10,000.</param>
    /// <param name="Remove">Users' keys; at most 10,000. A key in both lists is removed.</param>
    public sealed record ChangeMembers(ImmutableArray<string> Add, ImmutableArray<string> Remove) : SegmentCommand;

    /// <summary>Records the counts of nodes.</summary>
    /// <param name="Rule">Hash of the rule of the counts.</param>
    /// <param name="Asked">Users counted.</param>
    /// <param name="Qualified">Users among them whom the rule matches.</param>
    public sealed record Measure(string Rule, long Asked, long Qualified) : SegmentCommand;
}
