using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Connections;
using Orchestrator.Api.Requests;
using Orchestrator.Api.Streams;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Http;

/// <summary>Finds out who asks, by the key in <c>X-API-Key</c> or <c>Authorization: Bearer</c>. What they may do is decided per request.</summary>
internal sealed class Authentication(RequestDelegate next, IWorld world, InstallationSecret secret, INodeStanding node, ConnectionGuard? connections = null)
{
    private const string Bearer = "Bearer ";

    public Task InvokeAsync(HttpContext http)
    {
        var text = KeyOf(http.Request.Headers);
        if (text.IsEmpty)
        {
            return http.Write(new Answer.Problem(401, "access.no_key", "Send a key in X-API-Key or as Authorization: Bearer."));
        }

        if (!world.CaughtUp)
        {
            return http.Write(new Answer.Problem(503, "node.catching_up", "The node is still reading the log.", RetryAfter: 1));
        }

        if (!world.Current.Keys.TryFind(text, secret.Pepper, out var key))
        {
            // A node that is cut off cannot know the newest keys, and an SDK gives up its table at a 401.
            if (node.Now().Standing.IsStale)
            {
                return http.Write(new Answer.Problem(503, "node.stale", "The node is cut off from the log and does not know this key.", RetryAfter: 1));
            }

            return http.Write(new Answer.Problem(401, "access.unknown_key", "This key opens nothing: nobody issued it, or it was revoked."));
        }

        if (connections?.Knows(http) == false)
        {
            http.Response.Headers.Connection = "close";
            return http.Write(new Answer.Problem(503, "node.too_many_connections", ConnectionGuard.Full, RetryAfter: StreamAdmission.SecondsToWait()));
        }

        http.Features.Set(new Caller(key.Id, key.Role, key.Environment));
        return next(http);
    }

    private static ReadOnlySpan<char> KeyOf(IHeaderDictionary headers)
    {
        if (headers["X-API-Key"] is [{ Length: > 0 } key])
        {
            return key;
        }

        return headers.Authorization is [{ } header] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? header.AsSpan(Bearer.Length).Trim()
            : default;
    }
}
