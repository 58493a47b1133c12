using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Health;

/// <summary>Gauges of this node: position, lease, alarms, rollouts.</summary>
internal sealed class NodeGauges(IWorld world, NodeLease lease, NodeAlarms alarms) : IHostedService, IDisposable
{
    private readonly Meter _meter = new("Orchestrator");

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _meter.CreateObservableGauge("orchestrator.node.position", () => world.Current.Position, "{event}", "Position of the newest event this node knows");
        _meter.CreateObservableGauge(
            "orchestrator.lease.age", () => lease.Age?.TotalSeconds ?? double.PositiveInfinity, "s", "Time since the newest reading of the log's head that the table has reached began");
        _meter.CreateObservableGauge("orchestrator.lease.duration", () => lease.Lease.TotalSeconds, "s", "Age of the lease past which the table is stale");
        _meter.CreateObservableGauge("orchestrator.node.alarms", () => alarms.All.Count(), "{alarm}", "Alarms of this node that need an operator; /api/v1/nodes lists them");
        _meter.CreateObservableGauge("orchestrator.rollouts.unwatched", () => lease.Unwatched.Count, "{rollout}", "Rollouts that nobody watches");
        _meter.CreateObservableGauge("orchestrator.rollouts.watched", () => world.Current.Rollouts.Values.Count(entry => entry.State.Watched), "{rollout}", "Rollouts that are running, paused or baking");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _meter.Dispose();
}
