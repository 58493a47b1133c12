using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Plans;

/// <summary>
/// A share of a segment's users: the same users that the same percentage of all users would include, because buckets do not depend on the
/// segment.
/// </summary>
/// <param name="Segment">Key of the segment.</param>
/// <param name="Percentage">More than none and less than all: all of a segment is the segment itself.</param>
public readonly record struct SegmentShare(string Segment, Share Percentage);
