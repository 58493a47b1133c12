using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Access;

namespace Orchestrator.Api.Ofrep;

/// <summary>A request for all flags: the key and the table that answers it.</summary>
/// <param name="Table">The one table of the whole request.</param>
/// <param name="Environment">The key's environment in it; null for one without flags.</param>
/// <param name="Key">The key.</param>
/// <param name="Expiry">End of a token of the event stream that is given now: Unix seconds.</param>
internal readonly record struct BulkRequest(RoutingTable Table, EnvironmentTable? Environment, EvaluationKey Key, long Expiry)
{
    /// <summary>Position at which the environment last changed.</summary>
    public long Since => Environment?.Since ?? 0;
}
