namespace Orchestrator.Api.Client;

/// <summary>Counted exposure of users to the new variant.</summary>
public sealed record Exposure
{
    /// <summary>Stays in phases, oldest first.</summary>
    public IReadOnlyList<PhaseExposure> Phases { get; init; } = [];

    /// <summary>Faults that a rollback undid, oldest first; of a rollout the newest alone.</summary>
    public IReadOnlyList<FaultExposure> Faults { get; init; } = [];

    /// <summary>Begin of the oldest counted hour; null where faults alone were counted, at their time.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Origin of the numbers.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Exposure in one stay in a phase.</summary>
public sealed record PhaseExposure
{
    /// <summary>Phase.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Begin.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>End; null while it lasts.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Sum of the different users on new of each counted hour; null where no hour was counted.</summary>
    public long? UserHours { get; init; }

    /// <summary>The same for each segment; a user of several counts in each.</summary>
    public IReadOnlyList<SegmentExposure> BySegment { get; init; } = [];

    /// <summary>Hours of the clock that belong to the stay.</summary>
    public long Hours { get; init; }

    /// <summary>Hours among them that were counted.</summary>
    public int Counted { get; init; }

    /// <summary>Counted hours in which an earlier phase lasted too; their users count here.</summary>
    public int Shared { get; init; }

    /// <summary>The numbers, or the reason for none.</summary>
    public string Text { get; init; } = "";
}

/// <summary>User-hours on new of a segment.</summary>
public sealed record SegmentExposure
{
    /// <summary>Key of the segment.</summary>
    public string Segment { get; init; } = "";

    /// <summary>Sum of its different users on new of each counted hour.</summary>
    public long UserHours { get; init; }
}

/// <summary>Users on new while a fault lasted.</summary>
public sealed record FaultExposure
{
    /// <summary>Time of the rollback.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Trigger that saw the fault; null when a person rolled back.</summary>
    public string? Trigger { get; init; }

    /// <summary>Segments that were taken back; none for everyone.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>Begin of the fault on sample time; null where no trigger says it.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Most people that can have seen it: those on new in its whole hours; null where they were not counted.</summary>
    public long? People { get; init; }

    /// <summary>Begin of the first of these hours; null without a count.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>End of the last; null without a count.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The number, or the reason for none.</summary>
    public string Text { get; init; } = "";
}

/// <summary>People who may have seen a fault, counted when it was undone.</summary>
public sealed record SeenPeople
{
    /// <summary>Different users on new in the hours of the fault.</summary>
    public long AtMost { get; init; }

    /// <summary>Begin of the first hour.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>End of the last hour.</summary>
    public DateTimeOffset To { get; init; }
}
