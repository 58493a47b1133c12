namespace Orchestrator.Domain.Documents;

/// <summary>One error in an input.</summary>
/// <param name="Path">Path of the value, as <c>phases[3].steps[1].percentage</c>.</param>
/// <param name="Message">A sentence with the value found and the rule it broke.</param>
/// <param name="Line">Line in the source, from 1; null when there is no source text.</param>
/// <param name="Column">Column in the source or in the condition, from 1; null when it is unknown.</param>
public sealed record InputError(string Path, string Message, int? Line = null, int? Column = null);
