using System.Collections.Immutable;

namespace Orchestrator.Domain.Segments;

/// <summary>What happened to a segment.</summary>
public abstract record SegmentEvent
{
    private SegmentEvent()
    {
    }

    /// <summary>It was said who belongs; for the first time or anew.</summary>
    /// <param name="Definition">The definition.</param>
    /// <param name="MemberKey">The segment's key for member hashes; the same in every definition of one segment.</param>
    public sealed record SegmentDefined(SegmentDefinition Definition, ReadOnlyMemory<byte> MemberKey) : SegmentEvent;

    /// <summary>Users opted in and out, as keyed hashes: no user's key is ever in an event.</summary>
    public sealed record MembersChanged(ImmutableArray<MemberHash> Added, ImmutableArray<MemberHash> Removed) : SegmentEvent;

    /// <summary>Users who asked were counted, and those whom the rule matches; nobody's key is kept. A cohort whose population is measured is filled by it from here on.</summary>
    /// <param name="Population">Share that the cohort is filled by, 0 to 1; never more than before under one rule.</param>
    /// <param name="Asked">Users who asked.</param>
    /// <param name="Qualified">Users among them whom the rule matches.</param>
    public sealed record PopulationMeasured(decimal Population, long Asked, long Qualified) : SegmentEvent;
}
