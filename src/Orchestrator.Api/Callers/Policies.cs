using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Domain.Access;

namespace Orchestrator.Api.Callers;

/// <summary>ASP.NET Core's policies, built from the one table of permissions: each permission is a policy of its name.</summary>
internal static class Policies
{
    /// <summary>Claim with the role of a caller. Set by this product only: the claims of a token are not passed on.</summary>
    public const string RoleClaim = "orchestrator:role";

    public static string Name(Permission permission) => permission.ToString();

    public static void Add(AuthorizationOptions options)
    {
        foreach (var permission in Enum.GetValues<Permission>())
        {
            options.AddPolicy(Name(permission), policy => policy.RequireClaim(RoleClaim, Permissions.Of(permission).Select(Roles.Name)));
        }

        // A route without a policy is closed. Where there is no route, or none for this method, only the 404 or 405 would be protected.
        options.FallbackPolicy = new AuthorizationPolicyBuilder()
            .RequireAssertion(context => context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint
                && (!NeedsCaller(http.Request.Path) || IsKnown(context)))
            .Build();
    }

    /// <summary>Fails the start when a route has neither a policy nor AllowAnonymous.</summary>
    /// <exception cref="InvalidOperationException">A route has neither.</exception>
    public static void RequireOnAll(IEndpointRouteBuilder routes)
    {
        if (routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().FirstOrDefault(one => !Says(one)) is { } open)
        {
            throw new InvalidOperationException($"The route {open.DisplayName} has no policy. Give it a permission, or AllowAnonymous.");
        }
    }

    private static bool Says(Endpoint endpoint) => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
        || endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(one => Enum.TryParse<Permission>(one.Policy, out _));

    private static bool IsKnown(AuthorizationHandlerContext context) => context.User.HasClaim(claim => claim.Type == RoleClaim);

    private static bool NeedsCaller(PathString path) =>
        path.StartsWithSegments("/api") || path.StartsWithSegments("/v1") || path.StartsWithSegments("/sdk");
}
