namespace Orchestrator.Api.Access;

/// <summary>
/// A verb as one caller sees it, so that a button and the API cannot disagree: <c>May</c> is the role, <c>Can</c> the state.
/// </summary>
/// <param name="Name">Name in the address.</param>
/// <param name="Path">Address of the POST.</param>
/// <param name="May">True when the caller's role and environment allow it.</param>
/// <param name="Can">True when it would be accepted now and change something.</param>
/// <param name="Code">Code of the problem it would get; null when it can, and when nothing would change.</param>
/// <param name="Reason">Sentence why the caller may not, or why it cannot; null when both are true.</param>
/// <param name="Consequence">Changes that it would make; null when it cannot.</param>
/// <param name="Options">Its further forms, each with an answer of its own; null for none.</param>
internal sealed record VerbView(
    string Name, string Path, bool May, bool Can, string? Code, string? Reason, string? Consequence,
    IReadOnlyList<VerbOption>? Options = null);

/// <summary>A further form of a verb.</summary>
/// <param name="Name">The member of the body that asks for it: <c>override</c>, <c>ramp</c>, <c>segments</c>, <c>review</c>.</param>
/// <param name="Value">Value of that member; null for true.</param>
/// <param name="Can">As of the verb.</param>
/// <param name="Code">As of the verb.</param>
/// <param name="Reason">As of the verb.</param>
/// <param name="Consequence">As of the verb.</param>
internal sealed record VerbOption(string Name, string? Value, bool Can, string? Code, string? Reason, string? Consequence);
