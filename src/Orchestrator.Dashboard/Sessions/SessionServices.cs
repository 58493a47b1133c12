using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Api.Access;
using Orchestrator.Api.Callers;
using Orchestrator.Api.InProcess;
using Orchestrator.Api.Oidc;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>Registration of sessions.</summary>
public static class SessionServices
{
    /// <summary>Sessions beside the keys and tokens of the API; after its services. Needs an <see cref="ISessionStore"/>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="settings">Their settings.</param>
    /// <param name="oidc">The issuer; null for keys alone.</param>
    /// <param name="wall">Clock of their lengths: that of the cookies.</param>
    public static IServiceCollection AddSessions(
        this IServiceCollection services, SessionSettings settings, OidcSettings? oidc, TimeProvider wall)
    {
        services.AddSingleton(settings);
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<EndedSessions>(provider, wall));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SessionBook>(provider, wall));
        services.AddSingleton<SessionWatches>();
        services.AddScoped<SignedIn>();
        services.AddSingleton(new SignInThrottle(TimeProvider.System));
        services.AddSingleton<IPageRefusals, PageRefusals>();
        services.AddHostedService<SessionRefresh>();
        services.AddDataProtection().SetApplicationName("orchestrator").DisableAutomaticKeyGeneration();
        services.AddSingleton<IKeyManager, SessionKeys>();
        // Each wrong form of a stranger would be a line.
        services.AddLogging(logging => logging
            .AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error)
            .AddFilter("Microsoft.AspNetCore.Authentication.OpenIdConnect", LogLevel.None));
        // This adds keys in a folder of the user where there are none; here are some.
        var schemes = services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, SessionHandler>(SessionHandler.SchemeName, null);
        services.PostConfigure<PolicySchemeOptions>(Callers.Either, options =>
        {
            var others = options.ForwardDefaultSelector;
            options.ForwardDefaultSelector = http => http.Features.Get<ActingCaller>() is null && SessionHandler.Takes(http)
                ? SessionHandler.SchemeName
                : others?.Invoke(http);
        });
        if (oidc is { ClientId: not null })
        {
            services.AddSingleton<ProviderFailures>();
            schemes.AddProviderSignIn(oidc, wall);
        }

        return services;
    }
}
