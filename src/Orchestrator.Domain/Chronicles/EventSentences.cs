using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Notifications;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Chronicles;

/// <summary>One sentence for every event of a rollout. Where a notification or the retrospective has one, it is the same.</summary>
internal static class EventSentences
{
    /// <summary>The sentence.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="after">The rollout after it.</param>
    public static string Of(RolloutEvent happened, RolloutState after) =>
        Sentence(Own(happened, after) ?? HistoryEntries.Text(happened, after) ?? Notice.Of(happened, after.Plan)?.Text
            ?? happened.GetType().Name);

    private static string? Own(RolloutEvent happened, RolloutState after) => happened switch
    {
        RolloutCreated e => $"Created in {e.Environment} of plan {e.Plan}, revision {e.Revision}, for flag {e.Flag}",
        PhaseStarted e => $"{Name(after.Plan, e.Phase)} began",
        StepStarted e => $"Step {e.Step} of phase {e.Phase} began with {StepAudience.Describe(e.Percentage, e.Segments, e.Shares)} on new",
        StepCompleted e => $"Step {e.Step} of phase {e.Phase} ended{Overridden(e)}{Because(e.Reason)}",
        PhaseCompleted e => $"Phase {e.Phase} ended",
        RampStarted e => $"Load returns to legacy in pieces of {e.Share}% every {Durations.Format(e.Per)}, from {e.From}% to {e.To}%{Because(e.Reason)}",
        PercentageLowered e => $"Down from {e.From}% to {StepAudience.Describe(e.To, e.Segments, e.Shares)} on new, in step {e.Step} of phase {e.Phase}{Because(e.Reason)}",
        TriggerBreached e => $"The condition of trigger {e.Trigger} became true: {e.Evidence.Text}",
        TriggerCleared e => $"The condition of trigger {e.Trigger} is no longer true: {e.Reason}",
        TriggerFired e => $"Trigger {e.Trigger} fired and {Acts(e.Action)}: {e.Evidence.Text}",
        CriterionAssessed e => $"Criterion {e.Criterion} {Word(e.Verdict)}: {e.Evidence.Text}",
        RuleUnmeasured e => e.Text,
        RuleMeasured e => e.Text,
        ReviewOpened e when Notice.Of(e, after.Plan) is { } notice => $"Review {e.Review} was opened. {notice.Text}",
        ReviewDecided e => $"{(e.Approved ? "Go" : "No-go")} by role {e.Role} in review {e.Review}{Because(e.Reason)}{(e.Lacks is { } lacks ? $"; still missing: {lacks}" : "")}",
        ReviewClosed e => $"Review {e.Review} ended: {Lower(e.Outcome.ToString())}",
        AlertsHeard e => e.Alerts.Length == 0
            ? "A group of alerts is over"
            : $"A group of alerts changed: {string.Join(", ", e.Alerts.Select(alert => $"{alert.Alert} ({alert.Firing.Length} firing)"))}",
        PropagationConfirmed or TrafficVerified or TrafficNotVerified or HealthVerified or HealthFailed or ConsistencyVerified
            or ConsistencyFailed or LegSkipped => Leg(happened, after),
        IncidentOpened e => $"Incident {e.Incident} of severity {e.Severity} was opened: {e.Reason}",
        IncidentEscalated e => $"Incident {e.Incident} needs manual intervention, because step {Lower(e.Leg.ToString())} failed: {e.Reason}",
        IncidentAcknowledged e => $"Incident {e.Incident} was acknowledged{Because(e.Reason)}",
        IncidentResolved e => $"Incident {e.Incident} was resolved after {Durations.Rounded(e.Elapsed)}: {e.Reason}",
        _ => null,
    };

    /// <summary>Title of a phase, which often begins with the word itself.</summary>
    private static string Name(Plan plan, string phase) => plan.Phases.FirstOrDefault(one => one.Name == phase)?.Title ?? $"Phase {phase}";

    private static string Leg(RolloutEvent happened, RolloutState after)
    {
        var incident = after.Incidents.FirstOrDefault(one => one.Id == IncidentOf(happened));
        return incident is { Legs: [.., var leg] }
            ? $"After the rollback: {Lower(leg.Leg.ToString())} {Lower(leg.Outcome.ToString())} after {Durations.Rounded(leg.Elapsed)}: {leg.Text}"
            : $"After the rollback: {Lower(happened.GetType().Name)}";
    }

    /// <summary>Id of the incident that the event names; null for one that names none.</summary>
    public static string? IncidentOf(RolloutEvent happened) => happened switch
    {
        IncidentOpened e => e.Incident,
        PropagationConfirmed e => e.Incident,
        TrafficVerified e => e.Incident,
        TrafficNotVerified e => e.Incident,
        HealthVerified e => e.Incident,
        HealthFailed e => e.Incident,
        ConsistencyVerified e => e.Incident,
        ConsistencyFailed e => e.Incident,
        LegSkipped e => e.Incident,
        IncidentEscalated e => e.Incident,
        IncidentAcknowledged e => e.Incident,
        IncidentResolved e => e.Incident,
        _ => null,
    };

    /// <summary>Kind of an event.</summary>
    public static EntryKind KindOf(RolloutEvent happened) => happened switch
    {
        TriggerFired => EntryKind.Incident,
        _ when IncidentOf(happened) is not null => EntryKind.Incident,
        TriggerBreached or TriggerCleared or CriterionAssessed or EvidenceLost or EvidenceRegained or RuleUnmeasured or RuleMeasured
            or AlertRaised or AlertResolved or AlertsHeard => EntryKind.Verdicts,
        HoldWaived or RolloutPaused or RolloutResumed or ReviewOpened or ReviewDecided or ReviewClosed or ObjectiveCompleted
            or SegmentKeptBack or AmendmentProposed or RolloutAmended or FeedbackReceived => EntryKind.People,
        LineStopped or LineResumed or ClockCorrected or PhaseOverran or BakeEnded => EntryKind.System,
        _ => EntryKind.Moves,
    };

    private static string Acts(TriggerAction action) => action switch
    {
        TriggerAction.Rollback => "rolls back everyone",
        TriggerAction.RollbackSegment => "rolls back segments",
        TriggerAction.StepBack => "steps back",
        TriggerAction.Review => "asks people",
        TriggerAction.Notify => "notifies people",
        _ => Lower(action.ToString()),
    };

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Met => "is met",
        Verdict.Warning => "is met, close to its limit",
        Verdict.Breached => "is breached",
        _ => "is undecided",
    };

    private static string Overridden(StepCompleted e) => e.OverrideReason is { } reason ? $", overridden: {reason}" : "";

    private static string Because(string? reason) => string.IsNullOrWhiteSpace(reason) ? "" : $": {reason}";

    /// <summary>A name of the API in words: <c>LeftAlone</c> is "left alone".</summary>
    private static string Lower(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? " " : "") + char.ToLowerInvariant(c) : c.ToString()));

    /// <summary>Reasons are written by people and by rules, with a full stop or without.</summary>
    private static string Sentence(string text)
    {
        var trimmed = text.Trim();
        var begun = trimmed.Length > 0 && char.IsLower(trimmed[0]) ? char.ToUpperInvariant(trimmed[0]) + trimmed[1..] : trimmed;
        return begun is [.., '.' or '!' or '?'] ? begun : begun + ".";
    }
}
