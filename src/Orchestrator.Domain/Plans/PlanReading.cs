using System.Collections.Immutable;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Plans;

/// <summary>Result of reading a plan.</summary>
/// <param name="Plan">The plan; null when there is any error.</param>
/// <param name="Errors">All errors, by line.</param>
/// <param name="Warnings">Texts that are allowed but probably not intended, by line.</param>
public sealed record PlanReading(Plan? Plan, ImmutableArray<InputError> Errors, ImmutableArray<InputError> Warnings)
{
    /// <summary>A reading that failed before there was a document.</summary>
    public static PlanReading Failed(ImmutableArray<InputError> errors) => new(null, errors, []);
}
