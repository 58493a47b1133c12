using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Quantities;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Health;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Nodes;

/// <summary>The nodes with position, freshness and lease.</summary>
internal static class NodeEndpoints
{
    /// <summary>Longest wait for the reports of the other nodes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static void MapNodes(this IEndpointRouteBuilder api)
    {
        api.MapQuery(
            "/nodes", "List the nodes: position, freshness, lease and alarms of each; and the guard of each watched rollout",
            async (request, world) =>
            {
                var (self, known) = (request.Service<NodeIdentity>().Id, await Known(request));
                return new ApiResult.Ok(new
                {
                    nodes = new[] { This(request, world, known.FirstOrDefault(one => one.Report.Id == self)) }.Concat(Others(known, self)),
                    guards = await Guards(request, world),
                });
            });
        api.MapQuery("/node", "Get this node, from its memory", (request, world) => new ApiResult.Ok(This(request, world)));
    }

    private static object This(Query request, World world, KnownNode? report = null)
    {
        var (node, clock, known) = (request.Service<NodeIdentity>(), request.Service<OrchestratorClock>(), request.Service<IWorld>());
        var lease = request.Service<NodeLease>();
        var trust = lease.Now().Trust;
        return new
        {
            node.Id,
            node.Name,
            node.Role,
            node.Version,
            uptime = Seconds(request.Service<NodeUptime>().Now),
            world.Timeline,
            world.Position,
            freshness = lease.Age is { } age ? Seconds(age) : (double?)null,
            lease = Durations.Format(node.Lease),
            stale = trust.IsStale,
            returning = !trust.IsStale && trust.Past > TimeSpan.Zero ? (double)trust.Returned.Percent : (double?)null,
            caughtUp = known.CaughtUp,
            answers = Answers(request.Service<ServedLately>().Look()),
            clock = new { speed = clock.Speed, now = clock.GetUtcNow() },
            clockAhead = Ahead(report),
            alarms = request.Service<NodeAlarms>().All,
            unwatched = lease.Unwatched.Order(StringComparer.Ordinal),
            held = world.Quarantined.OrderBy(held => held.Key, StringComparer.Ordinal)
                .Select(held => new { stream = held.Key, reason = held.Value }),
            kept = request.Service<PendingRollbacks>().Waiting.Select(pending => new
            {
                pending.Rollout,
                pending.Since,
                by = pending.Envelope.Actor.Id,
                name = world.Access.NameOf(pending.Envelope.Actor.Id),
                pending.Command.Reason,
                pending.Command.Segments,
            }),
        };
    }

    /// <summary>Answers of routed flags in about the last minute; null for a node that does not count them.</summary>
    private static object? Answers(ServedReport? served) => served is null ? null : new
    {
        count = served.Flags.Sum(flag => flag.New + flag.Legacy),
        served.Seconds,
    };

    /// <summary>
    /// Seconds since the newest round of each watched rollout, on whichever silo; null for one that had none. Null altogether while the
    /// store does not answer: no age is known then.
    /// </summary>
    private static async Task<IEnumerable<object>?> Guards(Query request, World world)
    {
        try
        {
            var ages = await request.Service<IGuardStore>().Ages(request.Stop).WaitAsync(Patience, request.Stop);
            var unwatched = request.Service<NodeLease>().Unwatched;
            return world.Rollouts.Values.Select(one => one.State).Where(state => state.Watched)
                .OrderBy(state => state.Id, StringComparer.Ordinal)
                .Select(state => new
                {
                    rollout = state.Id,
                    renewed = ages.TryGetValue(state.Id, out var age) ? Seconds(age) : (double?)null,
                    unwatched = unwatched.Contains(state.Id),
                });
        }
        catch (Exception failure) when (failure is TimeoutException or IOException or System.Data.Common.DbException)
        {
            return null;
        }
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    /// <summary>Seconds that the node's clock is ahead of the store's; null while unknown.</summary>
    private static double? Ahead(KnownNode? known) => known?.ClockAhead is { } ahead ? Seconds(ahead) : null;

    /// <summary>Reports of the other nodes and their ages; a node without a report within its lease may be dead.</summary>
    private static IEnumerable<object> Others(IReadOnlyList<KnownNode> all, string self) => all.Where(known => known.Report.Id != self)
        .Select(known => new
        {
            known.Report.Id,
            known.Report.Role,
            known.Report.Version,
            uptime = known.Report.Uptime is { } up ? Seconds(up + known.Age) : (double?)null,
            known.Report.Url,
            known.Report.Timeline,
            known.Report.Position,
            freshness = known.Report.FreshnessAge is { } age ? Seconds(age + known.Age) : (double?)null,
            lease = Durations.Format(known.Report.Lease),
            stale = known.Report.FreshnessAge is not { } fresh || fresh + known.Age > known.Report.Lease,
            known.Report.CaughtUp,
            answers = Answers(known.Report.Served),
            clockAhead = Ahead(known),
            reported = Seconds(known.Age),
        });

    /// <summary>The reports of all nodes; none while the store is away, which this node's alarms show.</summary>
    private static async Task<IReadOnlyList<KnownNode>> Known(Query request)
    {
        try
        {
            return await request.Service<INodeRegistry>().All(request.Stop).WaitAsync(Patience);
        }
        catch (Exception failure) when (failure is TimeoutException or IOException or System.Data.Common.DbException)
        {
            return [];
        }
    }
}
