using Orchestrator.Domain.Events;
using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Domain.Rollouts;

/// <summary>The one place where commands become events. Pure; a repeated decision on the resulting state yields no event.</summary>
public static class RolloutDecider
{
    /// <summary>The events that follow from <paramref name="command"/>, none when the state is already as wanted, or a refusal with a code.</summary>
    public static Decision<RolloutEvent> Decide(RolloutState state, RolloutCommand command, Actor actor, DateTimeOffset now)
    {
        var draft = new Draft(state, actor, now);
        if (command is Create create)
        {
            return Lifecycle.Create(draft, create);
        }

        if (state.Version == 0)
        {
            return Refusal.NotFound();
        }

        if (state.Held is { } held && !Holding.Allows(command))
        {
            return Refusal.Held(held);
        }

        if (Tempi.Refusal(state, command, now) is { } tooMany)
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
            Hold hold => Holding.Hold(draft, hold),
            Confirm confirm => Holding.Confirm(draft, confirm),
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
            ReportAlerts alerts => Tempi.Alerts(state, AlertWatch.Report(draft, alerts.Message), now),
            ReportFeedback feedback => Signals.ReportFeedback(draft, feedback),
            ReportLeg report => IncidentHandling.Report(draft, report),
            AcknowledgeIncident acknowledge => IncidentHandling.Acknowledge(draft, acknowledge),
            ResolveIncident resolve => IncidentHandling.Resolve(draft, resolve),
            Observe observe => Watching.Observe(draft, observe),
            _ => throw new ArgumentException($"No decision for {command.GetType().Name}.", nameof(command)),
        };
    }
}

/// <summary>Refusals of more than one command.</summary>
internal static class Refusal
{
    public static Decision<RolloutEvent> NotFound() => Decision<RolloutEvent>.No("rollout.not_found", "There is no such rollout.");

    /// <summary>Refuses <paramref name="verb"/> in the current status.</summary>
    public static Decision<RolloutEvent> Status(RolloutState state, string verb) => state.Status switch
    {
        RolloutStatus.Created => No("rollout.not_running", "it is not started", verb),
        RolloutStatus.Paused => No("rollout.paused", "it is paused; resume it first", verb),
        RolloutStatus.RolledBack => No("rollout.rolled_back", "it is rolled back; restore or abort it", verb),
        RolloutStatus.Completed => No("rollout.completed", Completed, verb),
        RolloutStatus.Aborted => No("rollout.aborted", "it is aborted", verb),
        RolloutStatus.Retired => No("rollout.retired", Retired(state), verb),
        _ => No("rollout.running", "it is running", verb),
    };

    public static Decision<RolloutEvent> Held(HeldState held) =>
        Decision<RolloutEvent>.No("rollout.held", $"The rollout is held at legacy until a person confirms it, rolls it back or aborts it: {held.Reason}");

    public static Decision<RolloutEvent> Line(string reason, string? by) =>
        Decision<RolloutEvent>.No("rollout.line_stopped", $"The line of the environment is stopped{(by is null ? "" : $" by {by}")}: {reason}");

    public static Decision<RolloutEvent> Ended(RolloutState state, string verb) => Status(state, verb);

    private const string Completed = "it is completed and still serving; it can be rolled back or retired";

    private static string Retired(RolloutState state) => state.Successor is { } successor ? $"it is retired, and rollout {successor} has the flag" : "it is retired, and the flag has its static value";

    private static Decision<RolloutEvent> No(string code, string why, string verb) =>
        Decision<RolloutEvent>.No(code, $"The rollout cannot {verb}: {why}.");
}
