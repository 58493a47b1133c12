namespace Orchestrator.Dashboard.Pages.History;

/// <summary>A what-if with its answers (<c>GET /api/v1/what-ifs/{id}</c>).</summary>
public sealed record WhatIfData
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>queued, running, done, cancelled or failed.</summary>
    public string State { get; init; } = "";

    /// <summary>Part that is done, 0 to 1.</summary>
    public double Progress { get; init; }

    /// <summary>The change in words.</summary>
    public string Change { get; init; } = "";

    /// <summary>Ids of the rollouts.</summary>
    public IReadOnlyList<string> Rollouts { get; init; } = [];

    /// <summary>Reason of a failure.</summary>
    public string? Failure { get; init; }

    /// <summary>All answers together; null before the end.</summary>
    public WhatIfTotal? Summary { get; init; }

    /// <summary>Answers so far.</summary>
    public IReadOnlyList<WhatIfRolloutData> Results { get; init; } = [];

    /// <summary>True while it waits or runs.</summary>
    public bool Open => State is "queued" or "running";
}

/// <summary>Answers of several rollouts together.</summary>
/// <param name="Text">All of it as a sentence.</param>
public sealed record WhatIfTotal(string Text);

/// <summary>Answer of one rollout.</summary>
public sealed record WhatIfRolloutData
{
    /// <summary>Id of the rollout.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Its creation.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>End of the answer.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Comparison of the rollbacks.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>The outcome in words.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>The run as recorded.</summary>
    public required WhatIfLineData Recorded { get; init; }

    /// <summary>The run of the other plan.</summary>
    public required WhatIfLineData Instead { get; init; }

    /// <summary>Percent of users times hours, more than in fact.</summary>
    public double PercentHours { get; init; }

    /// <summary>Counted users, or the reason for none.</summary>
    public string? People { get; init; }

    /// <summary>Sentences on what the answer does not cover.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];
}

/// <summary>One run.</summary>
public sealed record WhatIfLineData(
    IReadOnlyList<WhatIfPointData> Points, IReadOnlyList<WhatIfFiredData> Fired, DateTimeOffset? RolledBackAt);

/// <summary>Percent of users on new from a time on.</summary>
public sealed record WhatIfPointData(DateTimeOffset At, double Percentage, string Step);

/// <summary>A trigger that fired.</summary>
public sealed record WhatIfFiredData(DateTimeOffset At, string Trigger, string Action, string Text);
