using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Http;

namespace Orchestrator.Api.Oidc;

/// <summary>
/// Metadata of a protected resource (RFC 9728), with which a client finds the issuer of its tokens. Open to all, because it is read before
/// a sign-in; it has nothing secret.
/// </summary>
internal static class ResourceMetadata
{
    private const string Path = "/.well-known/oauth-protected-resource";

    public static void MapResourceMetadata(this IEndpointRouteBuilder routes)
    {
        RequestDelegate read = http => http.Write(Of(http.RequestServices.GetService<OidcSettings>()));
        routes.MapGet(Path, read).AllowAnonymous().ExcludeFromDescription();
    }

    private static ApiResult Of(OidcSettings? oidc) => oidc is null
        ? ApiResult.NotFound("access.no_issuer", "No issuer of tokens is set here (Orchestrator:Auth:Oidc): use an API key.")
        : new ApiResult.Ok(new
        {
            // The name of this API at the issuer, for all its addresses: tokens are for it, and any node takes them.
            resource = oidc.Audience,
            resource_name = "Rollout Orchestrator",
            authorization_servers = new[] { oidc.Authority },
            scopes_supported = oidc.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            bearer_methods_supported = new[] { "header" },
            command_line_client_id = oidc.CommandLineClientId,
        });
}
