using Orchestrator.Domain.Conditions;

namespace Orchestrator.Domain.Plans.Sources;

/// <summary>Audience of a series: one sample covers exactly one.</summary>
/// <param name="Variant">The variant that served.</param>
/// <param name="Traffic">Kind of traffic.</param>
/// <param name="Segment">Null for everyone, or for users of no segment.</param>
public readonly record struct SeriesAudience(Variant Variant, Traffic Traffic, string? Segment);
