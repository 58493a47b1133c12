using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts.Rollbacks;

/// <summary>
/// After a backup was restored, events since the backup are unknown: a rollback may be among them. Every rollout that would put users
/// on new waits at legacy until a person confirms it.
/// </summary>
internal static class RestoreConfirmation
{
    public static Decision<RolloutEvent> Hold(Draft draft, Hold hold)
    {
        if (draft.State.Watched || draft.State.AwaitingConfirmation is { } held && held.Timeline < hold.Timeline)
        {
            draft.Emit(new RolloutHeld(hold.Timeline, hold.Reason));
        }

        return draft.Done();
    }

    public static Decision<RolloutEvent> Confirm(Draft draft, Confirm confirm)
    {
        if (draft.State.AwaitingConfirmation is { } held)
        {
            draft.Emit(new RolloutConfirmed(held.Timeline, confirm.Reason));
            return draft.Done();
        }

        return draft.State.Watched ? draft.Done() : Refusal.Status(draft.State, "be confirmed");
    }

    /// <summary>Commands that such a rollout still takes: confirmation, rollback, abort, and the procedure of incidents.</summary>
    public static bool Allows(RolloutCommand command) =>
        command is RolloutCommand.Hold or RolloutCommand.Confirm or Abort or Observe or ReportAlerts or ReportFeedback or ReportLeg
            or AcknowledgeIncident or ResolveIncident
            or Rollback { Segments: null or [] };

    public static RolloutState Evolve(RolloutState state, RolloutHeld e, DateTimeOffset at) => state with
    {
        Status = RolloutStatus.Paused,
        Since = at,
        PausedAt = state.Completion is null ? state.PausedAt ?? at : null,
        Pause = state.PausedAt is null ? new PauseState(Actor.System, e.Reason) : state.Pause,
        EvidenceLostAt = null,
        AwaitingConfirmation = new AwaitingConfirmation(e.Timeline, e.Reason, at, state.AwaitingConfirmation?.Before ?? state.Status),
    };

    public static RolloutState Evolve(RolloutState state, RolloutConfirmed e, DateTimeOffset at)
    {
        var before = state.AwaitingConfirmation?.Before ?? RolloutStatus.Running;
        var next = before == RolloutStatus.Running ? RolloutEvolution.Resume(state, at) : state with { Status = before, Since = at };
        return next with { AwaitingConfirmation = null, ExposedSince = at };
    }
}
