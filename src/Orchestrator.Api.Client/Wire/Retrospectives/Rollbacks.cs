namespace Orchestrator.Api.Client;

/// <summary>A rollback.</summary>
public sealed record RollbackStory
{
    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Users that it took back.</summary>
    [Words("everyone", "segments", "stepBack")]
    public string Kind { get; init; } = "";

    /// <summary>The person or trigger that decided it.</summary>
    public Author By { get; init; } = new();

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Phase before it.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Step before it.</summary>
    public string Step { get; init; } = "";

    /// <summary>Share on new before, 0 to 100.</summary>
    public decimal From { get; init; }

    /// <summary>Share on new after.</summary>
    public decimal To { get; init; }

    /// <summary>Segments that were taken back.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>Evidence of the trigger; null when a person decided it.</summary>
    public Evidence? Evidence { get; init; }

    /// <summary>Id of its incident; null for a step back.</summary>
    public string? Incident { get; init; }

    /// <summary>Restore of these users; null when there was none.</summary>
    public HistoryEntry? Undone { get; init; }

    /// <summary>People who may have seen the fault, counted at its time; null where they were not.</summary>
    public SeenPeople? Seen { get; init; }
}

/// <summary>Evidence of an automatic event.</summary>
public sealed record Evidence
{
    /// <summary>The rule as written.</summary>
    public string Rule { get; init; } = "";

    /// <summary>Value in the base unit of the metric; null when nothing was measured.</summary>
    public double? Observed { get; init; }

    /// <summary>Limit in the same unit; null when the rule has no number.</summary>
    public double? Limit { get; init; }

    /// <summary>Baseline at that time; null when none was used.</summary>
    public double? Baseline { get; init; }

    /// <summary>Number of samples behind the value.</summary>
    public long Samples { get; init; }

    /// <summary>Length of the measured window.</summary>
    public string Window { get; init; } = "";

    /// <summary>Part of it in which samples arrived.</summary>
    public string Covered { get; init; } = "";

    /// <summary>Sample time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>An incident with its times.</summary>
public sealed record IncidentStory
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>critical or major.</summary>
    public string Severity { get; init; } = "";

    /// <summary>State.</summary>
    [Words("open", "escalated", "resolved", "ended")]
    public string Status { get; init; } = "";

    /// <summary>Reason for which it was opened.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Trigger that opened it; null when a person did.</summary>
    public string? Trigger { get; init; }

    /// <summary>Begin.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>Time from the first bad sample to its detection; null when a person decided.</summary>
    public string? TimeToDetect { get; init; }

    /// <summary>Time from the first bad sample, or the command, until the nodes route by the rollback.</summary>
    public string? TimeToRollBack { get; init; }

    /// <summary>The first person who acknowledged it; null without one.</summary>
    public IncidentMark? Acknowledged { get; init; }

    /// <summary>Failure that people had to act on; null without one.</summary>
    public Escalation? Escalated { get; init; }

    /// <summary>End; null before it.</summary>
    public IncidentEnding? Ended { get; init; }

    /// <summary>Time from its begin to its end, or to the end of the report.</summary>
    public string Open { get; init; } = "";

    /// <summary>Finished verification steps.</summary>
    public IReadOnlyList<IncidentLeg> Legs { get; init; } = [];
}

/// <summary>End of an incident in a retrospective.</summary>
public sealed record IncidentEnding
{
    /// <summary>False when the rollback was undone or the rollout ended.</summary>
    public bool Resolved { get; init; }

    /// <summary>The person; null when the procedure or the rollout ended it.</summary>
    public string? By { get; init; }

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Name of the person.</summary>
    public string? Name { get; init; }
}

/// <summary>A time at which the condition of a trigger came true.</summary>
public sealed record TriggerStory
{
    /// <summary>Trigger.</summary>
    public string Trigger { get; init; } = "";

    /// <summary>Begin of the condition, on sample time.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Time at which it was first seen.</summary>
    public DateTimeOffset SeenAt { get; init; }

    /// <summary>Time at which it had held for long enough; null when it never had.</summary>
    public DateTimeOffset? FiredAt { get; init; }

    /// <summary>Time at which it cleared; null when no event says so.</summary>
    public DateTimeOffset? ClearedAt { get; init; }

    /// <summary>Action; null when it did not fire.</summary>
    [Words("rollback", "rollbackSegment", "stepBack", "review", "notify")]
    public string? Action { get; init; }

    /// <summary>critical or warning; null when it did not fire.</summary>
    public string? Level { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}
