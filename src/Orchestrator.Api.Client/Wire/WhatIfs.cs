namespace Orchestrator.Api.Client;

/// <summary>A question for another plan over recorded signals. Give one of set, plan and revision.</summary>
public sealed record WhatIfRequest
{
    /// <summary>Changes of single values as <c>PATH=VALUE</c>, at most 20; null for none.</summary>
    public IReadOnlyList<string>? Set { get; init; }

    /// <summary>A plan, as YAML or JSON; null for none.</summary>
    public string? Plan { get; init; }

    /// <summary>Revision of the stored plan; null for none.</summary>
    public int? Revision { get; init; }

    /// <summary>Number of rollouts of the plan or flag, this one and the newest others, at most 50; null for this one.</summary>
    public int? Last { get; init; }
}

/// <summary>A what-if with its progress and answers.</summary>
public sealed record WhatIf
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>State.</summary>
    [Words("queued", "running", "done", "cancelled", "failed")]
    public string State { get; init; } = "";

    /// <summary>Part that is done, 0 to 1.</summary>
    public double Progress { get; init; }

    /// <summary>The change in words.</summary>
    public string Change { get; init; } = "";

    /// <summary>Ids of the rollouts.</summary>
    public IReadOnlyList<string> Rollouts { get; init; } = [];

    /// <summary>Time of the question.</summary>
    public DateTimeOffset QueuedAt { get; init; }

    /// <summary>End; null before.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Reason of a failure; null without one.</summary>
    public string? Failure { get; init; }

    /// <summary>All answers together; null before the end.</summary>
    public WhatIfSummary? Summary { get; init; }

    /// <summary>Answers so far.</summary>
    public IReadOnlyList<WhatIfResult> Results { get; init; } = [];
}

/// <summary>Answers of several rollouts together.</summary>
public sealed record WhatIfSummary
{
    /// <summary>Rollouts that were asked.</summary>
    public int Rollouts { get; init; }

    /// <summary>Rollouts that only the other plan rolls back.</summary>
    public int Stopped { get; init; }

    /// <summary>Those of them that completed in fact.</summary>
    public int FalseAlarms { get; init; }

    /// <summary>Rollouts that the other plan rolls back earlier.</summary>
    public int Earlier { get; init; }

    /// <summary>Rollouts that both roll back at the same time.</summary>
    public int Same { get; init; }

    /// <summary>Rollouts that the other plan does not roll back until they were.</summary>
    public int Missed { get; init; }

    /// <summary>Rollouts without signals.</summary>
    public int Unanswered { get; init; }

    /// <summary>All of it as a sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Answer of one rollout.</summary>
public sealed record WhatIfResult
{
    /// <summary>Id of the rollout.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Its creation.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>End of the time that the answer tells of.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Comparison of the rollbacks.</summary>
    [Words("notRolledBack", "same", "stopped", "earlier", "missed", "unanswered")]
    public string Outcome { get; init; } = "";

    /// <summary>The outcome in words.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>True when the other plan rolls back a rollout that completed.</summary>
    public bool FalseAlarm { get; init; }

    /// <summary>The run as recorded.</summary>
    public WhatIfLine Recorded { get; init; } = new();

    /// <summary>The run of the other plan.</summary>
    public WhatIfLine Instead { get; init; } = new();

    /// <summary>Time from which no signals can answer; null when none is missing.</summary>
    public DateTimeOffset? UnansweredFrom { get; init; }

    /// <summary>Percent of users times hours that the other run has on new more than the recorded one; below 0 for less.</summary>
    public double PercentHours { get; init; }

    /// <summary>Time in which only the recorded run has users on new; null for none.</summary>
    public WhatIfSpan? Spared { get; init; }

    /// <summary>Counted users of that time, or the reason why there is no count; null without such a time.</summary>
    public string? People { get; init; }

    /// <summary>Sentences on what the answer does not cover.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];
}

/// <summary>A time.</summary>
public sealed record WhatIfSpan
{
    /// <summary>Begin.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>End.</summary>
    public DateTimeOffset To { get; init; }
}

/// <summary>One run.</summary>
public sealed record WhatIfLine
{
    /// <summary>Percent of users on new, from each time on.</summary>
    public IReadOnlyList<WhatIfPoint> Points { get; init; } = [];

    /// <summary>Triggers that fired.</summary>
    public IReadOnlyList<WhatIfFired> Fired { get; init; } = [];

    /// <summary>Time of the first rollback of all users; null without one.</summary>
    public DateTimeOffset? RolledBackAt { get; init; }

    /// <summary>True when it completed.</summary>
    public bool Completed { get; init; }
}

/// <summary>Percent of users on new from a time on.</summary>
public sealed record WhatIfPoint
{
    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Percent, 0 to 100.</summary>
    public double Percentage { get; init; }

    /// <summary>Step; empty before the first.</summary>
    public string Step { get; init; } = "";
}

/// <summary>A trigger that fired.</summary>
public sealed record WhatIfFired
{
    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Trigger or alert.</summary>
    public string Trigger { get; init; } = "";

    /// <summary>Action.</summary>
    public string Action { get; init; } = "";

    /// <summary>Evidence in words.</summary>
    public string Text { get; init; } = "";
}
