namespace Orchestrator.Domain.Access;

/// <summary>A name of a key or a person.</summary>
/// <param name="At">Since when.</param>
/// <param name="Name">For people.</param>
public sealed record GivenName(DateTimeOffset At, string Name);
