using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Orchestrator.Api.Audit;
using Orchestrator.Api.Oidc;

namespace Orchestrator.Api.Access;

/// <summary>Finds out who asks: ASP.NET Core's authentication with a scheme for keys and, where an issuer is set, one for its tokens.</summary>
internal static class Callers
{
    private const string Either = "caller";

    /// <param name="services">The host's services.</param>
    /// <param name="oidc">The issuer; null for keys alone.</param>
    /// <param name="wall">Clock that tokens end by: an issuer knows no other than that of the wall.</param>
    public static IServiceCollection AddCallers(this IServiceCollection services, OidcSettings? oidc, TimeProvider wall)
    {
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Refusals>(provider, wall));
        services.AddSingleton(new Patience(TimeProvider.System));
        services.AddSingleton<Door>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler>(provider => provider.GetRequiredService<Door>());
        services.AddAuthorization(Policies.Add);
        // Not AddAuthentication, which also keeps keys of its own for cookies in a folder of the user.
        services.AddAuthenticationCore(options => options.DefaultScheme = Either).AddWebEncoders().TryAddSingleton(TimeProvider.System);
        var schemes = new AuthenticationBuilder(services)
            .AddPolicyScheme(Either, null, options => options.ForwardDefaultSelector = http =>
                oidc is not null && Presented.IsToken(http.Request.Headers) ? Tokens.Scheme : KeyHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, KeyHandler>(KeyHandler.SchemeName, null);
        if (oidc is null)
        {
            return services;
        }

        schemes.AddScheme<JwtBearerOptions, JwtBearerHandler>(Tokens.Scheme, null);
        services.AddSingleton(oidc);
        services.AddSingleton<IDocumentRetriever, IssuerDocuments>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<IssuerKeys>(provider, wall));
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>>(provider => new ConfigureNamedOptions<JwtBearerOptions>(
            Tokens.Scheme, options => Tokens.Configure(options, oidc, provider.GetRequiredService<IssuerKeys>(), wall)));
        return services;
    }
}
