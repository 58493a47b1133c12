using Orchestrator.Domain.Leases;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Grains.Routing;

/// <summary>What an answer rests on.</summary>
/// <param name="Standing">How sure the node is.</param>
/// <param name="Lease">The lease that makes it so; of no interest while stale, null before the first.</param>
public readonly record struct Ground(Standing Standing, TableLease? Lease);
