namespace Orchestrator.Domain.Access;

/// <summary>A name of a key or a person.</summary>
/// <param name="At">Start of its validity.</param>
/// <param name="Name">Display name.</param>
public sealed record GivenName(DateTimeOffset At, string Name);
