namespace Orchestrator.Api.Audit;

/// <summary>A refused request.</summary>
/// <param name="Number">Place among those of this process, from 1.</param>
/// <param name="At">Time, by this machine's clock.</param>
/// <param name="Status">401 or 403.</param>
/// <param name="Code">Code of the answer.</param>
/// <param name="Route">Method and pattern of the route; null where there is none.</param>
/// <param name="Key">Id of the key or person; null for an unknown caller.</param>
/// <param name="Address">Address of the client.</param>
internal sealed record Refusal(long Number, DateTimeOffset At, int Status, string Code, string? Route, string? Key, string Address)
{
    /// <summary>Display name of the key or person.</summary>
    public string? Name { get; init; }
}
