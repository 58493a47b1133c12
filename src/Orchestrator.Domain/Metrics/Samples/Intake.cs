using System.Collections.Immutable;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Metrics.Samples;

/// <summary>Result of pushing samples.</summary>
/// <param name="Accepted">Samples taken, repeated ones included: for their sender both have arrived.</param>
/// <param name="Ignored">Samples of <paramref name="Accepted"/> whose id had been seen.</param>
/// <param name="Rejected">One for each sample that was not taken.</param>
/// <param name="Warnings">Series that no part of the plan reads; their samples were taken without them.</param>
public sealed record Intake(int Accepted, int Ignored, ImmutableArray<InputError> Rejected, ImmutableArray<InputError> Warnings);
