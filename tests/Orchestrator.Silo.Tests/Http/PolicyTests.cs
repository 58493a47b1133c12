using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Callers;
using Orchestrator.Api.Requests;

namespace Orchestrator.Silo.Tests.Http;

public sealed class PolicyTests(SharedSilo shared) : IClassFixture<SharedSilo>
{
    private static readonly string[] Open =
    [
        "/assets/{hash}/{name}", "/sign-in", "/sign-in/provider", "/sign-out", "/health", "/health/live", "/health/ready", "/openapi/v1.json",
        "/.well-known/oauth-protected-resource",
    ];

    [Fact]
    public void Every_route_has_the_policy_of_its_permission_or_is_one_of_the_open_few()
    {
        var routes = shared.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToArray();
        Assert.True(routes.Length > 40, $"{routes.Length} routes");
        Assert.All(routes, route =>
        {
            var described = route.Metadata.GetMetadata<EndpointDescription>();
            Assert.True(
                described is null
                    ? IsPage(route)
                        || (Open.Contains(route.RoutePattern.RawText) && route.Metadata.GetMetadata<IAllowAnonymous>() is not null)
                    : route.Metadata.GetOrderedMetadata<IAuthorizeData>() is [{ } one] && one.Policy == described.Needs.ToString(),
                route.DisplayName);
        });
    }

    /// <summary>A page is for those who may read; its calls of the API have the policies of their routes.</summary>
    private static bool IsPage(RouteEndpoint route) => route.DisplayName!.Contains("Blazor", StringComparison.Ordinal)
        || route.Metadata.GetMetadata<Microsoft.AspNetCore.Components.Endpoints.ComponentTypeMetadata>() is not null
        ? route.Metadata.GetOrderedMetadata<IAuthorizeData>() is [{ } one] && one.Policy == nameof(Domain.Access.Permission.Read)
        : false;

    [Fact]
    public void Route_without_a_policy_ends_the_start()
    {
        var app = WebApplication.CreateBuilder().Build();
        app.MapGet("/forgotten", () => "open to all");
        var error = Assert.Throws<InvalidOperationException>(() => Policies.RequireOnAll(app));
        Assert.Contains("/forgotten", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_without_a_route_is_404_to_a_caller_and_another_method_405()
    {
        Assert.Equal("http.not_found", await shared.Host.Admin.GetAsync("/api/v1/nothing-here").Problem(404));
        Assert.Equal("http.method_not_allowed", await shared.Host.Admin.DeleteAsync("/api/v1/nodes").Problem(405));
        Assert.Equal("access.no_key", await shared.Host.As(null).GetAsync("/api/v1/nothing-here").Problem(401));
        Assert.Equal("http.not_found", await shared.Host.As(null).GetAsync("/nothing-here").Problem(404));
    }
}
