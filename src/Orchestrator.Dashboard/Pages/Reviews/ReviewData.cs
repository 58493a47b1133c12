namespace Orchestrator.Dashboard.Pages.Reviews;

/// <summary>A review as its page reads it (<c>GET /api/v1/rollouts/{id}/reviews/{review}</c>).</summary>
public sealed record ReviewPageData
{
    /// <summary>Id of the rollout.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Title of the plan; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Plan and revision in force.</summary>
    public PlanData? Plan { get; init; }

    /// <summary>Environment of the rollout.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Status of the rollout.</summary>
    public string Status { get; init; } = "";

    /// <summary>The review.</summary>
    public ReviewData Review { get; init; } = new();

    /// <summary>True while it is open, in the visit of the step that it is about.</summary>
    public bool Current { get; init; }

    /// <summary>The step after a go at a step's end; null at the end of the plan, and of other reviews.</summary>
    public StepData? LeadsTo { get; init; }

    /// <summary>Evidence that the review was opened on.</summary>
    public SnapshotData Evidence { get; init; } = new();

    /// <summary>Evidence now; null of a review that is over.</summary>
    public SnapshotData? Now { get; init; }

    /// <summary>Other changes since the review was opened.</summary>
    public IReadOnlyList<ChangeData> Changes { get; init; } = [];

    /// <summary>The proposed plan of an amendment; null of other reviews, and when it is no longer proposed.</summary>
    public ProposalData? Proposal { get; init; }

    /// <summary>Open review of the same kind, when this one is over; null without one.</summary>
    public string? Follower { get; init; }

    /// <summary>Criteria of the snapshot and now, by name.</summary>
    public IReadOnlyList<(CriterionData Was, CriterionData? Is)> Criteria =>
        [.. Evidence.Criteria.Select(was => (was, Now?.Criteria.FirstOrDefault(one => one.Name == was.Name)))];

    /// <summary>Criteria whose verdict is another than when the review was opened.</summary>
    public IReadOnlyList<(CriterionData Was, CriterionData Is)> Turned =>
        [.. Criteria.Where(one => one.Is is { } present && present.Verdict != one.Was.Verdict).Select(one => (one.Was, one.Is!))];

    /// <summary>A verb of the caller; null of a review that is over.</summary>
    public VoteData? Verb(string name) => Review.Verbs?.FirstOrDefault(one => one.Name == name);
}

/// <summary>Reference to a plan.</summary>
public sealed record PlanData(string Name, int Revision, string Hash);

/// <summary>A step and its users.</summary>
public sealed record StepData(string Phase, string Step, string Audience);

/// <summary>A review.</summary>
public sealed record ReviewData
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>checkpoint, gate, trigger, override or amendment.</summary>
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
    public LacksData? Lacks { get; init; }

    /// <summary>Time at which it was opened.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>Time at which it expires; null when it does not.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>open, approved, rejected, expired, withdrawn or cleared.</summary>
    public string State { get; init; } = "";

    /// <summary>Hash and text of its evidence.</summary>
    public EvidenceData? Evidence { get; init; }

    /// <summary>Trigger that opened it; null without one.</summary>
    public string? Trigger { get; init; }

    /// <summary>Person who asked for it; null when the plan did.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>Name of that person.</summary>
    public string? RequestedByName { get; init; }

    /// <summary>Decisions, oldest first.</summary>
    public IReadOnlyList<DecisionData> Decisions { get; init; } = [];

    /// <summary>Verbs of the caller; null of a review that is over.</summary>
    public IReadOnlyList<VoteData>? Verbs { get; init; }

    /// <summary>True while it is not decided.</summary>
    public bool Open => State == "open";
}

/// <summary>Missing approvals in words.</summary>
public sealed record LacksData(string Text);

/// <summary>Evidence of a review.</summary>
public sealed record EvidenceData(string Hash, string Text);

/// <summary>Decision of a person.</summary>
public sealed record DecisionData(
    string By, string? Name, string? CountsAs, string? CountsAsName, string Role, string Decision, string? Reason, DateTimeOffset At);

/// <summary>Evidence at one moment.</summary>
public sealed record SnapshotData
{
    /// <summary>Hash of plan, step and verdicts.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Version of the rollout; null of the present evidence.</summary>
    public long? Version { get; init; }

    /// <summary>True when an approval on the old evidence is refused.</summary>
    public bool Stale { get; init; }

    /// <summary>The moment.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Criteria.</summary>
    public IReadOnlyList<CriterionData> Criteria { get; init; } = [];
}

/// <summary>A criterion at one moment.</summary>
public sealed record CriterionData(string Name, string? Title, string Verdict, long Samples, string Text);

/// <summary>A change since the review was opened.</summary>
/// <param name="Subject">plan, status, users, trigger or incident.</param>
/// <param name="Name">Name of the thing.</param>
/// <param name="Was">As it was; null when it did not exist.</param>
/// <param name="Is">As it is.</param>
public sealed record ChangeData(string Subject, string Name, string? Was, string Is);

/// <summary>A looser plan that a person proposes.</summary>
public sealed record ProposalData(int Revision, string Hash, string Reason, IReadOnlyList<string> Looser);

/// <summary>A verb of the caller.</summary>
/// <param name="Name">approve or reject.</param>
/// <param name="May">True when the caller's role may decide reviews.</param>
/// <param name="Can">True when the decision would be taken now.</param>
/// <param name="Reason">Reason why not; null when it would.</param>
/// <param name="Consequence">Changes that it would make; null when it would not.</param>
public sealed record VoteData(string Name, bool May, bool Can, string? Reason, string? Consequence);
