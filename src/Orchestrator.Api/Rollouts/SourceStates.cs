using Orchestrator.Api.Requests;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Metrics.Sources;
using Orchestrator.Grains.Cluster;

namespace Orchestrator.Api.Rollouts;

/// <summary>States of the sources of a rollout, as far as they are known.</summary>
internal static class SourceStates
{
    /// <summary>State of a source that is not polled, or was not polled yet.</summary>
    public const string Idle = "idle";

    /// <summary>State of a source whose silo does not answer.</summary>
    public const string Unknown = "unknown";

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Each source of the plan with its status; without one where <c>State</c> is idle or unknown. A view activates no grain.
    /// </summary>
    public static async Task<IReadOnlyList<(SignalSource Source, string State, SourceStatus? Status)>> Of(Query request, RolloutState state)
    {
        if (!state.AsksSources || state.Plan.Sources.IsEmpty)
        {
            return [.. state.Plan.Sources.Select(source => (source, Idle, (SourceStatus?)null))];
        }

        try
        {
            var known = await request.Service<IGrainFactory>().GetGrain<ISourcesGrain>(state.Id).Status().WaitAsync(Patience, request.Stop);
            return [.. from source in state.Plan.Sources let status = known.FirstOrDefault(one => one.Name == source.Name)
                select (source, status?.State ?? Idle, status)];
        }
        catch (Exception e) when (e is TimeoutException or OrleansException or EvaluationOnlyException)
        {
            return [.. state.Plan.Sources.Select(source => (source, Unknown, (SourceStatus?)null))];
        }
    }
}
