using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Connections;
using Orchestrator.Api.Streams;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Routing;

namespace Orchestrator.Api.Ofrep;

/// <summary>Refusal of a request.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Details">Display text.</param>
/// <param name="RetryAfter">Whole seconds; null for never.</param>
internal sealed record Refusal(int Status, string Details, int? RetryAfter = null)
{
    public static readonly Refusal NoKey = new(401, "Send a key in X-API-Key or as Authorization: Bearer.");
    public static readonly Refusal UnknownKey = new(401, "Unknown or revoked API key.");
    public static readonly Refusal WrongKey = new(403, "This API key may not evaluate flags. Use a key of the role evaluation or browser.");
    public static readonly Refusal CatchingUp = new(503, "The node is still reading the log and does not know all API keys yet.", 1);
}

/// <summary>Checks the API key of a request.</summary>
internal sealed class Gate(IEvaluationKeys keys, INodeStanding node, RateLimits? limits, ConnectionGuard? connections)
{
    private const string Bearer = "Bearer ";

    /// <summary>Refusal of the request; null with its key when it is allowed.</summary>
    public Refusal? Check(HttpRequest request, out EvaluationKey key)
    {
        key = null!;
        var text = Secret(request.Headers);
        if (text.IsEmpty)
        {
            return Refusal.NoKey;
        }

        if (!keys.TryFind(text, out var found))
        {
            // A node behind the log cannot know that the key is unknown, and clients never retry after a 401.
            return !keys.AreKnown || node.Now().Standing.IsStale ? Refusal.CatchingUp : Refusal.UnknownKey;
        }

        key = found;
        return found.Environment is null ? Refusal.WrongKey
            : connections?.Knows(request.HttpContext.Features) == false ? Full(request)
            : limits is not null && limits.SecondsToWait(found.Id) is > 0 and var seconds ? new Refusal(429, "Rate limit of this API key exceeded.", seconds)
            : null;
    }

    private static Refusal Full(HttpRequest request)
    {
        request.HttpContext.Response.Headers.Connection = "close";
        return new Refusal(503, ConnectionGuard.Full, StreamAdmission.SecondsToWait());
    }

    private static ReadOnlySpan<char> Secret(IHeaderDictionary headers)
    {
        var authorization = headers.Authorization;
        if (authorization.Count == 1 && authorization[0]!.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return authorization[0].AsSpan(Bearer.Length).Trim();
        }

        var key = headers["X-API-Key"];
        return key.Count == 1 ? key[0] : [];
    }
}
