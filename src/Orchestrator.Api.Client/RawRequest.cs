namespace Orchestrator.Api.Client;

/// <summary>A request as it is.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Target">Path and query, percent-encoded, from <c>/</c> on.</param>
public sealed record RawRequest(HttpMethod Method, string Target)
{
    /// <summary>Body; null for none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Media type of the body.</summary>
    public string MediaType { get; init; } = "application/json";

    /// <summary>Media type of the answer (<c>Accept</c>); null for the usual one.</summary>
    public string? Accept { get; init; }

    /// <summary>Further headers.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>
    /// True when it may be sent to another server after its connection failed: it reads, or carries an Idempotency-Key. Null for the
    /// usual: GET, and requests with that header.
    /// </summary>
    public bool? Repeatable { get; init; }
}

/// <summary>An answer as it is, also of a failure.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Text">Body.</param>
/// <param name="Headers">Headers of the answer and of its body.</param>
/// <param name="Server">Server that answered.</param>
public sealed record RawAnswer(int Status, string Text, IReadOnlyList<KeyValuePair<string, string>> Headers, Uri Server)
{
    /// <summary>True for a status of 200 to 299.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>This answer when it is a success.</summary>
    /// <exception cref="OrchestratorApiException">It is a failure.</exception>
    public RawAnswer EnsureSuccess() => Transport.Checked(this);

    /// <summary>A header; null without it.</summary>
    /// <param name="name">Name in any case.</param>
    public string? Header(string name) =>
        Headers.FirstOrDefault(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
}
