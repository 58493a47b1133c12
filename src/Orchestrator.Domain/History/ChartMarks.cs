using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.History;

/// <summary>An event of a rollout that a chart of its metrics shows.</summary>
/// <param name="At">Time of the event.</param>
/// <param name="Version">Version of the rollout with it.</param>
/// <param name="Kind">Kind of the mark.</param>
/// <param name="Type">Public name of the event.</param>
/// <param name="Text">A short sentence.</param>
/// <param name="Rule">The trigger or criterion behind it; null for none.</param>
public sealed record ChartMark(DateTimeOffset At, long Version, ChartMarkKind Kind, string Type, string Text, string? Rule = null);

/// <summary>Kind of a mark.</summary>
public enum ChartMarkKind
{
    /// <summary>A step began or was passed by an override, or the rollout started.</summary>
    Step,

    /// <summary>A trigger or a criterion began to fail, fired or recovered.</summary>
    Breach,

    /// <summary>Users went back to legacy.</summary>
    Rollback,

    /// <summary>Users of a rollback went to new again.</summary>
    Restore,

    /// <summary>A review was opened or ended.</summary>
    Review,

    /// <summary>Advancing was frozen, or continues.</summary>
    Pause,

    /// <summary>Evidence was lost or came again.</summary>
    Evidence,

    /// <summary>An amended plan came into force.</summary>
    Plan,

    /// <summary>The rollout ended.</summary>
    End,
}

/// <summary>Marks of events.</summary>
public static class ChartMarks
{
    /// <summary>Characters of a text: reasons are free text.</summary>
    private const int Longest = 200;

    /// <summary>The mark of an event; null for an event that charts do not show.</summary>
    public static ChartMark? Of(Happened<RolloutEvent> happened) => Read(happened.Event) is not var (kind, text, rule) ? null
        : new ChartMark(
            happened.At, happened.Version, kind, happened.Event.GetType().Name,
            text.Length > Longest ? text[..Longest] + "…" : text, rule);

    private static (ChartMarkKind Kind, string Text, string? Rule)? Read(RolloutEvent happened) => happened switch
    {
        RolloutStarted => (ChartMarkKind.Step, "Started", null),
        StepStarted e => (ChartMarkKind.Step, $"Step {e.Step}, {e.Percentage}%", null),
        StepCompleted { OverrideReason: { } reason } e => (ChartMarkKind.Step, $"Step {e.Step} passed by an override: {reason}", null),
        TriggerBreached e => (ChartMarkKind.Breach, $"{e.Trigger} breached", e.Trigger),
        TriggerFired e => (ChartMarkKind.Breach, $"{e.Trigger} fired", e.Trigger),
        TriggerCleared e => (ChartMarkKind.Breach, $"{e.Trigger} cleared", e.Trigger),
        CriterionAssessed { Verdict: Verdict.Breached } e => (ChartMarkKind.Breach, $"{e.Criterion} not met", e.Criterion),
        RolledBack e => (ChartMarkKind.Rollback, $"Rolled back from {e.Percentage}%: {e.Reason}", e.Trigger),
        SegmentRolledBack e => (ChartMarkKind.Rollback, $"{string.Join(", ", e.Segments)} rolled back: {e.Reason}", e.Trigger),
        PercentageLowered e => (ChartMarkKind.Rollback, $"{e.From}% back to {e.To}%", null),
        RolloutRestored e => (ChartMarkKind.Restore, $"Restored to {e.Percentage}%", null),
        SegmentRestored e => (ChartMarkKind.Restore, $"{string.Join(", ", e.Segments)} restored", null),
        ReviewOpened e => (ChartMarkKind.Review, $"Review {e.Review} opened", e.Trigger),
        ReviewClosed e => (ChartMarkKind.Review, $"Review {e.Review} {Ended(e.Outcome)}", null),
        RolloutPaused => (ChartMarkKind.Pause, "Paused", null),
        RolloutResumed => (ChartMarkKind.Pause, "Resumed", null),
        EvidenceLost => (ChartMarkKind.Evidence, "Evidence lost", null),
        EvidenceRegained => (ChartMarkKind.Evidence, "Evidence regained", null),
        RolloutAmended e => (ChartMarkKind.Plan, $"Plan revision {e.Revision} in place of {e.FromRevision}", null),
        RolloutCompleted => (ChartMarkKind.End, "Completed", null),
        RolloutAborted e => (ChartMarkKind.End, $"Aborted: {e.Reason}", null),
        RolloutRetired => (ChartMarkKind.End, "Retired", null),
        _ => null,
    };

    private static string Ended(ReviewOutcome outcome) => outcome switch
    {
        ReviewOutcome.Approved => "approved",
        ReviewOutcome.Rejected => "rejected",
        ReviewOutcome.Expired => "expired",
        ReviewOutcome.Withdrawn => "withdrawn",
        _ => "closed: the warning is over",
    };
}
