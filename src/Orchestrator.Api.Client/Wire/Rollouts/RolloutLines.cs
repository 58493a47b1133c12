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

    /// <summary>Rollouts that were not over before then: not aborted or retired.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Rollouts that were created by then.</summary>
    public DateTimeOffset? To { get; init; }

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
        query.Add("from", From);
        query.Add("to", To);
        query.Add("after", After);
        query.Add("limit", Limit);
    }
}
