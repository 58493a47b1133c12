using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orchestrator.Api.Http;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Callers;

/// <summary>
/// Finds the holder of a key, by the key in <c>X-API-Key</c> or <c>Authorization: Bearer</c>. Logs nothing: refusals are logged in one
/// place, at a bounded rate.
/// </summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, UrlEncoder encoder, IWorld world, InstallationSecret secret, ITableTrust node,
    KeyUses uses)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, NullLoggerFactory.Instance, encoder)
{
    public const string SchemeName = "ApiKey";

    public static ApiResult.Problem CatchingUp { get; } = new(503, "node.catching_up", "The node is still reading the log.", RetryAfter: 1);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Find());

    private AuthenticateResult Find()
    {
        var text = PresentedCredentials.Key(Request.Headers);
        if (text.IsEmpty)
        {
            return AuthenticateResult.NoResult();
        }

        if (!world.CaughtUp)
        {
            return Refused(CatchingUp);
        }

        if (!world.Current.Keys.TryFind(text, secret.Pepper, out var key))
        {
            // A node that is cut off cannot know the newest keys, and an SDK drops its table at a 401.
            return Refused(node.Now().Trust.IsStale
                ? new ApiResult.Problem(503, "node.stale", "The node is cut off from the log and does not know this API key.", RetryAfter: 1)
                : new ApiResult.Problem(401, "access.unknown_key", "Unknown or revoked API key."));
        }

        uses.Note(key.Id);
        var caller = new Caller(key.Id, key.Role, key.Environment);
        Context.Features.Set(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(caller.Principal(SchemeName), SchemeName));
    }

    private static AuthenticateResult Refused(ApiResult.Problem problem) => AuthenticateResult.Fail(new RefusedException(problem));
}
