using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orchestrator.Api.Callers;
using Orchestrator.Api.Http;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>Finds the caller of a request by the cookie of a session. Reads memory only: no store, no grain.</summary>
internal sealed class SessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, UrlEncoder encoder, SessionBook book, EndedSessions ended, IWorld world,
    ITableTrust node, KeyUses uses)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, NullLoggerFactory.Instance, encoder)
{
    public const string SchemeName = "Session";

    private static readonly ApiResult.Problem Over = new(401, "access.session_over", "The session is over. Sign in again.");

    private static readonly ApiResult.Problem Starting =
        new(503, "node.catching_up", "The node is still reading which sessions ended.", RetryAfter: 1);

    private static readonly ApiResult.Problem Stale =
        new(503, "node.stale", "The node is cut off from the log and does not know the API key of this session.", RetryAfter: 1);

    /// <summary>
    /// True for a request that a cookie may open: without any other credential; of a page, or one that reads. What is sent to the API is
    /// never opened by a cookie, so that no other site can send it.
    /// </summary>
    public static bool Takes(HttpContext http)
    {
        var request = http.Request;
        return !HasOther(request) && SessionCookie.Read(request) is not null && !SessionlessEndpoint.Is(http)
            && (SessionEndpoint.IsPage(http) || (Reads(request.Method) && IsOwn(request)));
    }

    /// <summary>True when a key or a token is sent, right or wrong. What a proxy asks for (<c>Basic</c>) is none of ours.</summary>
    public static bool HasOther(HttpRequest request) => request.Headers.ContainsKey("X-API-Key")
        || request.Headers.Authorization.Any(one => one?.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase) == true);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Find());

    private static bool Reads(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    /// <summary>False when a browser says that a page of another origin asks: of another host of the same site, too.</summary>
    private static bool IsOwn(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";

    private static AuthenticateResult Refused(ApiResult.Problem problem) => AuthenticateResult.Fail(new RefusedException(problem));

    private AuthenticateResult Find()
    {
        if (SessionCookie.Read(Request) is not { } text)
        {
            return AuthenticateResult.NoResult();
        }

        if (!world.CaughtUp)
        {
            return Refused(ApiKeyHandler.CatchingUp);
        }

        if (!ended.AreKnown)
        {
            return Refused(Starting);
        }

        if (book.Read(text) is not { } ticket)
        {
            return Refused(Over);
        }

        var session = book.Open(ticket);
        var now = world.Current;
        if (session.IsOver(now))
        {
            // A node that is cut off does not know the newest keys: it must not send the browser to the sign-in.
            var unknown = ticket.Key is not null && !now.Access.Keys.ContainsKey(ticket.Holder);
            return Refused(unknown && node.Now().Trust.IsStale ? Stale : Over);
        }

        Renew(ticket);
        var caller = session.Caller;
        if (ticket.Key is not null)
        {
            uses.Note(caller.KeyId);
        }

        Context.Features.Set(caller);

        // The id of the session is the subject: tokens of forms are bound to it.
        var principal = caller.Principal(SchemeName);
        ((ClaimsIdentity)principal.Identity!).AddClaim(new Claim("sub", ticket.Id));
        return AuthenticateResult.Success(new AuthenticationTicket(principal, SchemeName));
    }

    /// <summary>Only a visit renews a session: a page that lies open, and asks by itself, does not go on for ever.</summary>
    private void Renew(Ticket ticket)
    {
        if (SessionEndpoint.IsPage(Context) && Request.Headers["Sec-Fetch-Mode"].ToString() is "" or "navigate"
            && !Response.HasStarted && book.Renew(ticket) is { } renewed)
        {
            SessionCookie.Write(Context, book.Write(renewed), book.Left(renewed));
        }
    }
}
