namespace Orchestrator.Api.Client;

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

    /// <summary>Counted exposure; null with a reason.</summary>
    public Exposure? Exposure { get; init; }

    /// <summary>Reason for no exposure; null where there is one.</summary>
    public string? ExposureReason { get; init; }

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
