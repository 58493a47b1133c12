using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Access;
using Orchestrator.Api.Environments;
using Orchestrator.Api.Events;
using Orchestrator.Api.Health;
using Orchestrator.Api.Http;
using Orchestrator.Api.Nodes;
using Orchestrator.Api.OpenApi;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Environments;

namespace Orchestrator.Api;

/// <summary>The HTTP API, for a host that has grains, a log and a clock.</summary>
public static class OrchestratorApi
{
    public static IServiceCollection AddOrchestratorApi(this IServiceCollection services) => services
        .AddRequests()
        .AddChange<NewKey>()
        .AddChange<AccessCommand>()
        .AddChange<EnvironmentCommand>()
        .AddDescription();

    public static WebApplication UseOrchestratorApi(this WebApplication app)
    {
        app.Use(SafeHeaders.Add);
        app.UseMiddleware<Faults>();
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/api"), api => api.UseMiddleware<Authentication>());
        app.UseRouting();
        app.MapHealth();
        app.MapOpenApi("/openapi/{documentName}.json");
        var api = app.MapGroup("/api/v1");
        api.MapKeys();
        api.MapFlags();
        api.MapNodes();
        api.MapStream();
        return app;
    }
}
