using Orchestrator.Grains.Metrics;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Telemetry;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Health;

/// <summary>Alarms of this node, one sentence each.</summary>
public sealed class NodeAlarms(NodeLease lease, OrchestratorClock clock, RefusedSamples refused, IWorld world, RaisedAlarms raised)
{
    /// <summary>All of them; empty when all is well.</summary>
    public IEnumerable<string> All => [.. lease.Alarms, .. Clock(), .. Refused(), .. raised.All];

    private IEnumerable<string> Clock() => clock.Doubt is { } doubt ? [doubt.ToString()] : [];

    /// <summary>The missing samples of a finished rollout are no alarm.</summary>
    private IEnumerable<string> Refused() =>
        from one in refused.All
        where world.Current.Rollouts.TryGetValue(one.Key, out var rollout) && rollout.State.Watched
        select $"Every sample of rollout {one.Key} is refused, so its triggers have no data: {one.Value}";
}
