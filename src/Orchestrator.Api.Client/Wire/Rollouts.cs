using System.Text.Json;

namespace Orchestrator.Api.Client;

/// <summary>A page of rollouts.</summary>
public sealed record RolloutList
{
    /// <summary>Rollouts, by id.</summary>
    public IReadOnlyList<RolloutLine> Rollouts { get; init; } = [];

    /// <summary>Id after which the next page begins; null at the end.</summary>
    public string? Next { get; init; }
}

/// <summary>A rollout as a line of an overview.</summary>
public sealed record RolloutLine
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Title of the plan; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Plan and revision.</summary>
    public PlanReference Plan { get; init; } = new();

    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Flag whose variant it decides.</summary>
    public string Flag { get; init; } = "";

    /// <summary>Status.</summary>
    [Words("created", "running", "paused", "rolledBack", "completed", "aborted", "retired")]
    public string Status { get; init; } = "";

    /// <summary>Current phase; null before the start.</summary>
    public string? Phase { get; init; }

    /// <summary>Current step; null before the start.</summary>
    public string? Step { get; init; }

    /// <summary>Share of all users on new, 0 to 100.</summary>
    public decimal Percentage { get; init; }

    /// <summary>Users on new, in words.</summary>
    public string Audience { get; init; } = "";

    /// <summary>Counted users; null where none were counted.</summary>
    public PeopleBrief? People { get; init; }

    /// <summary>Reason why no users were counted; null where some were.</summary>
    public string? PeopleReason { get; init; }

    /// <summary>Version of the newest event.</summary>
    public long Version { get; init; }

    /// <summary>Begin of the status.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Status in a sentence.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The next change of its audience; null when it has ended.</summary>
    public NextMove? Next { get; init; }

    /// <summary>The worst reason for which it needs a person; null without one.</summary>
    public Attention? Attention { get; init; }

    /// <summary>Verdicts of its gates.</summary>
    public IReadOnlyList<GateVerdict> Verdicts { get; init; } = [];

    /// <summary>Time of the newest event.</summary>
    public DateTimeOffset ChangedAt { get; init; }
}

/// <summary>The next change of a rollout's audience.</summary>
public sealed record NextMove
{
    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>It does not come before this; null when no time is known.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Share of all users on new after it; null where a person chooses the way.</summary>
    public decimal? Percentage { get; init; }
}

/// <summary>A reason for which a rollout needs a person.</summary>
public sealed record Attention
{
    /// <summary>Kind.</summary>
    [Words("incident", "alarm", "held", "unguarded", "review", "freeze")]
    public string Kind { get; init; } = "";

    /// <summary>One or two sentences.</summary>
    public string Text { get; init; } = "";

    /// <summary>Begin; null when it is not known, or lies ahead.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Time by which a person should act; null for none.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Id of the incident or the review, name of the trigger or the freeze; null for the rollout itself.</summary>
    public string? Subject { get; init; }
}

/// <summary>Verdict on one part of a gate.</summary>
public sealed record GateVerdict
{
    /// <summary>Part of the gate.</summary>
    [Words("confirm", "pause", "hold", "samples", "rule", "criterion", "review", "objective", "segment", "line", "freeze", "changeWindow")]
    public string Kind { get; init; } = "";

    /// <summary>Name of the step, criterion, review, objective, segment, freeze or environment.</summary>
    public string Name { get; init; } = "";

    /// <summary>Verdict; the part is shut for breached, noEvidence and waiting.</summary>
    [Words("met", "warning", "breached", "noEvidence", "waiting")]
    public string Verdict { get; init; } = "";

    /// <summary>The verdict as a word with a sign.</summary>
    public string Word { get; init; } = "";
}

/// <summary>Counted users of a flag, the last day.</summary>
public sealed record PeopleBrief
{
    /// <summary>Different users.</summary>
    public long Total { get; init; }

    /// <summary>Users on new.</summary>
    public long New { get; init; }

    /// <summary>Users on legacy.</summary>
    public long Legacy { get; init; }

    /// <summary>Begin of the count.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>End of the count.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Standard error of the estimate.</summary>
    public double Error { get; init; }

    /// <summary>Nodes whose users are not in it.</summary>
    public int Missing { get; init; }
}

/// <summary>A rollout, now or at a moment of the past.</summary>
public sealed record Rollout
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Title of the plan; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Plan and revision.</summary>
    public PlanReference Plan { get; init; } = new();

    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Flag whose variant it decides.</summary>
    public string Flag { get; init; } = "";

    /// <summary>Salt of its buckets.</summary>
    public string Salt { get; init; } = "";

    /// <summary>Owner of the salt.</summary>
    [Words("plan", "rollout")]
    public string Stickiness { get; init; } = "";

    /// <summary>Attribute that decides the bucket.</summary>
    public string StickyBy { get; init; } = "";

    /// <summary>Status.</summary>
    [Words("created", "running", "paused", "rolledBack", "completed", "aborted", "retired")]
    public string Status { get; init; } = "";

    /// <summary>Status in a sentence.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Current phase; null before the start.</summary>
    public string? Phase { get; init; }

    /// <summary>Current step; null before the start.</summary>
    public string? Step { get; init; }

    /// <summary>Share of all users on new, 0 to 100.</summary>
    public decimal Percentage { get; init; }

    /// <summary>Users on new, in words.</summary>
    public string Audience { get; init; } = "";

    /// <summary>Counted users; null where none were counted.</summary>
    public People? People { get; init; }

    /// <summary>Reason why no users were counted; null where some were.</summary>
    public string? PeopleReason { get; init; }

    /// <summary>Version of the newest event.</summary>
    public long Version { get; init; }

    /// <summary>Begin of the status.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The next change, and everything it waits for.</summary>
    public RolloutNext Next { get; init; } = new();

    /// <summary>Gates of the step, each part with its verdict.</summary>
    public IReadOnlyList<GatePart> Gates { get; init; } = [];

    /// <summary>
    /// Users who stay on new if the control plane vanishes now; null in a view of the past and in the answer to a command.
    /// </summary>
    public DeadMan? DeadMan { get; init; }

    /// <summary>Segments.</summary>
    public IReadOnlyList<RolloutSegment> Segments { get; init; } = [];

    /// <summary>Success criteria of the step.</summary>
    public IReadOnlyList<Criterion> Criteria { get; init; } = [];

    /// <summary>Time that the steps ahead take at least; null when none remain, and in a view of the past.</summary>
    public Forecast? Forecast { get; init; }

    /// <summary>Triggers in force.</summary>
    public IReadOnlyList<Trigger> Triggers { get; init; } = [];

    /// <summary>Metric sources; null in a view of the past and in the answer to a command.</summary>
    public IReadOnlyList<RolloutSource>? Sources { get; init; }

    /// <summary>Reviews, oldest first.</summary>
    public IReadOnlyList<Review> Reviews { get; init; } = [];

    /// <summary>Objectives of all phases.</summary>
    public IReadOnlyList<Objective> Objectives { get; init; } = [];

    /// <summary>The newest incident; null without one.</summary>
    public Incident? Incident { get; init; }

    /// <summary>The rollback in force; null without one.</summary>
    public Rollback? Rollback { get; init; }

    /// <summary>Wait for a person after a restore of a backup; null for none.</summary>
    public HeldRollout? Held { get; init; }

    /// <summary>The newest amendment; null without one.</summary>
    public LastAmendment? Amended { get; init; }

    /// <summary>Amendment that waits for a second person; null without one.</summary>
    public ProposedAmendment? Amendment { get; init; }

    /// <summary>Completion; null before it.</summary>
    public Completion? Completed { get; init; }

    /// <summary>Reason why every sample is refused; null when that is not so.</summary>
    public string? SamplesRefused { get; init; }

    /// <summary>Warnings; null for none.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>Verbs of the caller; null in a view of the past and in the answer to a command.</summary>
    public IReadOnlyList<Verb>? Verbs { get; init; }
}

/// <summary>The next change of a rollout, and everything it waits for.</summary>
public sealed record RolloutNext
{
    /// <summary>Time of the hold or of the ramp; null when no time decides.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Reasons to wait.</summary>
    public IReadOnlyList<Wait> WaitingFor { get; init; } = [];

    /// <summary>Names of the gates that are shut.</summary>
    public IReadOnlyList<string> WaitingForGates { get; init; } = [];

    /// <summary>Earliest time at which the evidence is complete; null when it is unknown.</summary>
    public DateTimeOffset? EvidenceAt { get; init; }

    /// <summary>Next step of load that returns to legacy; null for none.</summary>
    public RampStep? Ramp { get; init; }

    /// <summary>Sentence; null where there is no next change.</summary>
    public string? Text { get; init; }

    /// <summary>Share of all users on new after it; null where a person chooses the way.</summary>
    public decimal? Percentage { get; init; }

    /// <summary>Earliest time at which all gates can be open; null when it is unknown.</summary>
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>It does not come before this; null when no time is known.</summary>
    public DateTimeOffset? AtLeast { get; init; }
}

/// <summary>A reason to wait.</summary>
public sealed record Wait
{
    /// <summary>Gate that is shut.</summary>
    public string Gate { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Earliest opening; null when no time decides.</summary>
    public DateTimeOffset? OpensAt { get; init; }

    /// <summary>Id of the key or person that shut it; null when none did.</summary>
    public string? By { get; init; }

    /// <summary>Name of that key or person.</summary>
    public string? Name { get; init; }
}

/// <summary>Next step of load that returns to legacy.</summary>
public sealed record RampStep
{
    /// <summary>Time of the step; null when it is due at once.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Share of all users on new after it.</summary>
    public decimal Percentage { get; init; }

    /// <summary>Share of all users on new at the end.</summary>
    public decimal To { get; init; }

    /// <summary>True when it ends in a rollback.</summary>
    public bool RollsBack { get; init; }

    /// <summary>Reason.</summary>
    public string? Reason { get; init; }
}

/// <summary>One part of a gate of the current step.</summary>
public sealed record GatePart
{
    /// <summary>The gate: hold, evidence, review, window and so on.</summary>
    public string Gate { get; init; } = "";

    /// <summary>Part of the gate.</summary>
    [Words("confirm", "pause", "hold", "samples", "rule", "criterion", "review", "objective", "segment", "line", "freeze", "changeWindow")]
    public string Kind { get; init; } = "";

    /// <summary>Name of the step, criterion, review, objective, segment, freeze or environment.</summary>
    public string Name { get; init; } = "";

    /// <summary>Verdict; the part is shut for breached, noEvidence and waiting.</summary>
    [Words("met", "warning", "breached", "noEvidence", "waiting")]
    public string Verdict { get; init; } = "";

    /// <summary>The verdict as a word with a sign.</summary>
    public string Word { get; init; } = "";

    /// <summary>Sentence with observed, limit and samples.</summary>
    public string Text { get; init; } = "";

    /// <summary>Part of the way, 0 to 1; null when nothing measures it.</summary>
    public double? Progress { get; init; }

    /// <summary>Earliest time at which it can open; null when no time decides.</summary>
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>Id of the actor that shut it; null when time or measurements do.</summary>
    public string? By { get; init; }

    /// <summary>Name of that actor.</summary>
    public string? ByName { get; init; }
}

/// <summary>Users who stay on new if the control plane vanishes.</summary>
public sealed record DeadMan
{
    /// <summary>Share of all users that stays at first, 0 to 100.</summary>
    public decimal Percentage { get; init; }

    /// <summary>The same with segments, in words.</summary>
    public string Audience { get; init; } = "";

    /// <summary>Time after which no user is on new; null when they stay without end.</summary>
    public string? For { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A segment of a rollout.</summary>
public sealed record RolloutSegment
{
    /// <summary>Key.</summary>
    public string Key { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Status.</summary>
    [Words("waiting", "included", "rolledBack")]
    public string Status { get; init; } = "";

    /// <summary>Share of its users on new, 0 to 100.</summary>
    public decimal Percentage { get; init; }

    /// <summary>Decision to leave it on legacy; null without one.</summary>
    public KeptBack? Kept { get; init; }

    /// <summary>Fill of a segment with a cap; null of one without, and in a view of the past.</summary>
    public Cohort? Cohort { get; init; }
}

/// <summary>A decision to leave a segment on legacy.</summary>
public sealed record KeptBack
{
    /// <summary>Id of the key or person.</summary>
    public string By { get; init; } = "";

    /// <summary>Name of the key or person.</summary>
    public string? Name { get; init; }

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>Fill of a segment with a cap, by the users counted so far.</summary>
public sealed record Cohort
{
    /// <summary>Largest share of all users, 0 to 1.</summary>
    public double Cap { get; init; }

    /// <summary>Share of all users who belong, 0 to 1; null while too few were evaluated.</summary>
    public double? Share { get; init; }

    /// <summary>Users who were counted.</summary>
    public long Asked { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>True when a person should look.</summary>
    public bool Warning { get; init; }
}

/// <summary>A success criterion of the current step.</summary>
public sealed record Criterion
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Verdict.</summary>
    [Words("noEvidence", "met", "breached", "warning")]
    public string Verdict { get; init; } = "";

    /// <summary>Value in the base unit of the metric; null when nothing was measured.</summary>
    public double? Observed { get; init; }

    /// <summary>Limit in the same unit; null when the rule has no number.</summary>
    public double? Limit { get; init; }

    /// <summary>Measured part of its window, 0 to 1.</summary>
    public double Coverage { get; init; }

    /// <summary>Number of samples behind the value.</summary>
    public long Samples { get; init; }

    /// <summary>Sample time; null when nothing was measured.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Earliest time at which its evidence is complete; null when it is unknown.</summary>
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>Time at which an amendment restarted its evidence; null when none did in this step.</summary>
    public DateTimeOffset? RestartedAt { get; init; }
}

/// <summary>Time that the steps ahead take at least.</summary>
public sealed record Forecast
{
    /// <summary>Time; null when that of a step is unknown.</summary>
    public string? Takes { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>The current step and those ahead.</summary>
    public IReadOnlyList<ForecastStep> Steps { get; init; } = [];
}

/// <summary>Shortest time of one step.</summary>
public sealed record ForecastStep
{
    /// <summary>Phase.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Step.</summary>
    public string Step { get; init; } = "";

    /// <summary>Remaining time of the hold.</summary>
    public string? Hold { get; init; }

    /// <summary>Longest of the hold and every criterion; null when one is unknown.</summary>
    public string? Takes { get; init; }

    /// <summary>Criteria of the step.</summary>
    public IReadOnlyList<ForecastCriterion> Criteria { get; init; } = [];
}

/// <summary>Shortest time until the evidence of one criterion is complete.</summary>
public sealed record ForecastCriterion
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Samples that it needs; null when no number of samples decides it.</summary>
    public long? Needs { get; init; }

    /// <summary>Samples measured so far.</summary>
    public long Has { get; init; }

    /// <summary>Samples a minute at the present traffic; null when the traffic is unknown.</summary>
    public double? PerMinute { get; init; }

    /// <summary>Time; null when it is unknown.</summary>
    public string? Takes { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A trigger in force.</summary>
public sealed record Trigger
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>State.</summary>
    [Words("noEvidence", "quiet", "breached", "fired", "rolledBack")]
    public string State { get; init; } = "";

    /// <summary>Begin of the state; null while it is quiet.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Time at which an amendment restarted its evidence; null when none did in this step.</summary>
    public DateTimeOffset? RestartedAt { get; init; }

    /// <summary>Way to its threshold.</summary>
    public TriggerReach Reach { get; init; } = new();
}

/// <summary>Way of a trigger to its threshold.</summary>
public sealed record TriggerReach
{
    /// <summary>Part of the way, 0 to 1; null without evidence.</summary>
    public double? Fraction { get; init; }

    /// <summary>The nearest condition; null without evidence.</summary>
    public string? Condition { get; init; }

    /// <summary>Observed value in the base unit; null when nothing was measured.</summary>
    public double? Observed { get; init; }

    /// <summary>Limit in the same unit; null without one.</summary>
    public double? Limit { get; init; }

    /// <summary>Upper limit of a range; null of others.</summary>
    public double? Upper { get; init; }

    /// <summary>Unit; null without evidence.</summary>
    [Words("number", "ratio", "time", "size", "rate")]
    public string? Unit { get; init; }

    /// <summary>Number of samples behind the value; null without evidence.</summary>
    public long? Samples { get; init; }

    /// <summary>Observed value for display; null when nothing was measured.</summary>
    public string? ObservedText { get; init; }

    /// <summary>Limit for display; null without one.</summary>
    public string? LimitText { get; init; }

    /// <summary>The running "for"; null while none runs.</summary>
    public PendingTrigger? Pending { get; init; }

    /// <summary>It does not fire again before this; null when it may.</summary>
    public DateTimeOffset? CoolsUntil { get; init; }

    /// <summary>Action.</summary>
    [Words("rollback", "rollbackSegment", "stepBack", "review", "notify")]
    public string Action { get; init; } = "";

    /// <summary>The action in words.</summary>
    public string Effect { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>The running "for" of a trigger.</summary>
public sealed record PendingTrigger
{
    /// <summary>Begin of its condition being true.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Time for which it must hold.</summary>
    public string For { get; init; } = "";

    /// <summary>Time for which it has held.</summary>
    public string Held { get; init; } = "";

    /// <summary>Earliest time at which it fires; null when the condition does not hold in the newest round.</summary>
    public DateTimeOffset? FiresAt { get; init; }
}

/// <summary>A metric source of a rollout, in short.</summary>
public sealed record RolloutSource
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>State.</summary>
    [Words("ok", "partly", "waiting", "failing", "idle", "unknown")]
    public string State { get; init; } = "";

    /// <summary>Time of the last poll; null when there was none.</summary>
    public DateTimeOffset? LastRound { get; init; }

    /// <summary>Time of its last evidence; null when there was none.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>The last failure; null when there was none.</summary>
    public string? Error { get; init; }
}

/// <summary>An objective of a phase.</summary>
public sealed record Objective
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title.</summary>
    public string? Title { get; init; }

    /// <summary>Phase.</summary>
    public string Phase { get; init; } = "";

    /// <summary>True when its phase cannot end without it.</summary>
    public bool Required { get; init; }

    /// <summary>True when a person completed it.</summary>
    public bool Completed { get; init; }
}

/// <summary>The rollback in force.</summary>
public sealed record Rollback
{
    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Trigger that rolled back; null when a person did.</summary>
    public string? Trigger { get; init; }

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>Wait for a person after a restore of a backup.</summary>
public sealed record HeldRollout
{
    /// <summary>Timeline that the restore began.</summary>
    public long Timeline { get; init; }

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Begin of the wait.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Status before it.</summary>
    [Words("created", "running", "paused", "rolledBack", "completed", "aborted", "retired")]
    public string Before { get; init; } = "";
}

/// <summary>The newest amendment of a rollout.</summary>
public sealed record LastAmendment
{
    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Revision before.</summary>
    public int FromRevision { get; init; }

    /// <summary>Its hash.</summary>
    public string FromHash { get; init; } = "";

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Review in which a second person agreed; null where none had to.</summary>
    public string? Review { get; init; }

    /// <summary>Triggers whose evidence started again.</summary>
    public IReadOnlyList<string> Triggers { get; init; } = [];

    /// <summary>Criteria whose evidence started again.</summary>
    public IReadOnlyList<string> Criteria { get; init; } = [];
}

/// <summary>An amendment that waits for a second person.</summary>
public sealed record ProposedAmendment
{
    /// <summary>Review of the amendment.</summary>
    public string Review { get; init; } = "";

    /// <summary>Proposed revision.</summary>
    public int Revision { get; init; }

    /// <summary>Its hash.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Parts that are looser, or not shown to be as strict.</summary>
    public IReadOnlyList<string> Looser { get; init; } = [];

    /// <summary>Time of the proposal.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>Completion of a rollout.</summary>
public sealed record Completion
{
    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Time until which the rules of the last step watch; null for none.</summary>
    public DateTimeOffset? BakesUntil { get; init; }

    /// <summary>True while it decides its flag.</summary>
    public bool Serves { get; init; }

    /// <summary>Rollout that decides the flag after it; null for none.</summary>
    public string? Successor { get; init; }
}

/// <summary>Counted users of a flag, the last day.</summary>
public sealed record People
{
    /// <summary>Different users.</summary>
    public long Total { get; init; }

    /// <summary>Users on new.</summary>
    public long New { get; init; }

    /// <summary>Users on legacy.</summary>
    public long Legacy { get; init; }

    /// <summary>Users of each segment.</summary>
    public IReadOnlyList<SegmentPeople> BySegment { get; init; } = [];

    /// <summary>Begin of the count.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>End of the count.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Standard error of the estimates.</summary>
    public double Error { get; init; }

    /// <summary>The current hour.</summary>
    public PeopleWindow Hour { get; init; } = new();

    /// <summary>The hour before; null without one.</summary>
    public PeopleWindow? LastHour { get; init; }

    /// <summary>Origin of the counts.</summary>
    public PeopleSources Sources { get; init; } = new();
}

/// <summary>Counted users of a span of time.</summary>
public sealed record PeopleWindow
{
    /// <summary>Different users.</summary>
    public long Total { get; init; }

    /// <summary>Users on new.</summary>
    public long New { get; init; }

    /// <summary>Users on legacy.</summary>
    public long Legacy { get; init; }

    /// <summary>Users of each segment.</summary>
    public IReadOnlyList<SegmentPeople> BySegment { get; init; } = [];

    /// <summary>Begin of the count.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>End of the count.</summary>
    public DateTimeOffset To { get; init; }
}

/// <summary>Counted users of a segment.</summary>
public sealed record SegmentPeople
{
    /// <summary>Key.</summary>
    public string Segment { get; init; } = "";

    /// <summary>Different users.</summary>
    public long Total { get; init; }

    /// <summary>Users on new.</summary>
    public long New { get; init; }

    /// <summary>Users on legacy.</summary>
    public long Legacy { get; init; }
}

/// <summary>Origin of counted users.</summary>
public sealed record PeopleSources
{
    /// <summary>Nodes whose users are in it.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>Nodes whose users are not in it.</summary>
    public IReadOnlyList<MissingNode> Missing { get; init; } = [];

    /// <summary>Processes of the .NET client.</summary>
    public long Clients { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A node whose users are not counted.</summary>
public sealed record MissingNode
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Role.</summary>
    public string Role { get; init; } = "";
}

/// <summary>A rollback that the node keeps on its disk until the log takes it. It routes by it at once.</summary>
public sealed record AcceptedRollback
{
    /// <summary>Id of the rollout.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Always true.</summary>
    public bool Accepted { get; init; }

    /// <summary>Id of the command.</summary>
    public string Command { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A rollback now.</summary>
public sealed record RollbackPreview
{
    /// <summary>Id of the rollout.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Title of the plan; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Status.</summary>
    [Words("created", "running", "paused", "rolledBack", "completed", "aborted", "retired")]
    public string Status { get; init; } = "";

    /// <summary>The verb, for the caller.</summary>
    public Verb Verb { get; init; } = new();

    /// <summary>Users who go back.</summary>
    public MovedUsers Moves { get; init; } = new();

    /// <summary>Counted users; null where none were counted.</summary>
    public People? People { get; init; }

    /// <summary>Reason why no users were counted; null where some were.</summary>
    public string? PeopleReason { get; init; }

    /// <summary>Nodes in reach, and the time after which every node has changed.</summary>
    public ReachedNodes Nodes { get; init; } = new();

    /// <summary>Newest evidence about legacy.</summary>
    public LegacyHealth? Legacy { get; init; }

    /// <summary>Segments that can go back alone.</summary>
    public IReadOnlyList<SegmentRollback> Segments { get; init; } = [];

    /// <summary>Segment with the worst evidence; null without any.</summary>
    public WorstSegment? Worst { get; init; }

    /// <summary>Triggers that fire or are about to.</summary>
    public IReadOnlyList<FiringTrigger> Triggers { get; init; } = [];

    /// <summary>Reason for a rollback by the newest evidence; null without one.</summary>
    public string? Reason { get; init; }

    /// <summary>The rollback that is in force already; null without one.</summary>
    public DoneRollback? Done { get; init; }

    /// <summary>Rollbacks on this node's disk that wait for the log.</summary>
    public IReadOnlyList<KeptRollback> Kept { get; init; } = [];
}

/// <summary>Users who go back.</summary>
public sealed record MovedUsers
{
    /// <summary>Share of all users, 0 to 100.</summary>
    public decimal Percentage { get; init; }

    /// <summary>In words.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Nodes that a rollback reaches.</summary>
public sealed record ReachedNodes
{
    /// <summary>Number of nodes; null when the store does not report them.</summary>
    public int? All { get; init; }

    /// <summary>Nodes in reach.</summary>
    public int Fresh { get; init; }

    /// <summary>Longest lease of a node.</summary>
    public string Lease { get; init; } = "";

    /// <summary>Time after which every node has changed; null when a node may keep its last answer.</summary>
    public string? Within { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Newest evidence about legacy.</summary>
public sealed record LegacyHealth
{
    /// <summary>Verdict.</summary>
    [Words("notMeasured", "partlyMeasured", "healthy", "unhealthy")]
    public string Verdict { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Conditions, measured on legacy.</summary>
    public IReadOnlyList<MeasuredCondition> Conditions { get; init; } = [];
}

/// <summary>A condition of a trigger, measured for other users.</summary>
public sealed record MeasuredCondition
{
    /// <summary>Trigger.</summary>
    public string Trigger { get; init; } = "";

    /// <summary>Condition.</summary>
    public string Condition { get; init; } = "";

    /// <summary>Part of the way to the limit, 0 to 1; null without evidence.</summary>
    public double? Fraction { get; init; }

    /// <summary>Observed value in the base unit; null when nothing was measured.</summary>
    public double? Observed { get; init; }

    /// <summary>Limit in the same unit; null without one.</summary>
    public double? Limit { get; init; }

    /// <summary>Upper limit of a range; null of others.</summary>
    public double? Upper { get; init; }

    /// <summary>Unit.</summary>
    [Words("number", "ratio", "time", "size", "rate")]
    public string Unit { get; init; } = "";

    /// <summary>Number of samples behind the value.</summary>
    public long Samples { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A segment that can go back alone.</summary>
public sealed record SegmentRollback
{
    /// <summary>Key.</summary>
    public string Key { get; init; } = "";

    /// <summary>Share of its users on new, 0 to 100.</summary>
    public decimal Percentage { get; init; }

    /// <summary>Condition that is nearest to its limit; null when none was measured.</summary>
    public MeasuredCondition? Worst { get; init; }
}

/// <summary>Segment with the worst evidence.</summary>
public sealed record WorstSegment
{
    /// <summary>Key.</summary>
    public string Key { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A trigger that fires or is about to.</summary>
public sealed record FiringTrigger
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Earliest time at which it fires; null when no "for" runs.</summary>
    public DateTimeOffset? FiresAt { get; init; }
}

/// <summary>The rollback that is in force.</summary>
public sealed record DoneRollback
{
    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Trigger that rolled back; null when a person did.</summary>
    public string? Trigger { get; init; }

    /// <summary>Id of its incident; null without one.</summary>
    public string? Incident { get; init; }
}

/// <summary>A rollback on a node's disk that waits for the log.</summary>
public sealed record KeptRollback
{
    /// <summary>Id of the rollout; null where the rollout is given.</summary>
    public string? Rollout { get; init; }

    /// <summary>Begin of the wait.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Id of the key or person.</summary>
    public string By { get; init; } = "";

    /// <summary>Name of the key or person.</summary>
    public string? Name { get; init; }

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Segments; null for everyone.</summary>
    public IReadOnlyList<string>? Segments { get; init; }
}

/// <summary>Filter and page of a list of rollouts.</summary>
public sealed record RolloutQuery : QueryValues
{
    /// <summary>Environment.</summary>
    public string? Environment { get; init; }

    /// <summary>Status.</summary>
    [Words("created", "running", "paused", "rolledBack", "completed", "aborted", "retired")]
    public string? Status { get; init; }

    /// <summary>Name of the plan.</summary>
    public string? Plan { get; init; }

    /// <summary>Flag.</summary>
    public string? Flag { get; init; }

    /// <summary>Kind of a reason for which it needs a person.</summary>
    [Words("incident", "alarm", "held", "unguarded", "review", "freeze")]
    public string? Attention { get; init; }

    /// <summary>Text within id, title, plan or flag; at most 200 characters.</summary>
    public string? Text { get; init; }

    /// <summary>Id after which the page begins; null for the first page.</summary>
    public string? After { get; init; }

    /// <summary>Most rollouts of the page, 1 to 1,000; null for 100.</summary>
    public int? Limit { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("environment", Environment);
        query.Add("status", Status);
        query.Add("plan", Plan);
        query.Add("flag", Flag);
        query.Add("attention", Attention);
        query.Add("text", Text);
        query.Add("after", After);
        query.Add("limit", Limit);
    }
}

/// <summary>A rollout to create.</summary>
public sealed record RolloutCreation
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Name of the plan.</summary>
    public string Plan { get; init; } = "";

    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Revision of the plan; null for the newest.</summary>
    public int? Revision { get; init; }
}

/// <summary>Reason of a command that needs none.</summary>
public sealed record Because
{
    /// <summary>Reason, at most 2,000 characters; null for none.</summary>
    public string? Reason { get; init; }
}

/// <summary>Reason of a command.</summary>
public sealed record Reasoned
{
    /// <summary>Reason, at most 2,000 characters.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>The end of a hold before its time.</summary>
public sealed record AdvanceRequest
{
    /// <summary>Step that must be current; null for any.</summary>
    public string? Step { get; init; }

    /// <summary>True to ask for a review that passes a shut gate.</summary>
    public bool? Override { get; init; }

    /// <summary>Reason; needed for an override.</summary>
    public string? Reason { get; init; }
}

/// <summary>A return to the step before.</summary>
public sealed record StepBackRequest
{
    /// <summary>Step that must be current; null for any.</summary>
    public string? Step { get; init; }

    /// <summary>Reason; null for none.</summary>
    public string? Reason { get; init; }
}

/// <summary>A rollback.</summary>
public sealed record RollbackRequest
{
    /// <summary>Reason, at most 2,000 characters.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Segments to take back; null for everyone.</summary>
    public IReadOnlyList<string>? Segments { get; init; }

    /// <summary>True to return load as a ramp that legacy can take.</summary>
    public bool? Ramp { get; init; }
}

/// <summary>The undoing of a rollback.</summary>
public sealed record RestoreRequest
{
    /// <summary>Reason, at most 2,000 characters.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Segments to restore; null for everyone.</summary>
    public IReadOnlyList<string>? Segments { get; init; }
}

/// <summary>A decision to leave rolled-back segments on legacy.</summary>
public sealed record KeepBackRequest
{
    /// <summary>Reason, at most 2,000 characters.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Segments.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];
}

/// <summary>The retirement of a completed rollout.</summary>
public sealed record RetireRequest
{
    /// <summary>Reason, at most 2,000 characters.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Static value of the flag, where it differs from what all users get now.</summary>
    public JsonElement? Value { get; init; }
}

/// <summary>The completion of an objective.</summary>
public sealed record ObjectiveRequest
{
    /// <summary>Name.</summary>
    public string Objective { get; init; } = "";

    /// <summary>Reason; null for none.</summary>
    public string? Reason { get; init; }
}

/// <summary>Reports of users to support.</summary>
public sealed record Feedback
{
    /// <summary>Kind; null for complaint.</summary>
    public string? Kind { get; init; }

    /// <summary>Number, 1 to 100,000; null for 1.</summary>
    public int? Count { get; init; }
}
