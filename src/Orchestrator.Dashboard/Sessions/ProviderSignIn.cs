using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Orchestrator.Api.Audit;
using Orchestrator.Api.Http;
using Orchestrator.Api.Oidc;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.Egress;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>
/// Sign-in with the issuer of the API's tokens: ASP.NET Core's handler of OpenID Connect, with a code and PKCE. Its ID token makes a
/// session by the same claims as a token of the API; no token is kept.
/// </summary>
internal static class ProviderSignIn
{
    public const string SchemeName = "Provider";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void AddProviderSignIn(this AuthenticationBuilder schemes, OidcSettings settings, TimeProvider wall)
    {
        schemes.AddOpenIdConnect(SchemeName, null, _ => { });
        schemes.Services.AddSingleton<IConfigureOptions<OpenIdConnectOptions>>(provider => new ConfigureNamedOptions<OpenIdConnectOptions>(
            SchemeName, options => Configure(options, settings, provider.GetRequiredService<IssuerKeys>(), wall)));
    }

    private static void Configure(OpenIdConnectOptions options, OidcSettings settings, IssuerKeys keys, TimeProvider wall)
    {
        options.ClientId = settings.ClientId;
        options.ClientSecret = settings.ClientSecret;
        options.ConfigurationManager = keys;
        options.Backchannel = OutgoingHttp.Configured();
        options.Backchannel.Timeout = Patience;
        options.TimeProvider = wall;
        options.ResponseType = OpenIdConnectResponseType.Code;
        // With a form the answer would be a POST of another site, without the cookies of the sign-in.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        // A pushed request would call the issuer for every stranger who follows the link.
        options.PushedAuthorizationBehavior = PushedAuthorizationBehavior.Disable;
        options.MapInboundClaims = false;
        options.SaveTokens = false;
        options.DisableTelemetry = true;
        options.RefreshOnIssuerKeyNotFound = false;
        options.CallbackPath = $"{SignInEndpoints.Path}/callback";
        options.RemoteSignOutPath = default;
        options.SignedOutCallbackPath = default;
        options.TokenValidationParameters = Tokens.Rules(settings.ClientId!, wall);
        options.Scope.Clear();
        foreach (var scope in settings.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            options.Scope.Add(scope);
        }

        // The issuer's answer is a navigation of another site: Strict would leave them out of it.
        Shape(options.CorrelationCookie, "orchestrator-sign-in.");
        Shape(options.NonceCookie, "orchestrator-nonce.");
        options.Events = new OpenIdConnectEvents
        {
            OnAuthorizationCodeReceived = context => Guard(context, settings),
            OnTicketReceived = context => Accept(context, settings, wall),
            OnRemoteFailure = Failed,
        };
    }

    private static void Shape(CookieBuilder cookie, string name)
    {
        cookie.Name = name;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.HttpOnly = true;
    }

    /// <summary>The secret of the client is sent there.</summary>
    private static async Task Guard(AuthorizationCodeReceivedContext context, OidcSettings settings)
    {
        var published = await context.Options.ConfigurationManager!.GetConfigurationAsync(context.HttpContext.RequestAborted);
        var endpoint = published.TokenEndpoint;
        if (settings.RequireHttps && (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || !OidcSettings.IsSafe(address)))
        {
            context.Fail($"The token endpoint of the issuer is not HTTPS: {endpoint}");
        }
    }

    private static Task Accept(TicketReceivedContext context, OidcSettings settings, TimeProvider wall)
    {
        var http = context.HttpContext;
        var book = http.RequestServices.GetRequiredService<SessionBook>();
        var to = LocalPath.Of(context.ReturnUri);
        var (caller, problem) = TokenHolder.Of(context.Principal!, settings, book.End, wall);
        if (caller is null || !caller.Role.May(Permission.Read))
        {
            var refused = problem ?? new ApiResult.Problem(403, "access.forbidden", "The role of the person opens no page.");
            http.RequestServices.GetRequiredService<Refusals>().Note(http, refused, caller);
            SignInEndpoints.Again(http, SignInNotice.NoRole, to);
        }
        else
        {
            SignInEndpoints.Begin(http, book.Begin(caller), to);
        }

        context.HandleResponse();
        return Task.CompletedTask;
    }

    private static Task Failed(RemoteFailureContext context)
    {
        context.HttpContext.RequestServices.GetRequiredService<ProviderFailures>().Note(context.Failure);
        var why = context.Failure is IssuerUnreachableException or HttpRequestException ? SignInNotice.Unreachable : SignInNotice.Provider;
        SignInEndpoints.Again(context.HttpContext, why, LocalPath.Of(context.Properties?.RedirectUri));
        context.HandleResponse();
        return Task.CompletedTask;
    }
}
