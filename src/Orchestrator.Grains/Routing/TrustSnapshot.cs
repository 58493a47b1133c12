using Orchestrator.Domain.Leases;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Grains.Routing;

/// <summary>Basis of an answer.</summary>
/// <param name="Trust">Trust of the node in its table.</param>
/// <param name="Lease">The lease that makes it so; of no interest while stale, null before the first.</param>
public readonly record struct TrustSnapshot(TableTrust Trust, TableLease? Lease);
