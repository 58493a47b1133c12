using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Connections;
using Orchestrator.Api.Streams;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Routing;

namespace Orchestrator.Api.Ofrep;

/// <summary>Authentication of OFREP requests: the key, its bounds, and its connection.</summary>
internal sealed class OfrepAuthentication(
    IEvaluationKeys keys, ITableTrust node, RateLimits? limits, ConnectionGuard? connections, KeyUses? uses)
{
    private const string Bearer = "Bearer ";

    /// <summary>OfrepRefusal of the request; null with its key when it is allowed.</summary>
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
            // A node behind the log cannot know that the key is unknown, and clients never retry after a 401.
            return !keys.AreKnown || node.Now().Trust.IsStale ? OfrepRefusal.CatchingUp : OfrepRefusal.UnknownKey;
        }

        key = found;
        uses?.Note(found.Id);
        return found.Environment is null ? OfrepRefusal.WrongKey
            : connections?.Knows(request.HttpContext.Features) == false ? Full(request)
            : limits is not null && limits.SecondsToWait(found.Id) is > 0 and var seconds ? new OfrepRefusal(429, "Rate limit of this API key exceeded.", seconds)
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
