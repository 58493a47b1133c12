using Orchestrator.Domain.Events;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts;

/// <summary>Signals that are facts by themselves, unlike samples.</summary>
internal static class Signals
{
    public static Decision<RolloutEvent> ReportAlert(Draft draft, ReportAlert alert)
    {
        if (!draft.State.Unfinished)
        {
            return Refusal.Ended(draft.State, "take alerts");
        }

        var firing = draft.State.Alerts.Contains(alert.Alert);
        if (alert.Firing != firing)
        {
            draft.Emit(alert.Firing ? new AlertRaised(alert.Alert, alert.Summary) : new AlertResolved(alert.Alert));
        }

        return draft.Done();
    }

    public static Decision<RolloutEvent> ReportFeedback(Draft draft, ReportFeedback feedback)
    {
        if (!draft.State.Unfinished)
        {
            return Refusal.Ended(draft.State, "take feedback");
        }

        draft.Emit(new FeedbackReceived(feedback.Kind, feedback.Count));
        return draft.Done();
    }
}
