namespace Orchestrator.Domain.Plans;

/// <summary>A share of a segment's users: the same users that the same percentage of all users would include, because buckets do not depend on the segment.</summary>
/// <param name="Segment">Key of the segment.</param>
/// <param name="Percentage">In 1/1000 of a percent, above 0 and below 100000: all of a segment is the segment itself.</param>
public readonly record struct SegmentShare(string Segment, int Percentage);
