namespace Orchestrator.Api.InProcess;

/// <summary>A request of the same process.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Target">Path and query, percent-encoded: <c>/api/v1/rollouts/chat-prod?version=41</c>.</param>
public sealed record InProcessRequest(string Method, string Target)
{
    /// <summary>JSON, UTF-8; empty for none.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>Headers of the request, such as <c>Idempotency-Key</c> and <c>If-Match</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
