using Orchestrator.Domain.Routing;

namespace Orchestrator.Grains.Routing;

/// <summary>The routing table of this node.</summary>
public interface IRoutingTables
{
    /// <summary>The newest table: one volatile read. A request takes it once and keeps it to the end.</summary>
    RoutingTable Current { get; }
}
