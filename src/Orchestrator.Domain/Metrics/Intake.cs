using System.Collections.Immutable;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Metrics;

/// <summary>What became of pushed samples.</summary>
/// <param name="Accepted">Samples taken, repeated ones included: to their sender both mean "arrived".</param>
/// <param name="Ignored">Those of <paramref name="Accepted"/> whose id had been seen.</param>
/// <param name="Rejected">One for each sample that was not taken.</param>
/// <param name="Warnings">Series that nothing in the plan reads; their samples were taken without them.</param>
public sealed record Intake(int Accepted, int Ignored, ImmutableArray<InputError> Rejected, ImmutableArray<InputError> Warnings);
