namespace Orchestrator.Api.Client;

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
