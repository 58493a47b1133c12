using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Access;

namespace Orchestrator.Api.Ofrep;

/// <summary>Key, environment and table of a request.</summary>
/// <param name="Table">The one table of the whole request.</param>
/// <param name="Environment">The key's environment in it; null for one without flags.</param>
/// <param name="Key">The key.</param>
/// <param name="Expiry">Expiry of an event stream token issued now: Unix seconds.</param>
internal readonly record struct BulkRequest(RoutingTable Table, EnvironmentTable? Environment, EvaluationKey Key, long Expiry)
{
    /// <summary>Position at which the environment last changed.</summary>
    public long Since => Environment?.Since ?? 0;
}
