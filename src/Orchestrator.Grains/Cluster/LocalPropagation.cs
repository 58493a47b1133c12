using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Cluster;

/// <summary>Confirmation by this node's own table.</summary>
internal sealed class LocalPropagation(
    NodeIdentity node, IWorld world, IRoutingTables tables, RollbackSignal signal, OrchestratorClock clock)
{
    public RollbackTaken Taken(string rollout, long version)
    {
        var known = world.Current;
        return new RollbackTaken(
            node.Id, known.VersionOf(rollout) >= version && tables.Current.Position >= known.Position
            ? signal.Applied(rollout, version) ?? clock.GetUtcNow()
            : null);
    }
}
