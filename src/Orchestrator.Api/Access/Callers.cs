using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orchestrator.Api.Audit;
using Orchestrator.Api.Callers;
using Orchestrator.Api.InProcess;
using Orchestrator.Api.Oidc;

namespace Orchestrator.Api.Access;

/// <summary>Authentication by ASP.NET Core: a scheme for API keys and, where an issuer is set, one for its tokens.</summary>
internal static class Callers
{
    /// <summary>Scheme that chooses the scheme of a request by its credentials. Hosts may add schemes to its choice.</summary>
    public const string Either = "caller";

    /// <param name="services">The host's services.</param>
    /// <param name="oidc">The issuer; null for keys alone.</param>
    /// <param name="wall">Clock for the expiry of tokens: the wall clock, as the issuer uses it.</param>
    public static IServiceCollection AddCallers(this IServiceCollection services, OidcSettings? oidc, TimeProvider wall)
    {
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Refusals>(provider, wall));
        services.AddSingleton(new RefusalThrottle(TimeProvider.System));
        services.AddSingleton<AuthorizationResultHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler>(provider => provider.GetRequiredService<AuthorizationResultHandler>());
        services.AddAuthorization(Policies.Add);
        // Not AddAuthentication, which also stores keys for cookies in a folder of the user.
        services.AddAuthenticationCore(options => options.DefaultScheme = Either).AddWebEncoders().TryAddSingleton(TimeProvider.System);
        var schemes = new AuthenticationBuilder(services)
            .AddPolicyScheme(Either, null, options => options.ForwardDefaultSelector = http =>
                http.Features.Get<ActingCaller>() is not null ? ActingCallerHandler.SchemeName
                : oidc is not null && PresentedCredentials.IsToken(http.Request.Headers) ? Tokens.Scheme : ApiKeyHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
            .AddScheme<AuthenticationSchemeOptions, ActingCallerHandler>(ActingCallerHandler.SchemeName, null);
        if (oidc is not null)
        {
            // In a method of its own: the libraries of tokens are loaded, and their files kept open, only where they are needed.
            schemes.AddTokens(oidc, wall);
        }

        return services;
    }
}
