using System.Collections.Immutable;
using Orchestrator.Domain.Alerts;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Amending;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.Rollouts;

/// <summary>State of a rollout: the fold of its events and of nothing else.</summary>
public sealed record RolloutState : IAggregateState<RolloutState, RolloutEvent>
{
    /// <summary>Before the first event.</summary>
    public static RolloutState Initial { get; } = new();

    /// <summary>Id; empty before it is created.</summary>
    public string Id { get; init; } = "";

    /// <summary>The plan it executes; null before it is created.</summary>
    public Plan? PlanOrNone { get; init; }

    /// <summary>The plan it executes.</summary>
    public Plan Plan => PlanOrNone ?? throw new InvalidOperationException("The rollout is not created.");

    /// <summary>Revision of the plan.</summary>
    public int Revision { get; init; }

    /// <summary>Settings of judging: the plan's, with the sampling period the rollout was created under.</summary>
    public Judgement Judgement { get; init; } = new();

    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Salt of the buckets.</summary>
    public string Salt { get; init; } = "";

    /// <summary>Status.</summary>
    public RolloutStatus Status { get; init; }

    /// <summary>Version of the newest event; 0 before the first.</summary>
    public long Version { get; init; }

    /// <summary>Time of the first event.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Time at which the status was entered.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Time of the newest event.</summary>
    public DateTimeOffset LastAt { get; init; }

    /// <summary>Index of the current phase; -1 before start.</summary>
    public int PhaseIndex { get; init; } = -1;

    /// <summary>Index of the current step in its phase.</summary>
    public int StepIndex { get; init; }

    /// <summary>Version of the event by which the current step was entered: distinguishes two visits of one step.</summary>
    public long Entry { get; init; }

    /// <summary>Start of the current step, moved on by the time paused.</summary>
    public DateTimeOffset StepSince { get; init; }

    /// <summary>Start of the current phase, moved on by the time paused.</summary>
    public DateTimeOffset PhaseSince { get; init; }

    /// <summary>Start of the exposure of users without a break: measurements before a rollback are not valid after it.</summary>
    public DateTimeOffset ExposedSince { get; init; }

    /// <summary>
    /// Start of the comparison of new and legacy in this step: both had the same hours at constant shares. A pause does not move it.
    /// </summary>
    public DateTimeOffset ComparedSince { get; init; }

    /// <summary>Number of comparisons begun in each step, by its name: all of them together may err as often as one rule allows.</summary>
    public ImmutableDictionary<string, int> Comparisons { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Time of the pause; null when it is not paused.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>Actor that froze advancing last, and the reason; null when it never was. Of no meaning while it is not paused.</summary>
    public PauseState? Pause { get; init; }

    /// <summary>Visits of steps, oldest first.</summary>
    public ImmutableArray<StepVisit> Visits { get; init; } = [];

    /// <summary>True when a person ended the current hold.</summary>
    public bool HoldWaived { get; init; }

    /// <summary>True when the current phase was reported to take too long.</summary>
    public bool Overran { get; init; }

    /// <summary>Share on new, of the current step (also while rolled back).</summary>
    public Share Percentage { get; init; }

    /// <summary>Load that is returning to legacy; null when none is.</summary>
    public Ramp? Ramp { get; init; }

    /// <summary>Time at which load last returned to legacy by a lower share; null before.</summary>
    public DateTimeOffset? LoweredAt { get; init; }

    /// <summary>Segments on new by the current and earlier steps.</summary>
    public ImmutableArray<string> Included { get; init; } = [];

    /// <summary>Segments of which a share is on new by the current and earlier steps, or more where <see cref="Percentage"/> is more.</summary>
    public ImmutableArray<SegmentShare> Shares { get; init; } = [];

    /// <summary>Segments taken back to legacy.</summary>
    public ImmutableArray<string> TakenBack { get; init; } = [];

    /// <summary>Segments of those that a person decided to leave on legacy: they no longer hold the end of the rollout.</summary>
    public ImmutableDictionary<string, KeptSegment> KeptBack { get; init; } = ImmutableDictionary<string, KeptSegment>.Empty;

    /// <summary>Segments that were taken back and restored.</summary>
    public ImmutableDictionary<string, RestoredSegment> Restored { get; init; } = ImmutableDictionary<string, RestoredSegment>.Empty;

    /// <summary>Triggers that are not quiet, by name.</summary>
    public ImmutableDictionary<string, TriggerState> Triggers { get; init; } = ImmutableDictionary<string, TriggerState>.Empty;

    /// <summary>Criteria of the current step that were assessed, by name.</summary>
    public ImmutableDictionary<string, CriterionState> Criteria { get; init; } = ImmutableDictionary<string, CriterionState>.Empty;

    /// <summary>Time at which samples stopped; null while they arrive.</summary>
    public DateTimeOffset? EvidenceLostAt { get; init; }

    /// <summary>Sample time at which samples arrived again after the newest absence; null when there was none.</summary>
    public DateTimeOffset? EvidenceSince { get; init; }

    /// <summary>Rules whose metric no sample carries, by their query, with the start.</summary>
    public ImmutableDictionary<string, DateTimeOffset> Unmeasured { get; init; } = ImmutableDictionary<string, DateTimeOffset>.Empty;

    /// <summary>Times at which triggers last fired, on sample time: their cool-down counts from here.</summary>
    public ImmutableDictionary<string, DateTimeOffset> FiredAt { get; init; } = ImmutableDictionary<string, DateTimeOffset>.Empty;

    /// <summary>Reason why the line of the environment is stopped, by the newest command; null while it runs.</summary>
    public string? LineStopped { get; init; }

    /// <summary>
    /// Id of the key or person that stopped it; null while it runs, when no person did, and in records of an earlier build.
    /// </summary>
    public string? LineStoppedBy { get; init; }

    /// <summary>All reviews, oldest first.</summary>
    public ImmutableArray<Review> Reviews { get; init; } = [];

    /// <summary>Checkpoint reviews opened in the current step.</summary>
    public int Checkpoints { get; init; }

    /// <summary>Objectives that were ticked.</summary>
    public ImmutableHashSet<string> Objectives { get; init; } = [];

    /// <summary>The rollback whose incident is about to be opened: only between two events of one decision.</summary>
    public RollbackRecord? Undone { get; init; }

    /// <summary>All incidents, oldest first.</summary>
    public ImmutableArray<Incident> Incidents { get; init; } = [];

    /// <summary>Names of alerts that were raised and not resolved.</summary>
    public ImmutableHashSet<string> Alerts { get; init; } = [];

    /// <summary>Groups in which alerts of the plan arrived, by the hash of their key.</summary>
    public ImmutableSortedDictionary<string, AlertGroup> AlertGroups { get; init; } = AlertBook.Empty;

    /// <summary>Resumes, advances and restores of the newest minute.</summary>
    public EventRate Forward { get; init; }

    /// <summary>Changes of groups of alerts in the newest minute.</summary>
    public EventRate AlertNews { get; init; }

    /// <summary>Messages of feedback in the newest minute.</summary>
    public EventRate Feedback { get; init; }

    /// <summary>Kinds of feedback that were taken, at most <see cref="EventRateLimits.MostKinds"/>.</summary>
    public ImmutableHashSet<string> FeedbackKinds { get; init; } = [];

    /// <summary>Rules whose evidence an amendment started again, by their query, with the start.</summary>
    public ImmutableDictionary<string, DateTimeOffset> RestartedAt { get; init; } = ImmutableDictionary<string, DateTimeOffset>.Empty;

    /// <summary>Number of amendments, made or proposed.</summary>
    public int Amendments { get; init; }

    /// <summary>The newest amendment; null before the first.</summary>
    public LastAmendment? Amended { get; init; }

    /// <summary>A looser plan that waits for a second person; null when none does.</summary>
    public ProposedAmendment? Proposed { get; init; }

    /// <summary>Reason and time of the rollback in force; null when there is none.</summary>
    public RollbackState? Rollback { get; init; }

    /// <summary>
    /// Reason why everyone is kept at legacy although it is under way; null unless a backup was restored and no person has confirmed yet.
    /// </summary>
    public AwaitingConfirmation? AwaitingConfirmation { get; init; }

    /// <summary>Completion; null unless it is completed, or was when it was held or retired.</summary>
    public Completion? Completion { get; init; }

    /// <summary>Id of the rollout of the same flag for whose start this one was retired; null for none.</summary>
    public string? Successor { get; init; }

    /// <summary>The current phase; null before start.</summary>
    public Phase? Phase => PhaseIndex < 0 ? null : Plan.Phases[PhaseIndex];

    /// <summary>The current step; null before start.</summary>
    public Step? Step => Phase?.Steps[StepIndex];

    /// <summary>True while it may still change.</summary>
    public bool Unfinished => Status is not (RolloutStatus.Completed or RolloutStatus.Aborted or RolloutStatus.Retired);

    /// <summary>True while steps may follow.</summary>
    public bool UnderWay => AwaitingConfirmation is null && Status is (RolloutStatus.Running or RolloutStatus.Paused);

    /// <summary>True after completion for as long as triggers watch.</summary>
    public bool Baking => Status == RolloutStatus.Completed && Completion?.BakesUntil is not null;

    /// <summary>True while users may be on new by it and signals are watched.</summary>
    public bool Watched => UnderWay || Baking;

    /// <summary>
    /// True while users may be on new by it: a completed rollout serves until it is retired, and can be taken back until then.
    /// </summary>
    public bool Serving => UnderWay || Status == RolloutStatus.Completed;

    /// <summary>Segments that hold the end of the rollout: taken back, and not kept back by a person.</summary>
    public IEnumerable<string> Missing => TakenBack.Where(segment => !KeptBack.ContainsKey(segment));

    /// <summary>
    /// Static flags of the phase while they are in force. Those of the last phase stay until the rollout is retired: the new path was shown
    /// to be good with these flags. Builds without retiring ended them with the completion; their rollouts stay as they are.
    /// </summary>
    public ImmutableArray<FlagValue> FlagsInForce =>
        UnderWay || (AwaitingConfirmation is null && Completion is { UntilRetired: true }) ? Phase?.Flags ?? [] : [];

    /// <summary>True when its sources are queried: while it is watched, and before its start, so that a forecast has the traffic.</summary>
    public bool AsksSources => Watched || (AwaitingConfirmation is null && Status == RolloutStatus.Created);

    /// <summary>True when the current step serves or shadows users by the new path.</summary>
    public bool Exposes => Percentage > Share.None || !Included.IsEmpty || !Shares.IsEmpty || Phase is { Shadow: true };

    /// <summary>The state after what happened.</summary>
    public RolloutState Evolve(Happened<RolloutEvent> happened) => RolloutEvolution.Evolve(this, happened);
}

/// <summary>Status of a rollout.</summary>
public enum RolloutStatus
{
    /// <summary>Created, not started.</summary>
    Created,

    /// <summary>Under way.</summary>
    Running,

    /// <summary>Advancing is frozen; users keep their variant and triggers keep watching.</summary>
    Paused,

    /// <summary>Everyone is on legacy.</summary>
    RolledBack,

    /// <summary>Reached its end; serves until it is retired.</summary>
    Completed,

    /// <summary>Aborted; everyone is on legacy.</summary>
    Aborted,

    /// <summary>Was completed or aborted, and no longer decides the flag.</summary>
    Retired,
}

/// <summary>The end of a rollout.</summary>
/// <param name="At">Time of its completion, UTC.</param>
/// <param name="BakesUntil">Triggers watch until then; null when they do not, or no longer.</param>
/// <param name="UntilRetired">False when an earlier build completed it: that ended the phase's flags.</param>
public sealed record Completion(DateTimeOffset At, DateTimeOffset? BakesUntil, bool UntilRetired);

/// <summary>A segment that a person decided to leave on legacy.</summary>
/// <param name="By">Id of the key or person.</param>
/// <param name="Reason">Reason.</param>
/// <param name="At">Time of the decision, UTC.</param>
public sealed record KeptSegment(string By, string Reason, DateTimeOffset At);

/// <summary>The wait for confirmation after a restore of a backup.</summary>
/// <param name="Timeline">The timeline that the restore began.</param>
/// <param name="Reason">Reason.</param>
/// <param name="At">Start of the wait, UTC.</param>
/// <param name="Before">The status before it.</param>
public sealed record AwaitingConfirmation(long Timeline, string Reason, DateTimeOffset At, RolloutStatus Before);

/// <summary>A trigger that is not quiet.</summary>
/// <param name="Fired">False while its "for" runs.</param>
/// <param name="Since">Start of its condition being true, on sample time.</param>
/// <param name="Edge">Time of its newest event, on sample time.</param>
/// <param name="Evidence">Its evidence.</param>
public sealed record TriggerState(bool Fired, DateTimeOffset Since, DateTimeOffset Edge, Evidence Evidence);

/// <summary>A criterion that was assessed.</summary>
/// <param name="Verdict">The newest verdict.</param>
/// <param name="Since">Start of its window: the step's start, or its newest breach.</param>
/// <param name="Evidence">Its evidence.</param>
public sealed record CriterionState(Verdict Verdict, DateTimeOffset Since, Evidence Evidence);

/// <summary>A go/no-go.</summary>
public sealed record Review(
    string Id, ReviewKind Kind, string Phase, string Step, long Entry, ImmutableArray<string> Roles, int Quorum, DateTimeOffset OpenedAt,
    DateTimeOffset? ExpiresAt, string EvidenceHash, string EvidenceText, string? Trigger, string? RequestedBy, ReviewOutcome? Outcome,
    ImmutableArray<ReviewDecision> Decisions)
{
    /// <summary>Number of people of each role who must approve; empty when any of <paramref name="Roles"/> may.</summary>
    public ImmutableArray<RoleNeed> Needs { get; init; } = [];

    /// <summary>True while it is not decided.</summary>
    public bool Open => Outcome is null;
}

/// <summary>Decision of one person.</summary>
/// <param name="By">Id of the key or person.</param>
/// <param name="Role">Role they decided under.</param>
/// <param name="Approved">True for go, false for no-go.</param>
/// <param name="Reason">Reason.</param>
/// <param name="At">Time of the decision, UTC.</param>
/// <param name="EvidenceHash">Hash of the evidence that the review was about then.</param>
/// <param name="CountsAs">Id of the person that it counts for where that is another: the maker of a key that was not in use before.</param>
public sealed record ReviewDecision(
    string By, string Role, bool Approved, string? Reason, DateTimeOffset At, string? EvidenceHash = null, string? CountsAs = null)
{
    /// <summary>Name of the key or person at the time; null in the state itself, which has ids alone.</summary>
    public string? Name { get; init; }

    /// <summary>Id of the person that it counts for.</summary>
    public string Person => CountsAs ?? By;
}

/// <summary>A segment that is on new again.</summary>
/// <param name="At">Time of the restore: measurements before it are not valid.</param>
/// <param name="CloserUntil">It is watched more closely until then.</param>
public sealed record RestoredSegment(DateTimeOffset At, DateTimeOffset CloserUntil);

/// <summary>Load that is returning to legacy.</summary>
/// <param name="To">The share at its end.</param>
/// <param name="Share">The largest share that returns at a time.</param>
/// <param name="RollsBack">True when it ends in a rollback.</param>
/// <param name="Home">The share of the step itself, to which a restore returns.</param>
/// <param name="Segments">Included while it lasts.</param>
/// <param name="Reason">Reason.</param>
/// <param name="Shares">Segments of which a share is included while it lasts.</param>
public sealed record Ramp(
    Share To, Share Share, bool RollsBack, Share Home, ImmutableArray<string> Segments, string? Reason,
    ImmutableArray<SegmentShare> Shares);

/// <summary>The rollback in force.</summary>
public sealed record RollbackState(string Reason, string? Trigger, DateTimeOffset At);
