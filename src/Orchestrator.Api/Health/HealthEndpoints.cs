using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Api.Http;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Health;

/// <summary>Probes of the process; open to all, so they tell that something needs a look and not what.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        RequestDelegate live = http => http.Write(new ApiResult.Ok(new { status = "live" }));
        routes.MapGet("/health/live", live).AllowAnonymous().ExcludeFromDescription();
        RequestDelegate ready = http => http.Write(Ready(http));
        routes.MapGet("/health", ready).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/health/ready", ready).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Where to go on from the address alone, and where links in notifications lead. Says nothing that is not the same everywhere.</summary>
    public static void MapFront(this IEndpointRouteBuilder routes)
    {
        RequestDelegate front = http => http.Write(new ApiResult.Ok(new
        {
            product = "Rollout Orchestrator",
            links = new
            {
                rollouts = "/api/v1/rollouts", plans = "/api/v1/plans", nodes = "/api/v1/nodes", description = "/openapi/v1.json", health = "/health", metrics = "/metrics", evaluation = "/ofrep/v1/evaluate/flags",
            },
            text = "Send a key in X-API-Key or as Authorization: Bearer.",
        }));
        routes.MapGet("/", front).AllowAnonymous().ExcludeFromDescription();
        RequestDelegate rollout = http =>
        {
            http.Response.Redirect($"{http.Request.PathBase}/api/v1/rollouts/{Uri.EscapeDataString((string)http.Request.RouteValues["id"]!)}");
            return Task.CompletedTask;
        };
        routes.MapGet("/rollouts/{id}", rollout).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>
    /// Ready is a node that can answer. A stale one can, and as safely as can be: taken out of service when the store is away, all nodes would
    /// be, and no answer would come at all. For the same reason a node that cannot write stays ready, and says so.
    /// </summary>
    private static ApiResult Ready(HttpContext http)
    {
        if (http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
        {
            return new ApiResult.Problem(503, "node.stopping", "The node was told to stop; it still answers what it gets.");
        }

        if (!http.RequestServices.GetRequiredService<IWorld>().CaughtUp)
        {
            return new ApiResult.Problem(503, "node.catching_up", "The node is still reading the log.", RetryAfter: 1);
        }

        return new ApiResult.Ok(new
        {
            status = "ready",
            stale = http.RequestServices.GetRequiredService<INodeStanding>().Now().Standing.IsStale,
            writable = !http.RequestServices.GetRequiredService<LogWriting>().Fails,
            // Their sentences name rollouts and streams: those are for readers, in /api/v1/nodes.
            alarms = http.RequestServices.GetRequiredService<NodeAlarms>().All.Count(),
        });
    }
}
