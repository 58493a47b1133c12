using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains;

/// <summary>Metrics of the engine.</summary>
internal static class Measures
{
    public static readonly Meter Meter = new("Orchestrator");

    public static readonly Counter<long> Events = Meter.CreateCounter<long>("orchestrator.log.events", "{event}", "Events appended to the log by this process");

    public static readonly Counter<long> Rounds = Meter.CreateCounter<long>("orchestrator.rounds", "{round}", "Evaluation rounds completed");

    public static readonly Counter<long> Samples = Meter.CreateCounter<long>("orchestrator.samples", "{sample}", "Metric samples by outcome");

    public static readonly Histogram<double> Pushes = Meter.CreateHistogram<double>(
        "orchestrator.push.acknowledged", "s", "Time until another silo acknowledged a push",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2] });

    public static readonly Counter<long> SourceQueries = Meter.CreateCounter<long>("orchestrator.source.queries", "{query}", "Queries to metric sources by outcome");

    public static readonly Counter<long> Notifications = Meter.CreateCounter<long>(
        "orchestrator.notifications", "{notification}", "Notifications queued and delivery attempts, by outcome");
}

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
