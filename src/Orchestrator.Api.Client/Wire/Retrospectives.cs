namespace Orchestrator.Api.Client;

/// <summary>Summary of a rollout, made from its events alone.</summary>
public sealed record Retrospective
{
    /// <summary>Identity, times and outcome.</summary>
    public Headline Headline { get; init; } = new();

    /// <summary>Requests to pass a failing gate, those that passed one first.</summary>
    public IReadOnlyList<OverrideStory> Overrides { get; init; } = [];

    /// <summary>Visits of phases, in order.</summary>
    public IReadOnlyList<PhaseVisit> Phases { get; init; } = [];

    /// <summary>Rollbacks.</summary>
    public IReadOnlyList<RollbackStory> Rollbacks { get; init; } = [];

    /// <summary>Incidents.</summary>
    public IReadOnlyList<IncidentStory> Incidents { get; init; } = [];

    /// <summary>Times at which the condition of a trigger came true.</summary>
    public IReadOnlyList<TriggerStory> Triggers { get; init; } = [];

    /// <summary>Reviews.</summary>
    public IReadOnlyList<ReviewStory> Reviews { get; init; } = [];

    /// <summary>Spans without evidence.</summary>
    public IReadOnlyList<EvidenceGap> Gaps { get; init; } = [];

    /// <summary>Time for which each gate was shut.</summary>
    public IReadOnlyList<GateWait> Waiting { get; init; } = [];

    /// <summary>Other events, mostly actions of people.</summary>
    public IReadOnlyList<HistoryEntry> Moments { get; init; } = [];

    /// <summary>Corrected plans that came into force.</summary>
    public IReadOnlyList<AmendmentStory> Amendments { get; init; } = [];
}

/// <summary>Identity, times and outcome of a rollout.</summary>
public sealed record Headline
{
    /// <summary>Id.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Title of the plan; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Plan and revision.</summary>
    public PlanReference Plan { get; init; } = new();

    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Flag.</summary>
    public string Flag { get; init; } = "";

    /// <summary>Status.</summary>
    [Words("created", "running", "paused", "rolledBack", "completed", "aborted", "retired")]
    public string Status { get; init; } = "";

    /// <summary>Outcome in one sentence.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>Time of its creation.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Start; null when it was not started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Completion or abort; null when there was neither.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Time from the start to its end, or to the end of the report.</summary>
    public string Took { get; init; } = "";

    /// <summary>Version of the newest event in the report.</summary>
    public long Version { get; init; }

    /// <summary>End of the report.</summary>
    public DateTimeOffset Until { get; init; }
}

/// <summary>A request to pass a failing gate.</summary>
public sealed record OverrideStory
{
    /// <summary>Review in which a second person decided.</summary>
    public string Review { get; init; } = "";

    /// <summary>Phase.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Step that did not end.</summary>
    public string Step { get; init; } = "";

    /// <summary>The first person.</summary>
    public Author AskedBy { get; init; } = new();

    /// <summary>Time of the request.</summary>
    public DateTimeOffset AskedAt { get; init; }

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Every reason against it, as the first person saw them.</summary>
    public string Failing { get; init; } = "";

    /// <summary>Failing verdicts when the review was last open.</summary>
    public IReadOnlyList<FailingVerdict> Verdicts { get; init; } = [];

    /// <summary>True when it was approved and the step ended by it.</summary>
    public bool Passed { get; init; }

    /// <summary>Outcome; null while the review is open.</summary>
    [Words("approved", "rejected", "expired", "withdrawn", "cleared")]
    public string? Outcome { get; init; }

    /// <summary>End of the review; null while it is open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Decisions.</summary>
    public IReadOnlyList<DecisionStory> Decisions { get; init; } = [];
}

/// <summary>A verdict that keeps a step from ending.</summary>
public sealed record FailingVerdict
{
    /// <summary>Criterion.</summary>
    public string Criterion { get; init; } = "";

    /// <summary>Verdict.</summary>
    [Words("noEvidence", "met", "breached", "warning")]
    public string Verdict { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Decision of a person in a review.</summary>
public sealed record DecisionStory
{
    /// <summary>Id of the key or person.</summary>
    public string By { get; init; } = "";

    /// <summary>Role.</summary>
    public string Role { get; init; } = "";

    /// <summary>True for a go.</summary>
    public bool Approved { get; init; }

    /// <summary>Reason; null without one.</summary>
    public string? Reason { get; init; }

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Hash of the evidence that was read; null where none was given.</summary>
    public string? EvidenceHash { get; init; }

    /// <summary>Id of the person that it counts for; null for its own.</summary>
    public string? CountsAs { get; init; }

    /// <summary>Name of the key or person.</summary>
    public string? Name { get; init; }

    /// <summary>Id of the person that it counts for.</summary>
    public string Person { get; init; } = "";
}

/// <summary>A visit of a phase.</summary>
public sealed record PhaseVisit
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Begin.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>End; null while it is current.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Time that it took.</summary>
    public string Took { get; init; } = "";

    /// <summary>True when it lasted longer than planned.</summary>
    public bool Overran { get; init; }

    /// <summary>Steps.</summary>
    public IReadOnlyList<StepVisitStory> Steps { get; init; } = [];
}

/// <summary>A visit of a step.</summary>
public sealed record StepVisitStory
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Share of all users on new, 0 to 100.</summary>
    public decimal Percentage { get; init; }

    /// <summary>Segments on new.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>Begin.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>End; null while it is current.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Time that it took.</summary>
    public string Took { get; init; } = "";

    /// <summary>True when a person ended its hold early.</summary>
    public bool HoldWaived { get; init; }

    /// <summary>Way in which it ended; null while it is current.</summary>
    [Words("completed", "overridden", "steppedBack", "rolledBack", "aborted")]
    public string? Ended { get; init; }

    /// <summary>Segments of which a share was on new; null for none.</summary>
    public IReadOnlyList<SegmentShare>? Shares { get; init; }
}

/// <summary>A share of a segment.</summary>
public sealed record SegmentShare
{
    /// <summary>Key.</summary>
    public string Segment { get; init; } = "";

    /// <summary>Share, 0 to 100.</summary>
    public decimal Percentage { get; init; }
}

/// <summary>A rollback.</summary>
public sealed record RollbackStory
{
    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Users that it took back.</summary>
    [Words("everyone", "segments", "stepBack")]
    public string Kind { get; init; } = "";

    /// <summary>The person or trigger that decided it.</summary>
    public Author By { get; init; } = new();

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Phase before it.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Step before it.</summary>
    public string Step { get; init; } = "";

    /// <summary>Share on new before, 0 to 100.</summary>
    public decimal From { get; init; }

    /// <summary>Share on new after.</summary>
    public decimal To { get; init; }

    /// <summary>Segments that were taken back.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>Evidence of the trigger; null when a person decided it.</summary>
    public Evidence? Evidence { get; init; }

    /// <summary>Id of its incident; null for a step back.</summary>
    public string? Incident { get; init; }

    /// <summary>Restore of these users; null when there was none.</summary>
    public HistoryEntry? Undone { get; init; }
}

/// <summary>Evidence of an automatic event.</summary>
public sealed record Evidence
{
    /// <summary>The rule as written.</summary>
    public string Rule { get; init; } = "";

    /// <summary>Value in the base unit of the metric; null when nothing was measured.</summary>
    public double? Observed { get; init; }

    /// <summary>Limit in the same unit; null when the rule has no number.</summary>
    public double? Limit { get; init; }

    /// <summary>Baseline at that time; null when none was used.</summary>
    public double? Baseline { get; init; }

    /// <summary>Number of samples behind the value.</summary>
    public long Samples { get; init; }

    /// <summary>Length of the measured window.</summary>
    public string Window { get; init; } = "";

    /// <summary>Part of it in which samples arrived.</summary>
    public string Covered { get; init; } = "";

    /// <summary>Sample time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>An event with its actor.</summary>
public sealed record HistoryEntry
{
    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Actor.</summary>
    public Author By { get; init; } = new();

    /// <summary>Public name.</summary>
    public string Type { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>An incident with its times.</summary>
public sealed record IncidentStory
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>critical or major.</summary>
    public string Severity { get; init; } = "";

    /// <summary>State.</summary>
    [Words("open", "escalated", "resolved", "ended")]
    public string Status { get; init; } = "";

    /// <summary>Reason for which it was opened.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Trigger that opened it; null when a person did.</summary>
    public string? Trigger { get; init; }

    /// <summary>Begin.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>Time from the first bad sample to its detection; null when a person decided.</summary>
    public string? TimeToDetect { get; init; }

    /// <summary>Time from the first bad sample, or the command, until the nodes route by the rollback.</summary>
    public string? TimeToRollBack { get; init; }

    /// <summary>The first person who acknowledged it; null without one.</summary>
    public IncidentMark? Acknowledged { get; init; }

    /// <summary>Failure that people had to act on; null without one.</summary>
    public Escalation? Escalated { get; init; }

    /// <summary>End; null before it.</summary>
    public IncidentEnding? Ended { get; init; }

    /// <summary>Time from its begin to its end, or to the end of the report.</summary>
    public string Open { get; init; } = "";

    /// <summary>Finished verification steps.</summary>
    public IReadOnlyList<IncidentLeg> Legs { get; init; } = [];
}

/// <summary>End of an incident in a retrospective.</summary>
public sealed record IncidentEnding
{
    /// <summary>False when the rollback was undone or the rollout ended.</summary>
    public bool Resolved { get; init; }

    /// <summary>The person; null when the procedure or the rollout ended it.</summary>
    public string? By { get; init; }

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Name of the person.</summary>
    public string? Name { get; init; }
}

/// <summary>A time at which the condition of a trigger came true.</summary>
public sealed record TriggerStory
{
    /// <summary>Trigger.</summary>
    public string Trigger { get; init; } = "";

    /// <summary>Begin of the condition, on sample time.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Time at which it was first seen.</summary>
    public DateTimeOffset SeenAt { get; init; }

    /// <summary>Time at which it had held for long enough; null when it never had.</summary>
    public DateTimeOffset? FiredAt { get; init; }

    /// <summary>Time at which it cleared; null when no event says so.</summary>
    public DateTimeOffset? ClearedAt { get; init; }

    /// <summary>Action; null when it did not fire.</summary>
    [Words("rollback", "rollbackSegment", "stepBack", "review", "notify")]
    public string? Action { get; init; }

    /// <summary>critical or warning; null when it did not fire.</summary>
    public string? Level { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A review with its decisions.</summary>
public sealed record ReviewStory
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Kind.</summary>
    [Words("checkpoint", "gate", "trigger", "override", "amendment")]
    public string Kind { get; init; } = "";

    /// <summary>Phase.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Step.</summary>
    public string Step { get; init; } = "";

    /// <summary>Roles that may decide.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Number of approvals that it needs.</summary>
    public int Quorum { get; init; }

    /// <summary>Trigger that opened it; null without one.</summary>
    public string? Trigger { get; init; }

    /// <summary>Person who asked for it; null when the plan did.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>Time at which it was opened.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>Time of its end; null while it is open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Time for which it was open.</summary>
    public string Open { get; init; } = "";

    /// <summary>Outcome; null while it is open.</summary>
    [Words("approved", "rejected", "expired", "withdrawn", "cleared")]
    public string? Outcome { get; init; }

    /// <summary>Evidence that it was opened on, as a sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Decisions.</summary>
    public IReadOnlyList<DecisionStory> Decisions { get; init; } = [];

    /// <summary>Number of people of each role; null when any of the roles may.</summary>
    public IReadOnlyList<RoleNeed>? Needs { get; init; }

    /// <summary>Missing approvals; null when there are none.</summary>
    public string? Lacks { get; init; }

    /// <summary>Name of the person who asked for it.</summary>
    public string? RequestedByName { get; init; }
}

/// <summary>Number of people of a role.</summary>
public sealed record RoleNeed
{
    /// <summary>Role.</summary>
    public string Role { get; init; } = "";

    /// <summary>Number.</summary>
    public int People { get; init; }
}

/// <summary>A span without measurements.</summary>
public sealed record EvidenceGap
{
    /// <summary>Rule that could not be judged; null when no samples came at all.</summary>
    public string? Rule { get; init; }

    /// <summary>The last sample before it.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>The first sample after it; null while it lasts.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Length.</summary>
    public string Lasted { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Time for which a gate was shut.</summary>
public sealed record GateWait
{
    /// <summary>Gate.</summary>
    public string Gate { get; init; } = "";

    /// <summary>Total time.</summary>
    public string Shut { get; init; } = "";

    /// <summary>Time while every other gate was open.</summary>
    public string Alone { get; init; } = "";
}

/// <summary>An amendment that came into force.</summary>
public sealed record AmendmentStory
{
    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The person who proposed it.</summary>
    public Author AskedBy { get; init; } = new();

    /// <summary>The person whose approval brought it into force; null when none was needed.</summary>
    public Author? AgreedBy { get; init; }

    /// <summary>Revision before.</summary>
    public int FromRevision { get; init; }

    /// <summary>Its hash.</summary>
    public string FromHash { get; init; } = "";

    /// <summary>Revision after.</summary>
    public int Revision { get; init; }

    /// <summary>Its hash.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Parts that are looser, or were not shown to be as strict.</summary>
    public IReadOnlyList<string> Looser { get; init; } = [];

    /// <summary>Review in which a second person decided; null where none had to.</summary>
    public string? Review { get; init; }

    /// <summary>Triggers whose evidence started again.</summary>
    public IReadOnlyList<string> Triggers { get; init; } = [];

    /// <summary>Criteria whose evidence started again.</summary>
    public IReadOnlyList<string> Criteria { get; init; } = [];

    /// <summary>All approvers.</summary>
    public IReadOnlyList<Author> Agreed { get; init; } = [];
}
