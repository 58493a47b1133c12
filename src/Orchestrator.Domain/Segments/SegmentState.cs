namespace Orchestrator.Domain.Segments;

/// <summary>A segment as its events say.</summary>
/// <param name="Definition">Null until the segment is defined.</param>
/// <param name="Members">Opted-in members.</param>
public sealed record SegmentState(SegmentDefinition? Definition, MemberSet Members)
{
    /// <summary>Before the first event.</summary>
    public static SegmentState Initial { get; } = new(null, MemberSet.Empty);

    /// <summary>The state after an event.</summary>
    public SegmentState Evolve(SegmentEvent happened) => happened switch
    {
        SegmentEvent.SegmentDefined defined => new(defined.Definition, Definition is null ? MemberSet.Under(defined.MemberKey.Span) : Members),
        SegmentEvent.MembersChanged changed => this with { Members = Members.With(changed.Added, changed.Removed) },
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, null),
    };
}
