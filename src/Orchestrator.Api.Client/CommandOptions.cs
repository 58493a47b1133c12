namespace Orchestrator.Api.Client;

/// <summary>Conditions of a command.</summary>
public sealed record CommandOptions
{
    /// <summary>
    /// Key of at most 200 characters, under which the command is applied once, however often it is sent; null for a new one.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Version that the thing must have (<c>If-Match</c>); null for any.</summary>
    public long? ExpectedVersion { get; init; }
}
