namespace Orchestrator.Api.Client;

/// <summary>Rollouts side by side.</summary>
public sealed record RolloutComparison
{
    /// <summary>The rollout itself, then earlier ones, the newest first.</summary>
    public IReadOnlyList<ComparedRollout> Rollouts { get; init; } = [];

    /// <summary>Steps, with the time that each rollout spent in them.</summary>
    public IReadOnlyList<ComparedStep> Steps { get; init; } = [];

    /// <summary>Ids of earlier rollouts whose events the node cannot read.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];
}

/// <summary>A rollout in numbers.</summary>
public sealed record ComparedRollout
{
    /// <summary>Id.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Revision of the plan at its end.</summary>
    public int Revision { get; init; }

    /// <summary>Status.</summary>
    [Words("created", "running", "paused", "rolledBack", "completed", "aborted", "retired")]
    public string Status { get; init; } = "";

    /// <summary>Outcome in one sentence.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>Start; null when it was not started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Completion or abort; null when there was neither.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Time from its start to its end, or to now.</summary>
    public string Took { get; init; } = "";

    /// <summary>End by the shortest times of the plan; null when it was not started.</summary>
    public DateTimeOffset? PlannedEnd { get; init; }

    /// <summary>Time for which each gate was shut.</summary>
    public IReadOnlyList<GateWait> Waiting { get; init; } = [];

    /// <summary>Rollbacks of everyone, of segments, and steps back.</summary>
    public int Rollbacks { get; init; }

    /// <summary>Longest time from the first bad sample until the nodes routed by a rollback; null without one.</summary>
    public string? TimeToRollBack { get; init; }

    /// <summary>Number of incidents.</summary>
    public int Incidents { get; init; }

    /// <summary>Number of failing verdicts that were overridden.</summary>
    public int Overrides { get; init; }

    /// <summary>Number of triggers that fired.</summary>
    public int Fired { get; init; }

    /// <summary>Triggers whose condition held without firing, by the events.</summary>
    public IReadOnlyList<string> NearMisses { get; init; } = [];

    /// <summary>Time without evidence.</summary>
    public string Gaps { get; init; } = "";

    /// <summary>Lines of success that are met.</summary>
    public int Met { get; init; }

    /// <summary>Lines of success that are not met.</summary>
    public int NotMet { get; init; }

    /// <summary>Lines of success without evidence.</summary>
    public int NoEvidence { get; init; }

    /// <summary>User-hours on new; null where a phase was not counted.</summary>
    public long? UserHours { get; init; }
}

/// <summary>Number and kind of the earlier rollouts of a comparison.</summary>
public sealed record RolloutComparisonQuery : QueryValues
{
    /// <summary>Most earlier rollouts, 1 to 10; null for 5.</summary>
    public int? Last { get; init; }

    /// <summary>Rollouts of the same plan or of the same flag; null for the plan.</summary>
    [Words("plan", "flag")]
    public string? By { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("last", Last);
        query.Add("by", By);
    }
}

/// <summary>A step in each rollout.</summary>
public sealed record ComparedStep
{
    /// <summary>Phase.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Step.</summary>
    public string Step { get; init; } = "";

    /// <summary>Time in it in the order of the rollouts; null for one that did not reach it.</summary>
    public IReadOnlyList<string?> Took { get; init; } = [];
}
