using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Grains.Metrics.Sources;

/// <summary>One source of one rollout, in its query language.</summary>
internal interface ISourceKind
{
    /// <summary>Begins a round.</summary>
    /// <param name="state">State of the rollout.</param>
    /// <returns>Function that runs one query of the round. Faults are in the scrape; only cancellation is an exception.</returns>
    Func<SourceQuery, CancellationToken, Task<Scrape>> Begin(RolloutState state);
}

/// <summary>Queries by PromQL; rounds are independent of each other.</summary>
internal sealed class PrometheusKind(SignalSource source, PrometheusClient client) : ISourceKind
{
    public Func<SourceQuery, CancellationToken, Task<Scrape>> Begin(RolloutState state) =>
        (query, stop) => client.Ask(source.Url, source.Credentials, query, source.Timeout ?? SourceKinds.UsualTimeout, stop);
}
