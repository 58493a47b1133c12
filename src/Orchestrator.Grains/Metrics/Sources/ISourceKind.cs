using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Grains.Metrics.Sources;

/// <summary>One source of one rollout, in the language it speaks.</summary>
internal interface ISourceKind
{
    /// <summary>Begins a round.</summary>
    /// <param name="state">Where the rollout stands.</param>
    /// <returns>Asks one query of the round. Faults are in the scrape; only the end of the token is an exception.</returns>
    Func<SourceQuery, CancellationToken, Task<Scrape>> Begin(RolloutState state);
}

/// <summary>Asks PromQL; rounds know nothing of each other.</summary>
internal sealed class PrometheusKind(SignalSource source, PrometheusClient client) : ISourceKind
{
    public Func<SourceQuery, CancellationToken, Task<Scrape>> Begin(RolloutState state) =>
        (query, stop) => client.Ask(source.Url, source.Credentials, query, source.Timeout ?? SourceKinds.UsualTimeout, stop);
}
