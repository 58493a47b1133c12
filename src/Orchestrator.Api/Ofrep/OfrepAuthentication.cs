using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Connections;
using Orchestrator.Api.Streams;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Routing;

namespace Orchestrator.Api.Ofrep;

/// <summary>Why a request is not answered.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Details">For people.</param>
/// <param name="RetryAfter">Whole seconds; null for never.</param>
internal sealed record OfrepRefusal(int Status, string Details, int? RetryAfter = null)
{
    public static readonly OfrepRefusal NoKey = new(401, "Send a key in X-API-Key or as Authorization: Bearer.");
    public static readonly OfrepRefusal UnknownKey = new(401, "This key opens nothing: nobody issued it, or it was revoked.");
    public static readonly OfrepRefusal WrongKey = new(403, "This key is not one for evaluation.");
    public static readonly OfrepRefusal CatchingUp = new(503, "The node is still reading the log, and does not know all keys yet.", 1);
}

/// <summary>Whether a key lets a request on.</summary>
internal sealed class OfrepAuthentication(IEvaluationKeys keys, INodeStanding node, RateLimits? limits, ConnectionGuard? connections)
{
    private const string Bearer = "Bearer ";

    /// <summary>Null lets it on, with its key.</summary>
    public OfrepRefusal? Check(HttpRequest request, out EvaluationKey key)
    {
        key = null!;
        var text = Secret(request.Headers);
        if (text.IsEmpty)
        {
            return OfrepRefusal.NoKey;
        }

        if (!keys.TryFind(text, out var found))
        {
            // A node behind the log cannot know that nobody issued it, and clients never come back from a 401.
            return !keys.AreKnown || node.Now().Standing.IsStale ? OfrepRefusal.CatchingUp : OfrepRefusal.UnknownKey;
        }

        key = found;
        return found.Environment is null ? OfrepRefusal.WrongKey
            : connections?.Knows(request.HttpContext.Features) == false ? Full(request)
            : limits is not null && limits.SecondsToWait(found.Id) is > 0 and var seconds ? new OfrepRefusal(429, "This key asks too often.", seconds)
            : null;
    }

    private static OfrepRefusal Full(HttpRequest request)
    {
        request.HttpContext.Response.Headers.Connection = "close";
        return new OfrepRefusal(503, ConnectionGuard.Full, StreamAdmission.SecondsToWait());
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
