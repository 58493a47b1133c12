using System.Collections.Immutable;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Plans;

/// <summary>What came of reading a plan.</summary>
/// <param name="Plan">The plan; null when there is any error.</param>
/// <param name="Errors">Everything that is wrong, by line.</param>
/// <param name="Warnings">What is allowed but probably not meant, by line.</param>
public sealed record PlanReading(Plan? Plan, ImmutableArray<InputError> Errors, ImmutableArray<InputError> Warnings)
{
    /// <summary>A reading that failed before there was a document.</summary>
    public static PlanReading Failed(ImmutableArray<InputError> errors) => new(null, errors, []);
}
