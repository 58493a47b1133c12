using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Plans;

/// <summary>A share of a segment's users. They are those that the same percentage of all would bring: places do not depend on the segment.</summary>
/// <param name="Segment">Key of the segment.</param>
/// <param name="Percentage">In 1/1000 of a percent, above 0 and below 100000: all of a segment is the segment itself.</param>
public readonly record struct SegmentShare(string Segment, Share Percentage);
