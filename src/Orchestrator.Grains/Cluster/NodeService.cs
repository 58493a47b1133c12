using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Cluster;

/// <summary>Answers for this silo. No call here waits longer than its caller does.</summary>
internal sealed class NodeService(
    GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory loggers, NodeIdentity node, WorldFollower world, IRoutingTables tables,
    LocalPropagation own, LocalServed served)
    : GrainService(id, silo, loggers), INodeService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public async Task<Acknowledgement> Reach(long position)
    {
        world.Notify(position);
        await world.WaitFor(position, Patience, StoppedCancellationTokenSource.Token);
        return new Acknowledgement(node.Id, tables.Current.Position);
    }

    public async Task<RollbackTaken> Took(string rollout, long version, long position)
    {
        await Reach(position);
        return own.Taken(rollout, version);
    }

    public Task<ServedHere> Served(string environment, string flag) => Task.FromResult(served.Here(environment, flag));
}
