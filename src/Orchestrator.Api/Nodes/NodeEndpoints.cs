using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Conditions;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Nodes;

/// <summary>What this process is, as its settings say.</summary>
public sealed record NodeIdentity(string Id, string Role, string Version, TimeSpan Lease);

/// <summary>The nodes and how fresh what they know is.</summary>
internal static class NodeEndpoints
{
    public static void MapNodes(this IEndpointRouteBuilder api) => api.Ask("/nodes", "Position, freshness and lease of each node", (ask, world) =>
    {
        var (node, clock, known) = (ask.Service<NodeIdentity>(), ask.Service<OrchestratorClock>(), ask.Service<IWorld>());
        var lease = ask.Service<NodeLease>();
        var standing = lease.Now().Standing;
        return new Answer.Ok(new
        {
            nodes = new[]
            {
                new
                {
                    node.Id,
                    node.Role,
                    node.Version,
                    world.Timeline,
                    world.Position,
                    freshness = lease.Age is { } age ? Math.Round(age.TotalSeconds, 3) : (double?)null,
                    lease = Durations.Format(node.Lease),
                    stale = standing.IsStale,
                    returning = !standing.IsStale && standing.Past > TimeSpan.Zero ? Math.Round(standing.Returned / 1000.0, 3) : (double?)null,
                    caughtUp = known.CaughtUp,
                    clock = new { speed = clock.Speed, now = clock.GetUtcNow() },
                    alarms = lease.Alarms,
                    unwatched = lease.Unwatched.Order(StringComparer.Ordinal),
                    held = world.Held.OrderBy(held => held.Key, StringComparer.Ordinal).Select(held => new { stream = held.Key, reason = held.Value }),
                },
            },
        });
    });
}
