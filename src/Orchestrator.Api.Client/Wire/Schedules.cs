namespace Orchestrator.Api.Client;

/// <summary>Steps of a rollout as planned and as they happened.</summary>
public sealed record Schedule
{
    /// <summary>Begin of the first step; null before the start.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Time behind the plan; null before the start and after the end.</summary>
    public string? Behind { get; init; }

    /// <summary>End of the last step by the plan; null before the start.</summary>
    public DateTimeOffset? PlannedEnd { get; init; }

    /// <summary>Earliest end of the last step as it stands; null unless steps follow.</summary>
    public DateTimeOffset? ExpectedEnd { get; init; }

    /// <summary>Steps.</summary>
    public IReadOnlyList<ScheduledStep> Steps { get; init; } = [];
}

/// <summary>A step, as planned and as it happened.</summary>
public sealed record ScheduledStep
{
    /// <summary>Phase.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Title of the phase.</summary>
    public string? PhaseTitle { get; init; }

    /// <summary>Step.</summary>
    public string Step { get; init; } = "";

    /// <summary>Title of the step.</summary>
    public string? Title { get; init; }

    /// <summary>Begin by the plan; null before the start.</summary>
    public DateTimeOffset? PlannedFrom { get; init; }

    /// <summary>Earliest end by the plan; null before the start.</summary>
    public DateTimeOffset? PlannedTo { get; init; }

    /// <summary>Begin of its first visit; null when it was not visited.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>End of its last visit; null while it is current, and when it was not visited.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Way in which the last visit ended.</summary>
    [Words("completed", "overridden", "steppedBack", "rolledBack", "aborted")]
    public string? Ended { get; init; }

    /// <summary>True while it is under way.</summary>
    public bool Current { get; init; }
}
