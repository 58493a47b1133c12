using Orchestrator.Domain.Events;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Reviews;
using Orchestrator.Domain.Rollouts.Rollbacks;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts.Steps;

/// <summary>
/// Load that returns to legacy piece by piece, at the speed that the plan gives for legacy: for rollbacks decided by people. A
/// trigger's rollback, and one without a ramp, never waits here.
/// </summary>
internal static class Ramping
{
    /// <summary>True when so much may return only in pieces, or not yet.</summary>
    public static bool Needed(Draft draft, Share to) => draft.State.Plan.Legacy is { } legacy
        && (draft.State.Percentage - to > legacy.Share || (draft.State.Percentage > to && Earliest(draft.State) > draft.Now));

    /// <summary>Ramps to the audience of an earlier step; the caller adds the pause.</summary>
    public static void StepBack(Draft draft, StepAudience to, string phase, string step, string? reason)
    {
        Begin(draft, to, false, phase, step, reason);
        KeepOn(draft);
    }

    /// <summary>Ramps to legacy: ends with an ordinary rollback, with which the segments return, too.</summary>
    public static void Rollback(Draft draft, string reason)
    {
        var state = draft.State;
        if (!Needed(draft, Share.None))
        {
            RollingBack.All(draft, reason, null, null);
            return;
        }

        Reviewing.WithdrawOpen(draft);
        Begin(draft, StepAudience.Of(state) with { Percentage = Share.None }, true, state.Phase!.Name, state.Step!.Name, reason);
        if (state.Status is RolloutStatus.Running or RolloutStatus.Completed)
        {
            draft.Emit(new RolloutPaused(reason));
        }

        KeepOn(draft);
    }

    /// <summary>
    /// The next piece, when it is due. One at a time however late it is: while no node was running to send them, legacy did not get used
    /// to more users.
    /// </summary>
    public static void KeepOn(Draft draft)
    {
        if (draft.State is not { Serving: true, Ramp: { } ramp } state || Due(state) > draft.Now)
        {
            return;
        }

        var left = Share.Max(ramp.To, state.Percentage - ramp.Share);
        if (ramp.RollsBack && left == Share.None)
        {
            RollingBack.All(draft, ramp.Reason ?? "", null, null);
            return;
        }

        draft.Emit(new PercentageLowered(
            state.Percentage.Percent, left.Percent, state.Phase!.Name, state.Step!.Name, [.. ramp.Segments], ramp.Reason,
            SegmentPercentage.Written(ramp.Shares)));
    }

    /// <summary>Time of the next piece; null when there is none.</summary>
    public static DateTimeOffset? Due(RolloutState state) => state.Ramp is null ? null : Earliest(state) ?? DateTimeOffset.MinValue;

    public static Decision<RolloutEvent> Refuse(RolloutState state, string verb) => Decision<RolloutEvent>.No(
        "rollout.ramping",
        $"The rollout cannot {verb}: its load returns to legacy in pieces, {state.Percentage} of users are still on new. A rollback without ramp takes them back at once.");

    /// <summary>The last piece may belong to a ramp that has ended: legacy needs its time all the same.</summary>
    private static DateTimeOffset? Earliest(RolloutState state) => state.LoweredAt + state.Plan.Legacy?.Per;

    private static void Begin(Draft draft, StepAudience to, bool rollsBack, string phase, string step, string? reason)
    {
        var legacy = draft.State.Plan.Legacy!;
        draft.Emit(new RampStarted(
            draft.State.Percentage.Percent, to.Percentage.Percent, legacy.Share.Percent, legacy.Per, rollsBack, phase, step,
            [.. to.Segments], reason,
            SegmentPercentage.Written(to.Shares)));
    }
}
