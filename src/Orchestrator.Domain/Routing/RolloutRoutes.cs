using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Checks;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Domain.Routing;

/// <summary>Routes of rollouts.</summary>
public static class RolloutRoutes
{
    /// <summary>The route of a rollout's current state.</summary>
    /// <param name="state">The state, as far as this build can read the history.</param>
    /// <param name="unread">True when there is more history that this build cannot read.</param>
    public static RoutedFlag Of(RolloutState state, bool unread = false) => new()
    {
        Flag = state.Plan.Flag,
        Rollout = state.Id,
        RolloutVersion = state.Version,
        Salt = state.Salt,
        Revision = state.Revision,
        KeepsSalt = state.Plan.KeepsSalt,
        StickyBy = state.Plan.StickyBy,
        // A rollout that was retired for a successor serves until that one has started.
        Mode = !state.Serving && state is not { Status: RolloutStatus.Retired, Successor: not null } ? RouteMode.Off
            : unread && OnStale(state).KeepLastFor is not null ? RouteMode.Unread : RouteMode.Split,
        Percentage = state.Percentage,
        Included = state.Included,
        Shares = state.Shares,
        TakenBack = state.TakenBack,
        Judged = JudgedSegments.Of(state.Plan),
        Phase = state.Phase?.Name,
        Step = state.Step?.Name,
        OnStale = OnStale(state),

        // Only a watched rollout can become unwatched.
        OnUnwatched = state is { Watched: true, Phase: not null } ? state.Plan.OnUnwatchedIn(state.PhaseIndex) : UnwatchedPolicy.Hold,
    };

    private static StalePolicy OnStale(RolloutState state) =>
        state.Phase is null ? StalePolicy.Legacy : state.Plan.OnStaleIn(state.PhaseIndex);
}
