using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Domain.Routing;

/// <summary>What a rollout says about its flag.</summary>
public static class RolloutRoutes
{
    /// <summary>The route of a rollout's current state.</summary>
    public static RoutedFlag Of(RolloutState state) => new()
    {
        Flag = state.Plan.Flag,
        Rollout = state.Id,
        RolloutVersion = state.Version,
        Salt = state.Salt,
        Mode = state.Status is RolloutStatus.Running or RolloutStatus.Paused or RolloutStatus.Completed ? RouteMode.Split : RouteMode.Off,
        Percentage = state.Percentage,
        Included = state.Included,
        TakenBack = state.TakenBack,
        Phase = state.Phase?.Name,
        Step = state.Step?.Name,
        OnStale = state.Phase is null ? StalePolicy.Legacy : state.Plan.OnStaleIn(state.PhaseIndex),

        // Only what is to be watched can be unwatched.
        OnUnwatched = state is { Watched: true, Phase: not null } ? state.Plan.OnUnwatchedIn(state.PhaseIndex) : UnwatchedPolicy.Hold,
    };
}
