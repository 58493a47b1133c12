using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;

namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>The part of a rollout that the queries of its sources depend on.</summary>
/// <param name="Rollout">Id.</param>
/// <param name="Environment">Environment it runs in.</param>
/// <param name="Segments">Keys of the segments of its plan.</param>
/// <param name="Traffic">Traffic of the new variant that the phase in force looks at.</param>
public sealed record SourceScope(string Rollout, string Environment, ImmutableArray<string> Segments, Traffic Traffic);
