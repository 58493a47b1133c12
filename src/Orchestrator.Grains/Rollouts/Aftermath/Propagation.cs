using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Rollouts.Aftermath;

/// <summary>Which nodes route by a rollback.</summary>
public interface IPropagation
{
    /// <summary>The nodes, once all of them do; null while some do not.</summary>
    LegReport.Propagated? Confirm(RolloutState state, Undone undone);
}

/// <summary>This process is the only node: its own table says it.</summary>
internal sealed class OwnPropagation(IWorld world, IRoutingTables tables, RollbackNews news, OrchestratorClock clock) : IPropagation
{
    private readonly string _node = $"{Environment.MachineName.ToLowerInvariant()}-{Environment.ProcessId}";

    public LegReport.Propagated? Confirm(RolloutState state, Undone undone)
    {
        var known = world.Current;
        return known.Rollouts.GetValueOrDefault(state.Id)?.Version >= undone.Version && tables.Current.Position >= known.Position
            ? new LegReport.Propagated(news.Applied(state.Id, undone.Version) ?? clock.GetUtcNow(), [_node])
            : null;
    }
}
