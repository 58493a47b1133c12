namespace Orchestrator.Api.Client;

/// <summary>A trigger in force.</summary>
public sealed record Trigger
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>State.</summary>
    [Words("noEvidence", "quiet", "breached", "fired", "rolledBack")]
    public string State { get; init; } = "";

    /// <summary>Begin of the state; null while it is quiet.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Time at which an amendment restarted its evidence; null when none did in this step.</summary>
    public DateTimeOffset? RestartedAt { get; init; }

    /// <summary>Way to its threshold.</summary>
    public TriggerReach Reach { get; init; } = new();
}

/// <summary>Way of a trigger to its threshold.</summary>
public sealed record TriggerReach
{
    /// <summary>Part of the way, 0 to 1; null without evidence.</summary>
    public double? Fraction { get; init; }

    /// <summary>The nearest condition; null without evidence.</summary>
    public string? Condition { get; init; }

    /// <summary>Observed value in the base unit; null when nothing was measured.</summary>
    public double? Observed { get; init; }

    /// <summary>Limit in the same unit; null without one.</summary>
    public double? Limit { get; init; }

    /// <summary>Upper limit of a range; null of others.</summary>
    public double? Upper { get; init; }

    /// <summary>Unit; null without evidence.</summary>
    [Words("number", "ratio", "time", "size", "rate")]
    public string? Unit { get; init; }

    /// <summary>Number of samples behind the value; null without evidence.</summary>
    public long? Samples { get; init; }

    /// <summary>Observed value for display; null when nothing was measured.</summary>
    public string? ObservedText { get; init; }

    /// <summary>Limit for display; null without one.</summary>
    public string? LimitText { get; init; }

    /// <summary>The running "for"; null while none runs.</summary>
    public PendingTrigger? Pending { get; init; }

    /// <summary>It does not fire again before this; null when it may.</summary>
    public DateTimeOffset? CoolsUntil { get; init; }

    /// <summary>Action.</summary>
    [Words("rollback", "rollbackSegment", "stepBack", "review", "notify")]
    public string Action { get; init; } = "";

    /// <summary>The action in words.</summary>
    public string Effect { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>The running "for" of a trigger.</summary>
public sealed record PendingTrigger
{
    /// <summary>Begin of its condition being true.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Time for which it must hold.</summary>
    public string For { get; init; } = "";

    /// <summary>Time for which it has held.</summary>
    public string Held { get; init; } = "";

    /// <summary>Earliest time at which it fires; null when the condition does not hold in the newest round.</summary>
    public DateTimeOffset? FiresAt { get; init; }
}
