using Orchestrator.Domain.Events;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>Signals that are facts by themselves, unlike samples.</summary>
internal static class Signals
{
    public static Decision<RolloutEvent> ReportFeedback(Draft draft, ReportFeedback feedback)
    {
        if (draft.State is { Unfinished: false, Baking: false })
        {
            return Refusal.Ended(draft.State, "take feedback");
        }

        draft.Emit(new FeedbackReceived(feedback.Kind, feedback.Count));
        return draft.Done();
    }
}
