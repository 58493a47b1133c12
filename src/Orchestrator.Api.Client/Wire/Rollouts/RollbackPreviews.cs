namespace Orchestrator.Api.Client;

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
