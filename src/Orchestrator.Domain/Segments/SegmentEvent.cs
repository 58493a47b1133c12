using System.Collections.Immutable;

namespace Orchestrator.Domain.Segments;

/// <summary>Events of a segment.</summary>
public abstract record SegmentEvent
{
    private SegmentEvent()
    {
    }

    /// <summary>The segment was defined or redefined.</summary>
    /// <param name="Definition">The definition.</param>
    /// <param name="MemberKey">The segment's key for member hashes; the same in every definition of one segment.</param>
    public sealed record SegmentDefined(SegmentDefinition Definition, ReadOnlyMemory<byte> MemberKey) : SegmentEvent;

    /// <summary>Users opted in and out, as keyed hashes: no user's key is ever in an event.</summary>
    public sealed record MembersChanged(ImmutableArray<MemberHash> Added, ImmutableArray<MemberHash> Removed) : SegmentEvent;

    /// <summary>
    /// The evaluated users were counted, and those whom the rule matches; no user's key is stored. A cohort whose population is measured is
    /// filled by it from here on.
    /// </summary>
    /// <param name="Population">Share that the cohort is filled by, 0 to 1; never more than before under one rule.</param>
    /// <param name="Asked">Users counted.</param>
    /// <param name="Qualified">Users among them whom the rule matches.</param>
    public sealed record PopulationMeasured(decimal Population, long Asked, long Qualified) : SegmentEvent;
}
