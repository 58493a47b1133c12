using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Reviews;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Notifications;

/// <summary>Text of a notification about an event.</summary>
/// <param name="Level">Urgency unless the plan's alert rules say otherwise; null when only an alert rule makes it worth a notification.</param>
/// <param name="Title">A few words.</param>
/// <param name="Text">One sentence.</param>
public sealed record Notice(string? Level, string Title, string Text)
{
    /// <summary>The notice of an event; null when the event needs none.</summary>
    public static Notice? Of(RolloutEvent happened, Plan plan) => happened switch
    {
        RolledBack e => Critical("Rolled back", $"Everyone is back on legacy, from {StepAudience.Describe(e.Percentage, e.Segments, e.Shares)} in {Place(plan, e.Phase)}, step {e.Step}: {e.Reason}"),
        IncidentOpened { Severity: Notifications.Level.Critical } e => Critical($"Incident {e.Incident}", $"A critical incident was opened: {e.Reason}"),
        IncidentOpened e => Warning($"Incident {e.Incident}", $"An incident of severity {e.Severity} was opened: {e.Reason}"),
        IncidentEscalated e => Critical($"Incident {e.Incident}: manual intervention required", $"The rollback is in force, but a step after it failed: {e.Reason}"),
        IncidentAcknowledged e => Info($"Incident {e.Incident} acknowledged", "A person is working on it"),
        IncidentResolved e => Info($"Incident {e.Incident} resolved", $"Resolved after {Durations.Rounded(e.Elapsed)}: {e.Reason}"),
        SegmentRolledBack e => Warning(
            $"Rolled back: {string.Join(", ", e.Segments)}", $"{Segments(e.Segments)} back on legacy and everyone else keeps their variant: {e.Reason}"),
        PercentageLowered e => Warning(
            $"Stepped back to {e.To}%", $"Down from {e.From}% to {StepAudience.Describe(e.To, e.Shares is null ? [] : e.Segments, e.Shares)} in {Place(plan, e.Phase)}, step {e.Step}{Because(e.Reason)}"),

        // Its action has a notice of its own, so its firing is sent only when there is no action, or a plan names it.
        TriggerFired { Action: TriggerAction.Rollback or TriggerAction.RollbackSegment or TriggerAction.StepBack } e => Fired(e, null),
        TriggerFired e => Fired(e, e.Level),
        ReviewOpened e => Warning(
            $"Decision needed: {e.Step}",
            $"Go or no-go for {Place(plan, e.Phase)}, step {e.Step}, by {Quorums.Asked(e.Roles, e.Quorum, e.Needs ?? [])}{(e.ExpiresAt is { } by ? $" until {by:u}" : "")}: {e.EvidenceText}"),
        ReviewDecided { Lacks: { } lacks } e => Info($"Review {e.Review} needs more", $"{e.Role} said go in review {e.Review}; still missing: {lacks}"),
        EvidenceLost e => Warning("No evidence", e.Text),
        EvidenceRegained e => Info("Evidence again", e.Text),
        PhaseOverran e => Warning($"{Name(plan, e.Phase)} takes too long", $"{Place(plan, e.Phase)} has lasted longer than its {Durations.Format(e.Longest)}"),
        PhaseStarted e => Info($"{Name(plan, e.Phase)} started", $"{Place(plan, e.Phase)} began, {Count(plan, e.Phase)}"),
        PercentageRaised e => Info($"Raised to {e.To}%", $"Up from {e.From}% to {e.To}% of users in {Place(plan, e.Phase)}, step {e.Step}"),
        SegmentsIncluded e => Info($"Included: {string.Join(", ", e.Segments)}", $"{Segments(e.Segments)} on new since {Place(plan, e.Phase)}, step {e.Step}"),
        SegmentShareRaised e => Info($"{e.Segment} raised to {e.To}%", $"Up from {e.From}% to {e.To}% of the users of segment {e.Segment} in {Place(plan, e.Phase)}, step {e.Step}"),
        RolloutPaused e => Info("Paused", $"Advancing is paused{Because(e.Reason)}"),
        RolloutResumed e => Info("Resumed", $"Advancing continues{Because(e.Reason)}"),
        RolloutRestored e => Info(
            "Restored", $"The rollback was undone{Outside(e.Outside)} and {Restored(plan, e)} are on new again in {Place(plan, e.Phase)}, step {e.Step}: {e.Reason}"),
        SegmentRestored e => Info($"Restored: {string.Join(", ", e.Segments)}", $"{(e.Segments is [var one] ? $"Segment {one} has" : $"Segments {string.Join(", ", e.Segments)} have")} the share on new again that the step gives{Outside(e.Outside)}: {e.Reason}"),
        SegmentKeptBack e => Info($"Stays on legacy: {string.Join(", ", e.Segments)}", $"{e.By} decided that {Segments(e.Segments, "stay")} on legacy: {e.Reason}"),
        RolloutHeld e => Critical("Held after a restore", $"Everyone is on legacy until an operator confirms: {e.Reason}"),
        RolloutConfirmed e => Info("Confirmed", $"The rollout continues after the restore: {e.Reason}"),
        RolloutAmended { Looser: { Length: > 0 } } e => Warning($"Amended to revision {e.Revision}", $"{Amended(e)}; it is looser, and a second person agreed{Because(e.Reason)}"),
        RolloutAmended e => Info($"Amended to revision {e.Revision}", $"{Amended(e)}{Because(e.Reason)}"),
        RolloutAborted e => Warning("Aborted", $"The rollout ended for good with everyone on legacy: {e.Reason}"),
        RolloutCompleted e => Info(
            "Completed",
            $"The rollout is complete after {plan.Phases.Length} phases and its audience stays on new{(e.OnLegacy is { Length: > 0 } back ? $", but {Segments(back, "stay")} on legacy" : "")}"
                + (e.BakesUntil is { } until ? $"; triggers watch until {until:u}" : "")),
        BakeEnded e => Info("Bake ended", e.Text),
        RolloutRetired { Successor: { } successor } e => Info("Retired", $"Rollout {successor} has the flag {plan.Flag} from its start on: {e.Reason}"),
        RolloutRetired e => Info("Retired", $"The flag {plan.Flag} is answered by its static value {Short(e.Value)}: {e.Reason}"),
        _ => null,
    };

    private static Notice Critical(string title, string text) => new(Notifications.Level.Critical, title, Sentence(text));

    private static Notice Warning(string title, string text) => new(Notifications.Level.Warning, title, Sentence(text));

    private static Notice Info(string title, string text) => new(Notifications.Level.Info, title, Sentence(text));

    private static Notice Fired(TriggerFired e, string? level) => new(level, $"Trigger {e.Trigger} fired", Sentence(e.Evidence.Text));

    /// <summary>Reasons are written by people and by rules, with a full stop or without.</summary>
    private static string Sentence(string text) => text.TrimEnd(' ', '.') + ".";

    private static string Because(string? reason) => string.IsNullOrWhiteSpace(reason) ? "" : $": {reason}";

    /// <summary>The audience of the step: the event has its percentage only.</summary>
    private static string Restored(Plan plan, RolloutRestored e)
    {
        for (var phase = 0; phase < plan.Phases.Length; phase++)
        {
            var steps = plan.Phases[phase].Steps;
            for (var step = 0; step < steps.Length; step++)
            {
                if (plan.Phases[phase].Name == e.Phase && steps[step].Name == e.Step)
                {
                    var audience = StepAudience.At(plan, phase, step);
                    return StepAudience.Describe(e.Percentage, audience.Segments, [.. audience.Shares.Select(SegmentPercentage.Of)]);
                }
            }
        }

        return StepAudience.Describe(e.Percentage, [], null);
    }

    private static string Segments(string[] segments) => segments is [var one] ? $"Segment {one} is" : $"Segments {string.Join(", ", segments)} are";

    private static string Segments(string[] segments, string verb) => segments is [var one] ? $"segment {one} {verb}s" : $"segments {string.Join(", ", segments)} {verb}";

    private static string Outside(string? closed) => closed is null ? "" : $", {closed},";

    private static string Short(string? json) => json is null ? "" : json.Length <= 60 ? json : string.Concat(json.AsSpan(0, 57), "...");

    private static string Name(Plan plan, string phase) => plan.Phases.FirstOrDefault(p => p.Name == phase)?.Title ?? phase;

    private static string Place(Plan plan, string phase) => $"phase {Name(plan, phase)}";

    private static string Amended(RolloutAmended e) => $"Revision {e.Revision} of the plan is in force in place of {e.FromRevision}";

    /// <summary>An amendment may have removed a phase since it was entered.</summary>
    private static string Count(Plan plan, string phase) =>
        plan.Phases.Index().FirstOrDefault(one => one.Item.Name == phase) is (var index, { } _) ? $"{index + 1} of {plan.Phases.Length}" : $"of {plan.Phases.Length}";
}
