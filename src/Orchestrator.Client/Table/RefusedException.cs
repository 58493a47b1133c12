using System.Net;

namespace Orchestrator.Client.Table;

/// <summary>The server refused the request.</summary>
internal sealed class RefusedException(HttpResponseMessage response)
    : Exception($"the server answered {(int)response.StatusCode}{Cause(response.StatusCode)}")
{
    /// <summary>True when the key does not open the table, or no longer does.</summary>
    public bool Forbidden { get; } = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    /// <summary><c>Retry-After</c> of the server; null for none.</summary>
    public TimeSpan? RetryAfter { get; } = response.Headers.RetryAfter?.Delta;

    private static string Cause(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => ": unknown or revoked API key",
        HttpStatusCode.Forbidden => ": the key must have the role evaluation and an environment",
        >= HttpStatusCode.MovedPermanently and < HttpStatusCode.BadRequest => ": redirects are not followed, configure the final address",
        _ => "",
    };
}
