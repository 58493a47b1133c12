using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Api.Http;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Health;

/// <summary>For whoever starts and watches the process; open to all and telling nothing.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        RequestDelegate live = http => http.Write(new Answer.Ok(new { status = "live" }));
        routes.MapGet("/health/live", live).ExcludeFromDescription();
        RequestDelegate ready = http => http.Write(Ready(http));
        routes.MapGet("/health/ready", ready).ExcludeFromDescription();
    }

    /// <summary>Ready when what this node knows has caught up with the log, and the log could be read within the lease.</summary>
    private static Answer Ready(HttpContext http)
    {
        var world = http.RequestServices.GetRequiredService<IWorld>();
        var lease = http.RequestServices.GetRequiredService<NodeIdentity>().Lease;
        if (http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
        {
            return new Answer.Problem(503, "node.stopping", "The node was told to stop; it still answers what it gets.");
        }

        if (!world.CaughtUp)
        {
            return new Answer.Problem(503, "node.catching_up", "The node is still reading the log.", RetryAfter: 1);
        }

        return world.Freshness is { } at && TimeProvider.System.GetElapsedTime(at) <= lease
            ? new Answer.Ok(new { status = "ready" })
            : new Answer.Problem(503, "node.stale", "The node has not been able to read the log for longer than its lease.", RetryAfter: 1);
    }
}
