using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Metrics.Sources.Http;
using Orchestrator.Grains.Metrics.Sources.Json;
using Orchestrator.Grains.Time;

namespace Orchestrator.Grains.Metrics.Sources;

/// <summary>Creates the right kind for a source of a plan.</summary>
public sealed class SourceKinds(PrometheusClient prometheus, SourceHttp http, OrchestratorClock clock)
{
    /// <summary>Timeout of an answer when the plan sets none, in real time.</summary>
    internal static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(5);

    internal ISourceKind Of(SignalSource source, RolloutState state) => source.Kind switch
    {
        SourceKind.Json => new JsonKind(source, http, JsonTimes.Of(source, state.Judgement.Sampling, clock.Speed), TimeProvider.System),
        SourceKind.Prometheus => new PrometheusKind(source, prometheus),
        var other => throw new InvalidOperationException($"No such kind of source: {other}."),
    };
}
