using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Domain.Rollouts.Reviews;
using Orchestrator.Domain.Rollouts.Rollbacks;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Domain.Rollouts;

/// <summary>The one place where commands become events. Pure; a repeated decision on the resulting state yields no event.</summary>
public static class RolloutDecider
{
    /// <summary>
    /// The events that follow from <paramref name="command"/>, none when the state is already as wanted, or a refusal with a code.
    /// </summary>
    public static Decision<RolloutEvent> Decide(RolloutState state, RolloutCommand command, Actor actor, DateTimeOffset now)
    {
        var draft = new Draft(state, actor, now) { People = (command as Observe)?.People };
        if (command is Create create)
        {
            return Lifecycle.Create(draft, create);
        }

        if (state.Version == 0)
        {
            return Refusal.NotFound();
        }

        if (state.AwaitingConfirmation is { } held && !RestoreConfirmation.Allows(command))
        {
            return Refusal.Held(held);
        }

        if (EventRateLimits.Refusal(state, command, now) is { } tooMany)
        {
            return tooMany;
        }

        if (ClockCorrection.Needed(state, now))
        {
            draft.Emit(new RolloutEvent.ClockCorrected(state.LastAt));
        }

        return command switch
        {
            Start start => Lifecycle.Start(draft, start),
            Pause pause => Lifecycle.Pause(draft, pause),
            Resume resume => Lifecycle.Resume(draft, resume),
            Hold hold => RestoreConfirmation.Hold(draft, hold),
            Confirm confirm => RestoreConfirmation.Confirm(draft, confirm),
            Amend amend => Amending.Amending.Amend(draft, amend),
            Abort abort => Lifecycle.Abort(draft, abort),
            Advance advance => Advancing.Advance(draft, advance),
            StepBack back => SteppingBack.StepBack(draft, back),
            Rollback rollback => RollingBack.Rollback(draft, rollback),
            Restore restore => RollingBack.Restore(draft, restore),
            KeepBack keep => Completing.KeepBack(draft, keep),
            Retire retire => Completing.Retire(draft, retire),
            DecideReview decision => Reviewing.DecideReview(draft, decision),
            CompleteObjective objective => Reviewing.CompleteObjective(draft, objective),
            ReportAlerts alerts => EventRateLimits.Alerts(state, AlertWatch.Report(draft, alerts.Message), now),
            ReportFeedback feedback => Signals.ReportFeedback(draft, feedback),
            ReportLeg report => IncidentHandling.Report(draft, report),
            AcknowledgeIncident acknowledge => IncidentHandling.Acknowledge(draft, acknowledge),
            ResolveIncident resolve => IncidentHandling.Resolve(draft, resolve),
            Observe observe => Watching.Observe(draft, observe),
            _ => throw new ArgumentException($"No decision for {command.GetType().Name}.", nameof(command)),
        };
    }
}
