using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Api.Http;
using Orchestrator.Grains.Health;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Health;

/// <summary>Health probes; open to all, so they show that there are alarms and not which.</summary>
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

    /// <summary>
    /// A node is ready when it can answer. A stale one can, by its fallback rules: if nodes were taken out of service while the store is
    /// unavailable, all would be, and no node would answer. For the same reason a node that cannot write stays ready, and reports it.
    /// </summary>
    private static ApiResult Ready(HttpContext http)
    {
        if (http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
        {
            return new ApiResult.Problem(503, "node.stopping", "The node is stopping; it still answers requests.");
        }

        if (!http.RequestServices.GetRequiredService<IWorld>().CaughtUp)
        {
            return new ApiResult.Problem(503, "node.catching_up", "The node is still reading the log.", RetryAfter: 1);
        }

        return new ApiResult.Ok(new
        {
            status = "ready",
            stale = http.RequestServices.GetRequiredService<ITableTrust>().Now().Trust.IsStale,
            writable = !http.RequestServices.GetRequiredService<LogWriting>().Fails,
            // The sentences of alarms name rollouts and streams: they need the permission to read, in /api/v1/nodes.
            alarms = http.RequestServices.GetRequiredService<NodeAlarms>().All.Count(),
        });
    }
}
