using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Audit;
using Orchestrator.Api.Callers;
using Orchestrator.Api.Http;
using Orchestrator.Api.Oidc;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>Sign-in by key or issuer, and sign-out. Works without script.</summary>
internal static class SignInEndpoints
{
    public const string Path = "/sign-in";

    /// <summary>Longest wait of a sign-out for the store.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void MapSessions(this IEndpointRouteBuilder routes, params object[] metadata)
    {
        RequestDelegate show = Show, enter = Enter, ask = Ask, leave = Leave;
        routes.MapGet(Path, show).AllowAnonymous().ExcludeFromDescription().WithMetadata([new SessionlessEndpoint(), .. metadata]);
        routes.MapPost(Path, enter).AllowAnonymous().ExcludeFromDescription().WithMetadata([new SessionlessEndpoint(), .. metadata]);
        routes.MapGet($"{Path}/provider", ask).AllowAnonymous().ExcludeFromDescription().WithMetadata([new SessionlessEndpoint(), .. metadata]);
        routes.MapPost("/sign-out", leave).AllowAnonymous().ExcludeFromDescription().WithMetadata([new SessionEndpoint(), .. metadata]);
    }

    /// <summary>Signs a browser in and sends it on.</summary>
    public static void Begin(HttpContext http, Ticket ticket, string to)
    {
        var book = http.RequestServices.GetRequiredService<SessionBook>();
        SessionCookie.Write(http, book.Write(ticket), book.Left(ticket));
        SeeOther(http, to);
    }

    /// <summary>Sends a browser to the sign-in with a notice.</summary>
    public static void Again(HttpContext http, string why, string to) =>
        SeeOther(http, $"{http.Request.PathBase}{Path}?why={why}&return={Uri.EscapeDataString(to)}");

    private static async Task Show(HttpContext http)
    {
        var to = LocalPath.Of(http.Request.Query["return"]);
        if (SessionCookie.Read(http.Request) is not null && (await http.AuthenticateAsync(SessionHandler.SchemeName)).Succeeded)
        {
            SeeOther(http, to);
            return;
        }

        var why = http.Request.Query["why"].ToString();
        var failed = why is SignInNotice.NoRole or SignInNotice.Provider or SignInNotice.Unreachable;
        await Page(http, StatusCodes.Status200OK, SignInNotice.Of(why), failed, to);
    }

    private static async Task Enter(HttpContext http)
    {
        var services = http.RequestServices;
        if (SessionCookie.Name(http.Request) is null)
        {
            await Page(http, StatusCodes.Status400BadRequest, null, failed: false, LocalPath.First);
            return;
        }

        SmallForms.Bound(http);
        if (!await HasToken(http))
        {
            await Page(http, StatusCodes.Status400BadRequest, SignInNotice.OldForm, failed: true, LocalPath.Of(http.Request.Query["return"]));
            return;
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var to = LocalPath.Of(form["return"]);
        var world = services.GetRequiredService<IWorld>();
        if (!world.CaughtUp)
        {
            await Page(http, StatusCodes.Status503ServiceUnavailable, SignInNotice.CatchingUp, failed: true, to);
        }
        else if (!world.Current.Keys.TryFind(
            form["key"].ToString().Trim(), services.GetRequiredService<InstallationSecret>().Pepper, out var key))
        {
            await Unknown(http, to);
        }
        else if (!key.Role.May(Permission.Read))
        {
            var caller = new Caller(key.Id, key.Role, key.Environment);
            services.GetRequiredService<Refusals>().Note(http, new ApiResult.Problem(403, "access.forbidden", SignInNotice.WrongRole), caller);
            await Page(http, StatusCodes.Status403Forbidden, SignInNotice.WrongRole, failed: true, to);
        }
        else
        {
            Begin(http, services.GetRequiredService<SessionBook>().Begin(key), to);
        }
    }

    private static async Task Unknown(HttpContext http, string to)
    {
        var services = http.RequestServices;
        if (services.GetRequiredService<ITableTrust>().Now().Trust.IsStale)
        {
            await Page(http, StatusCodes.Status503ServiceUnavailable, SignInNotice.Stale, failed: true, to);
            return;
        }

        services.GetRequiredService<Refusals>().Note(http, new ApiResult.Problem(401, "access.unknown_key", SignInNotice.UnknownKey), null);
        var tooMany = services.GetRequiredService<SignInThrottle>().IsTooMany(http.Connection.RemoteIpAddress);
        await (tooMany
            ? Page(http, StatusCodes.Status429TooManyRequests, SignInNotice.TooMany, failed: true, to)
            : Page(http, StatusCodes.Status401Unauthorized, SignInNotice.UnknownKey, failed: true, to));
    }

    /// <summary>Leads to the issuer. A link and no form: the policy of the pages lets forms lead to this host only.</summary>
    private static async Task Ask(HttpContext http)
    {
        var to = LocalPath.Of(http.Request.Query["return"]);
        if (ProviderName(http) is null || SessionCookie.Name(http.Request) is null)
        {
            SeeOther(http, $"{http.Request.PathBase}{Path}?return={Uri.EscapeDataString(to)}");
            return;
        }

        try
        {
            await http.ChallengeAsync(ProviderSignIn.SchemeName, new AuthenticationProperties { RedirectUri = to });
        }
        catch (IssuerUnreachableException)
        {
            Again(http, SignInNotice.Unreachable, to);
        }
    }

    private static async Task Leave(HttpContext http)
    {
        if (http.Features.Get<Caller>()?.Session is not Session session)
        {
            SessionCookie.Delete(http);
            SeeOther(http, $"{http.Request.PathBase}{Path}");
            return;
        }

        SmallForms.Bound(http);
        if (!await HasToken(http))
        {
            await http.Write(new ApiResult.Problem(400, "http.400", SignInNotice.OldForm));
            return;
        }

        var everywhere = await http.RequestServices.GetRequiredService<EndedSessions>().End(session.Ticket, Patience);
        SessionCookie.Delete(http);
        Again(http, everywhere ? SignInNotice.Out : SignInNotice.OutHere, LocalPath.First);
    }

    private static async Task<bool> HasToken(HttpContext http)
    {
        try
        {
            return http.Request.HasFormContentType
                && await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or AntiforgeryValidationException)
        {
            return false;
        }
    }

    private static string? ProviderName(HttpContext http) =>
        http.RequestServices.GetService<OidcSettings>() is { ClientId: not null } oidc ? oidc.Provider : null;

    private static Task Page(HttpContext http, int status, string? notice, bool failed, string to)
    {
        var tokens = http.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(http);
        var view = new SignInView(
            http.Request.PathBase.ToUriComponent(), notice, failed, to, tokens.FormFieldName, tokens.RequestToken!, ProviderName(http),
            SessionCookie.Name(http.Request) is not null);
        return new RazorComponentResult<SignInPage>(new { View = view }) { StatusCode = status }.ExecuteAsync(http);
    }

    private static void SeeOther(HttpContext http, string to)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = to;
    }
}
