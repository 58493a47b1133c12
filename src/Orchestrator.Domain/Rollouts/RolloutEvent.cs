using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Domain.Alerts;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.People;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.Rollouts;

/// <summary>Events of a rollout. Percentages are numbers from 0 to 100 with up to three decimals.</summary>
public abstract partial record RolloutEvent
{
    private RolloutEvent()
    {
    }

    /// <summary>The first event: the whole plan revision and the salt.</summary>
    public sealed record RolloutCreated(
        string Rollout, string Plan, int Revision, string Hash, JsonElement Document, string Flag, string Environment, string Salt,
        TimeSpan? Sampling = null) : RolloutEvent;

    /// <summary>created → running.</summary>
    public sealed record RolloutStarted(string? Reason = null) : RolloutEvent;

    /// <summary>A phase began; its flags are in force.</summary>
    public sealed record PhaseStarted(string Phase) : RolloutEvent;

    /// <summary>A step began with this audience.</summary>
    public sealed record StepStarted(string Phase, string Step, decimal Percentage, string[] Segments, SegmentPercentage[]? Shares = null)
        : RolloutEvent;

    /// <summary>More users are on new.</summary>
    public sealed record PercentageRaised(decimal From, decimal To, string Phase, string Step) : RolloutEvent;

    /// <summary>These segments are on new from now on.</summary>
    public sealed record SegmentsIncluded(string[] Segments, string Phase, string Step) : RolloutEvent;

    /// <summary>More users of a segment are on new.</summary>
    public sealed record SegmentShareRaised(string Segment, decimal From, decimal To, string Phase, string Step) : RolloutEvent;

    /// <summary>A person ended the hold early.</summary>
    public sealed record HoldWaived(string Phase, string Step, string? Reason) : RolloutEvent;

    /// <summary>All gates of a step were open (or overridden), with the evidence at that moment.</summary>
    public sealed record StepCompleted(string Phase, string Step, Evidence[] Evidence, string? OverrideReason = null, string? Reason = null)
        : RolloutEvent;

    /// <summary>The last step of a phase ended.</summary>
    public sealed record PhaseCompleted(string Phase) : RolloutEvent;

    /// <summary>A phase took longer than its longest duration.</summary>
    public sealed record PhaseOverran(string Phase, TimeSpan Longest) : RolloutEvent;

    /// <summary>
    /// Load returns to legacy piece by piece from here: each a <see cref="PercentageLowered"/>, the last one a rollback where it rolls
    /// back.
    /// </summary>
    public sealed record RampStarted(
        decimal From, decimal To, decimal Share, TimeSpan Per, bool RollsBack, string Phase, string Step, string[] Segments, string? Reason,
        SegmentPercentage[]? Shares = null) : RolloutEvent;

    /// <summary>Stepped back to an earlier step, or one piece of a ramp; this audience stays.</summary>
    public sealed record PercentageLowered(
        decimal From, decimal To, string Phase, string Step, string[] Segments, string? Reason, SegmentPercentage[]? Shares = null)
            : RolloutEvent;

    /// <summary>Advancing and timers are frozen.</summary>
    public sealed record RolloutPaused(string? Reason) : RolloutEvent;

    /// <summary>Advancing and timers continue.</summary>
    public sealed record RolloutResumed(string? Reason) : RolloutEvent;

    /// <summary>A trigger's condition became true; its "for" counts from <paramref name="Since"/> on sample time.</summary>
    public sealed record TriggerBreached(string Trigger, DateTimeOffset Since, Evidence Evidence) : RolloutEvent;

    /// <summary>A trigger's condition is no longer true, or is undecided.</summary>
    public sealed record TriggerCleared(string Trigger, string Reason) : RolloutEvent;

    /// <summary>A trigger's condition was true for long enough.</summary>
    public sealed record TriggerFired(string Trigger, TriggerAction Action, string Level, DateTimeOffset Since, Evidence Evidence)
        : RolloutEvent;

    /// <summary>
    /// Samples stopped arriving from a variant that was exercised in this step. Not a failure of the release, never a success.
    /// </summary>
    public sealed record EvidenceLost(DateTimeOffset LastSample, string Text) : RolloutEvent;

    /// <summary>Samples arrive again.</summary>
    public sealed record EvidenceRegained(DateTimeOffset Sample, string Text) : RolloutEvent;

    /// <summary>No sample carries the metric of a rule any more, though the path was exercised; the policy of the rule applies.</summary>
    public sealed record RuleUnmeasured(string Rule, DateTimeOffset Since, string Follows, string Text) : RolloutEvent;

    /// <summary>The metric of the rule is measured again.</summary>
    public sealed record RuleMeasured(string Rule, string Text) : RolloutEvent;

    /// <summary>
    /// The line of the environment was stopped, or the server does not trust its wall clock: the rollout does not advance.
    /// </summary>
    public sealed record LineStopped(string Reason, string? By = null) : RolloutEvent;

    /// <summary>The line of the environment runs again.</summary>
    public sealed record LineResumed : RolloutEvent;

    /// <summary>
    /// The events before this one were written by a clock that was ahead, up to <paramref name="Newest"/>: times after this event's count
    /// from this one.
    /// </summary>
    public sealed record ClockCorrected(DateTimeOffset Newest) : RolloutEvent;

    /// <summary>A criterion's verdict changed. A breach restarts its window.</summary>
    public sealed record CriterionAssessed(string Criterion, Verdict Verdict, Evidence Evidence) : RolloutEvent;

    /// <summary>A review was opened.</summary>
    public sealed record ReviewOpened(
        string Review, ReviewKind Kind, string Phase, string Step, string[] Roles, int Quorum, DateTimeOffset? ExpiresAt,
        string EvidenceHash,
        string EvidenceText, string? Trigger = null, string? RequestedBy = null) : RolloutEvent
    {
        /// <summary>Number of people of each role; null when any of <paramref name="Roles"/> may decide.</summary>
        public RoleNeed[]? Needs { get; init; }
    }

    /// <summary>A person decided go or no-go.</summary>
    public sealed record ReviewDecided(string Review, bool Approved, string By, string Role, string? Reason, string? EvidenceHash = null,
        string? CountsAs = null) : RolloutEvent
    {
        /// <summary>Approvals that are still missing after this one, in words; null when none is, or after a no-go.</summary>
        public string? Lacks { get; init; }
    }

    /// <summary>A review ended.</summary>
    public sealed record ReviewClosed(string Review, ReviewOutcome Outcome) : RolloutEvent;

    /// <summary>A person ticked an objective.</summary>
    public sealed record ObjectiveCompleted(string Objective, string Phase, string? Reason = null) : RolloutEvent;

    /// <summary>Everyone is on legacy, until a person restores or aborts.</summary>
    public sealed record RolledBack(
        string Reason, string? Trigger, string Phase, string Step, decimal Percentage, string[] Segments, Evidence? Evidence,
        SegmentPercentage[]? Shares = null) : RolloutEvent
    {
        /// <summary>People who may have seen the fault; null where they were not counted at hand. No verdict reads it.</summary>
        public SeenPeople? Seen { get; init; }
    }

    /// <summary>These segments are on legacy; the rest continues.</summary>
    public sealed record SegmentRolledBack(string[] Segments, string Reason, string? Trigger, Evidence? Evidence) : RolloutEvent
    {
        /// <summary>People who may have seen the fault; null where they were not counted at hand. No verdict reads it.</summary>
        public SeenPeople? Seen { get; init; }
    }

    /// <summary>
    /// A person undid a rollback. <paramref name="Outside"/> is the reason why the calendar was closed then; null when it was open.
    /// </summary>
    public sealed record RolloutRestored(string Reason, string Phase, string Step, decimal Percentage, string? Outside = null)
        : RolloutEvent;

    /// <summary>
    /// Segments taken back are included again. <paramref name="Outside"/> is the reason why the calendar was closed then; null when it was
    /// open.
    /// </summary>
    public sealed record SegmentRestored(string[] Segments, string Reason, string? Outside = null) : RolloutEvent;

    /// <summary>A person decided that these segments stay on legacy: they no longer hold the end of the rollout.</summary>
    public sealed record SegmentKeptBack(string[] Segments, string By, string? Role, string Reason) : RolloutEvent;

    /// <summary>Everyone is on legacy until a person confirms: a backup was restored and began this timeline.</summary>
    public sealed record RolloutHeld(long Timeline, string Reason) : RolloutEvent;

    /// <summary>A person confirmed that the rollout may continue from its state in the backup.</summary>
    public sealed record RolloutConfirmed(long Timeline, string Reason) : RolloutEvent;

    /// <summary>A looser plan was proposed; it comes into force when a second person agrees in <paramref name="Review"/>.</summary>
    public sealed record AmendmentProposed(
        string Review, int Revision, string Hash, JsonElement Document, string Reason, string[] Looser, TimeSpan? Sampling = null)
            : RolloutEvent;

    /// <summary>
    /// A corrected plan, whole, is in force. The evidence of <paramref name="Triggers"/> and <paramref name="Criteria"/> of the current
    /// step starts again; every other rule keeps its own.
    /// </summary>
    public sealed record RolloutAmended(
        int FromRevision, string FromHash, int Revision, string Hash, JsonElement Document, string Reason, string[] Triggers,
        string[] Criteria,
        string[]? Looser = null, string? Review = null, TimeSpan? Sampling = null) : RolloutEvent;

    /// <summary>Ended for ever at legacy.</summary>
    public sealed record RolloutAborted(string Reason) : RolloutEvent;

    /// <summary>
    /// The last step ended; its audience stays. With <paramref name="UntilRetired"/> the phase's flags stay too, and an incident that no
    /// person has acknowledged stays open; builds without retiring wrote nothing there and ended both.
    /// </summary>
    public sealed record RolloutCompleted(bool? UntilRetired = null, DateTimeOffset? BakesUntil = null, string[]? OnLegacy = null)
        : RolloutEvent;

    /// <summary>Triggers have watched the completed rollout for as long as the plan says.</summary>
    public sealed record BakeEnded(string Text) : RolloutEvent;

    /// <summary>
    /// A completed rollout no longer decides the flag. Its static value does, or <paramref name="Successor"/>: until that rollout has
    /// started, this one continues serving.
    /// </summary>
    public sealed record RolloutRetired(
        string Reason, [property: JsonConverter(typeof(JsonValue))] string? Value = null, string? Successor = null) : RolloutEvent;

    /// <summary>An incident was opened; people must look.</summary>
    public sealed record IncidentOpened(string Incident, string Severity, string Reason, string? Trigger) : RolloutEvent;

    /// <summary>An alert fires.</summary>
    public sealed record AlertRaised(string Alert, string? Summary) : RolloutEvent;

    /// <summary>An alert no longer fires.</summary>
    public sealed record AlertResolved(string Alert) : RolloutEvent;

    /// <summary>
    /// State of a group of alerts after one of its messages, with the names that the plan reads. Without alerts the group is over.
    /// </summary>
    public sealed record AlertsHeard(string Group, DateTimeOffset HeardAt, KnownAlerts[] Alerts) : RolloutEvent;

    /// <summary>Feedback of users arrived.</summary>
    public sealed record FeedbackReceived(string Kind, int Count) : RolloutEvent;
}

/// <summary>Occasion of a review.</summary>
public enum ReviewKind
{
    /// <summary>Due at an interval in a step.</summary>
    Checkpoint,

    /// <summary>Before a step or phase may end.</summary>
    Gate,

    /// <summary>A warning trigger fired.</summary>
    Trigger,

    /// <summary>A person requests to pass a failing gate.</summary>
    Override,

    /// <summary>A person proposes a looser plan.</summary>
    Amendment,
}

/// <summary>Outcome of a review.</summary>
public enum ReviewOutcome
{
    /// <summary>Enough people approved.</summary>
    Approved,

    /// <summary>A person rejected it.</summary>
    Rejected,

    /// <summary>It was not decided in time.</summary>
    Expired,

    /// <summary>Its step ended in another way, or the evidence it was about changed.</summary>
    Withdrawn,

    /// <summary>The warning behind it is over.</summary>
    Cleared,
}
