namespace Orchestrator.Api.Client;

/// <summary>API keys, and the caller.</summary>
public sealed partial class KeyApi
{
    private readonly Transport _transport;

    internal KeyApi(Transport transport) => _transport = transport;

    /// <summary>Get the caller: id, name, role, environment, permissions.</summary>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/me", Answer = typeof(Me))]
    public Task<Answer<Me>> Me(CancellationToken stop = default) =>
        _transport.Read("/api/v1/me", null, WireJson.Default.Me, stop);

    /// <summary>List all API keys, without their texts.</summary>
    /// <param name="query">Filter and page; null for the beginning of all.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/keys", Query = typeof(Page), Answer = typeof(KeyList))]
    public Task<Answer<KeyList>> List(Page? query = null, CancellationToken stop = default) =>
        _transport.Read("/api/v1/keys", query, WireJson.Default.KeyList, stop);

    /// <summary>Create an API key; its text is in this answer and nowhere else.</summary>
    /// <param name="body">Body.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/keys", Body = typeof(KeyCreation), Answer = typeof(CreatedKey), Status = 201, IsCommand = true)]
    public Task<Answer<CreatedKey>> Create(KeyCreation body, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, "/api/v1/keys", Content.Of(body, WireJson.Default.KeyCreation), options, WireJson.Default.CreatedKey,
            stop);

    /// <summary>Revoke an API key.</summary>
    /// <param name="id">Id of the key.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("DELETE", "/api/v1/keys/{id}", Status = 204, IsCommand = true)]
    public Task<Answer> Revoke(string id, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(HttpMethod.Delete, $"/api/v1/keys/{id}", null, options, stop);

    /// <summary>Verify the hash chain of its events.</summary>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/keys/verify", Answer = typeof(StreamVerification))]
    public Task<Answer<StreamVerification>> Verify(CancellationToken stop = default) =>
        _transport.Read("/api/v1/keys/verify", null, WireJson.Default.StreamVerification, stop);
}
