using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Access;
using Orchestrator.Api.Checkpoints;
using Orchestrator.Api.Environments;
using Orchestrator.Api.Events;
using Orchestrator.Api.Explain;
using Orchestrator.Api.Health;
using Orchestrator.Api.Http;
using Orchestrator.Api.Incidents;
using Orchestrator.Api.Nodes;
using Orchestrator.Api.Notifications;
using Orchestrator.Api.Ofrep;
using Orchestrator.Api.OpenApi;
using Orchestrator.Api.Plans;
using Orchestrator.Api.Requests;
using Orchestrator.Api.Rollouts;
using Orchestrator.Api.Sdk;
using Orchestrator.Api.Segments;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Api;

/// <summary>The HTTP API, for a host that has grains, a log and a clock.</summary>
public static class OrchestratorApi
{
    public static IServiceCollection AddOrchestratorApi(this IServiceCollection services) => services
        .AddRequests()
        .AddChange<NewKey>()
        .AddChange<AccessCommand>()
        .AddChange<EnvironmentCommand>()
        .AddChange<PlanCommand>()
        .AddChange<PlanFlags>()
        .AddChange<SegmentCommand>()
        .AddChange<RolloutCommand>()
        .AddChange<RolloutCommand.Create>()
        .AddChange<AlertBatch>()
        .AddSingleton<TableDocuments>()
        .AddDescription();

    /// <summary>Lets a request on only with a key whose role may read, as the API does.</summary>
    public static IApplicationBuilder UseReadersOnly(this IApplicationBuilder app) => app
        .UseMiddleware<Authentication>()
        .Use((http, next) => http.Features.Get<Caller>()!.Role.May(Permission.Read)
            ? next(http)
            : http.Write(new Answer.Problem(403, "access.forbidden", "The key's role may not read this.")));

    public static WebApplication UseOrchestratorApi(this WebApplication app)
    {
        // First, and past all the rest: an evaluation needs nothing of it.
        app.UseOfrep();
        app.Use(SafeHeaders.Add);
        app.UseMiddleware<Faults>();
        app.UseWhen(http => NeedsKey(http.Request.Path), api => api.UseMiddleware<Authentication>());
        app.UseRouting();
        app.MapHealth();
        app.MapOpenApi("/openapi/{documentName}.json");
        var api = app.MapGroup("/api/v1");
        api.MapKeys();
        api.MapFlags();
        api.MapLine();
        api.MapPlans();
        api.MapSegments();
        api.MapRollouts();
        api.MapIncidents();
        api.MapSignals();
        app.MapOtlp();
        app.MapSdk();
        api.MapExplain();
        api.MapNodes();
        api.MapCheckpoints();
        api.MapStream();
        api.MapNotifications();
        return app;
    }

    private static bool NeedsKey(PathString path) => path.StartsWithSegments("/api") || path.StartsWithSegments("/v1") || path.StartsWithSegments("/sdk");
}
