namespace Orchestrator.Api.Client;

/// <summary>A review.</summary>
public sealed record Review
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Kind.</summary>
    [Words("checkpoint", "gate", "trigger", "override", "amendment")]
    public string Kind { get; init; } = "";

    /// <summary>Phase that it is about.</summary>
    public string? Phase { get; init; }

    /// <summary>Step that it is about.</summary>
    public string? Step { get; init; }

    /// <summary>Roles that may decide.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Number of approvals that it needs.</summary>
    public int Quorum { get; init; }

    /// <summary>Number of people of each role; null when any of the roles may.</summary>
    public IReadOnlyDictionary<string, int>? Needs { get; init; }

    /// <summary>Missing approvals; null when there are none, and of a review that is over.</summary>
    public ReviewLacks? Lacks { get; init; }

    /// <summary>Time at which it was opened.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>Time at which it expires; null when it does not.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>State.</summary>
    [Words("open", "approved", "rejected", "expired", "withdrawn", "cleared")]
    public string State { get; init; } = "";

    /// <summary>Evidence that it was opened on.</summary>
    public ReviewEvidence Evidence { get; init; } = new();

    /// <summary>Trigger that opened it; null without one.</summary>
    public string? Trigger { get; init; }

    /// <summary>Person who asked for it; null when the plan did.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>Name of that person.</summary>
    public string? RequestedByName { get; init; }

    /// <summary>Decisions, oldest first.</summary>
    public IReadOnlyList<ReviewDecision> Decisions { get; init; } = [];

    /// <summary>Verbs of the caller; null of a review that is over, and in the answer to a command.</summary>
    public IReadOnlyList<Verb>? Verbs { get; init; }
}

/// <summary>Missing approvals.</summary>
public sealed record ReviewLacks
{
    /// <summary>Number of people of each role.</summary>
    public IReadOnlyDictionary<string, int> Roles { get; init; } = new Dictionary<string, int>();

    /// <summary>Further people of any role.</summary>
    public int More { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Evidence of a review.</summary>
public sealed record ReviewEvidence
{
    /// <summary>Hash of plan, step and verdicts.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Decision of a person in a review.</summary>
public sealed record ReviewDecision
{
    /// <summary>Id of the key or person.</summary>
    public string By { get; init; } = "";

    /// <summary>Name of the key or person.</summary>
    public string? Name { get; init; }

    /// <summary>Id of the person that it counts for; null for its own.</summary>
    public string? CountsAs { get; init; }

    /// <summary>Name of that person.</summary>
    public string? CountsAsName { get; init; }

    /// <summary>Role.</summary>
    public string Role { get; init; } = "";

    /// <summary>Decision.</summary>
    [Words("approved", "rejected")]
    public string Decision { get; init; } = "";

    /// <summary>Reason; null without one.</summary>
    public string? Reason { get; init; }

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>A review with the evidence it was opened on, and the changes since then.</summary>
public sealed record ReviewDetails
{
    /// <summary>Id of the rollout.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Title of the plan; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Plan and revision.</summary>
    public PlanReference Plan { get; init; } = new();

    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Flag.</summary>
    public string Flag { get; init; } = "";

    /// <summary>Status of the rollout.</summary>
    [Words("created", "running", "paused", "rolledBack", "completed", "aborted", "retired")]
    public string Status { get; init; } = "";

    /// <summary>The review.</summary>
    public Review Review { get; init; } = new();

    /// <summary>True while it is open, in the visit of the step that it is about.</summary>
    public bool Current { get; init; }

    /// <summary>The step after a go; null at the end of the plan, and of other reviews.</summary>
    public NextStep? LeadsTo { get; init; }

    /// <summary>Evidence that it was opened on.</summary>
    public EvidenceThen Evidence { get; init; } = new();

    /// <summary>Evidence now; null of a review that is over.</summary>
    public EvidenceNow? Now { get; init; }

    /// <summary>Other changes since it was opened.</summary>
    public IReadOnlyList<EvidenceChange> Changes { get; init; } = [];

    /// <summary>Plan of an amendment; null of other reviews, and when it is no longer proposed.</summary>
    public Proposal? Proposal { get; init; }

    /// <summary>Open review of the same kind, when this one is over; null without one.</summary>
    public string? Follower { get; init; }
}

/// <summary>A step and its users.</summary>
public sealed record NextStep
{
    /// <summary>Phase.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Step.</summary>
    public string Step { get; init; } = "";

    /// <summary>Users on new, in words.</summary>
    public string Audience { get; init; } = "";
}

/// <summary>Evidence at the opening of a review.</summary>
public sealed record EvidenceThen
{
    /// <summary>Hash of plan, step and verdicts.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Version of the rollout.</summary>
    public long Version { get; init; }

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Criteria.</summary>
    public IReadOnlyList<CriterionSeen> Criteria { get; init; } = [];
}

/// <summary>Evidence at present.</summary>
public sealed record EvidenceNow
{
    /// <summary>Hash of plan, step and verdicts.</summary>
    public string Hash { get; init; } = "";

    /// <summary>True when an approval on the old evidence is refused.</summary>
    public bool Stale { get; init; }

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Criteria.</summary>
    public IReadOnlyList<CriterionSeen> Criteria { get; init; } = [];
}

/// <summary>A criterion at one moment.</summary>
public sealed record CriterionSeen
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

    /// <summary>Number of samples behind the value.</summary>
    public long Samples { get; init; }

    /// <summary>Sample time; null when nothing was measured.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A change since the evidence of a review was taken.</summary>
public sealed record EvidenceChange
{
    /// <summary>Kind of the thing.</summary>
    [Words("plan", "status", "users", "trigger", "incident")]
    public string Subject { get; init; } = "";

    /// <summary>Name of the thing.</summary>
    public string Name { get; init; } = "";

    /// <summary>As it was; null when it did not exist.</summary>
    public string? Was { get; init; }

    /// <summary>As it is.</summary>
    public string Is { get; init; } = "";
}

/// <summary>A looser plan that a person proposes.</summary>
public sealed record Proposal
{
    /// <summary>Revision.</summary>
    public int Revision { get; init; }

    /// <summary>Its hash.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Parts that are looser, or not shown to be as strict.</summary>
    public IReadOnlyList<string> Looser { get; init; } = [];
}

/// <summary>A go.</summary>
public sealed record Approval
{
    /// <summary>Id of the review.</summary>
    public string Review { get; init; } = "";

    /// <summary>Reason; null for none.</summary>
    public string? Reason { get; init; }

    /// <summary>Hash of the evidence that was read: another one refuses the approval; null takes any.</summary>
    public string? EvidenceHash { get; init; }
}

/// <summary>A no-go.</summary>
public sealed record Rejection
{
    /// <summary>Id of the review.</summary>
    public string Review { get; init; } = "";

    /// <summary>Reason, at most 2,000 characters.</summary>
    public string Reason { get; init; } = "";
}
