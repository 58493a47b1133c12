namespace Orchestrator.Api.Client;

/// <summary>Next step of load that returns to legacy.</summary>
public sealed record RampStep
{
    /// <summary>Time of the step; null when it is due at once.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Share of all users on new after it.</summary>
    public decimal Percentage { get; init; }

    /// <summary>Share of all users on new at the end.</summary>
    public decimal To { get; init; }

    /// <summary>True when it ends in a rollback.</summary>
    public bool RollsBack { get; init; }

    /// <summary>Reason.</summary>
    public string? Reason { get; init; }
}

/// <summary>The rollback in force.</summary>
public sealed record Rollback
{
    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Trigger that rolled back; null when a person did.</summary>
    public string? Trigger { get; init; }

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>A rollback that the node keeps on its disk until the log takes it. It routes by it at once.</summary>
public sealed record AcceptedRollback
{
    /// <summary>Id of the rollout.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Always true.</summary>
    public bool Accepted { get; init; }

    /// <summary>Id of the command.</summary>
    public string Command { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>The rollback that is in force.</summary>
public sealed record DoneRollback
{
    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Trigger that rolled back; null when a person did.</summary>
    public string? Trigger { get; init; }

    /// <summary>Id of its incident; null without one.</summary>
    public string? Incident { get; init; }
}

/// <summary>A rollback on a node's disk that waits for the log.</summary>
public sealed record KeptRollback
{
    /// <summary>Id of the rollout; null where the rollout is given.</summary>
    public string? Rollout { get; init; }

    /// <summary>Begin of the wait.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Id of the key or person.</summary>
    public string By { get; init; } = "";

    /// <summary>Name of the key or person.</summary>
    public string? Name { get; init; }

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Segments; null for everyone.</summary>
    public IReadOnlyList<string>? Segments { get; init; }
}
