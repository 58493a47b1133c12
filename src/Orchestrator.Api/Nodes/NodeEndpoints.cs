using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Conditions;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Nodes;

/// <summary>The nodes and how fresh what they know is.</summary>
internal static class NodeEndpoints
{
    public static void MapNodes(this IEndpointRouteBuilder api) => api.Ask("/nodes", "Position, freshness and lease of each node", (ask, world) =>
    {
        var (node, clock, known) = (ask.Service<NodeIdentity>(), ask.Service<OrchestratorClock>(), ask.Service<IWorld>());
        var age = known.Freshness is { } at ? TimeProvider.System.GetElapsedTime(at) : (TimeSpan?)null;
        return new Answer.Ok(new
        {
            nodes = new[]
            {
                new
                {
                    node.Id,
                    node.Role,
                    node.Version,
                    world.Position,
                    freshness = age is { } known1 ? Math.Round(known1.TotalSeconds, 3) : (double?)null,
                    lease = Durations.Format(node.Lease),
                    stale = age is null || age > node.Lease,
                    caughtUp = known.CaughtUp,
                    clock = new { speed = clock.Speed, now = clock.GetUtcNow() },
                    held = world.Held.OrderBy(held => held.Key, StringComparer.Ordinal).Select(held => new { stream = held.Key, reason = held.Value }),
                },
            },
        });
    });
}
