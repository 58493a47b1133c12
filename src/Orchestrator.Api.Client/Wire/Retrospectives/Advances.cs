namespace Orchestrator.Api.Client;

/// <summary>The end of a step by which a rollout advanced.</summary>
public sealed record AdvanceStory
{
    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Version of the event.</summary>
    public long Version { get; init; }

    /// <summary>Phase.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Step that ended.</summary>
    public string Step { get; init; } = "";

    /// <summary>Actor that ended it.</summary>
    public Author By { get; init; } = new();

    /// <summary>Reason given for passing a shut gate; null when all gates were open.</summary>
    public string? Override { get; init; }

    /// <summary>Reason of a person; null without one.</summary>
    public string? Reason { get; init; }

    /// <summary>Every part of every gate at that moment.</summary>
    public IReadOnlyList<AdvanceGate> Gates { get; init; } = [];

    /// <summary>Measurements behind it.</summary>
    public IReadOnlyList<Evidence> Evidence { get; init; } = [];
}

/// <summary>A part of a gate at the end of a step.</summary>
public sealed record AdvanceGate
{
    /// <summary>Gate.</summary>
    public string Gate { get; init; } = "";

    /// <summary>The part.</summary>
    [Words(
        "confirm", "pause", "hold", "samples", "rule", "criterion", "review", "objective", "segment", "line", "freeze", "changeWindow")]
    public string Kind { get; init; } = "";

    /// <summary>Name of the criterion, review, objective or segment.</summary>
    public string Name { get; init; } = "";

    /// <summary>Verdict; a shut one was passed by an override.</summary>
    [Words("met", "warning", "breached", "noEvidence", "waiting")]
    public string Verdict { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Closest approach of a trigger to firing.</summary>
public sealed record NearMiss
{
    /// <summary>Trigger.</summary>
    public string Trigger { get; init; } = "";

    /// <summary>Rule as written.</summary>
    public string Rule { get; init; } = "";

    /// <summary>Action.</summary>
    [Words("rollback", "rollbackSegment", "stepBack", "review", "notify")]
    public string Action { get; init; } = "";

    /// <summary>critical or warning.</summary>
    public string Level { get; init; } = "";

    /// <summary>Source of the answer: it fired, its condition held for a while, a measurement, or none.</summary>
    [Words("fired", "held", "measured", "unknown")]
    public string Kind { get; init; } = "";

    /// <summary>From 1 (as far as can be) to 0; null when it is unknown.</summary>
    public double? Distance { get; init; }

    /// <summary>Time of the closest approach; null when it is unknown.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Time for which it was in force.</summary>
    public string InForce { get; init; } = "";

    /// <summary>Part of that time whose measurements are kept.</summary>
    public string Told { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Number of times that its condition came true.</summary>
    public int Times { get; init; }

    /// <summary>Longest time for which its condition held without firing; null when it never did.</summary>
    public string? Held { get; init; }

    /// <summary>Time for which it must hold; null when it fires at once.</summary>
    public string? For { get; init; }

    /// <summary>Measured value at the closest approach, in the base unit of the metric.</summary>
    public double? Observed { get; init; }

    /// <summary>Limit at that time, in the same unit.</summary>
    public double? Limit { get; init; }

    /// <summary>Number of samples behind the value.</summary>
    public long? Samples { get; init; }
}

/// <summary>A line of the table of success.</summary>
public sealed record SuccessLine
{
    /// <summary>Part of the table.</summary>
    [Words("technical", "business", "operational")]
    public string Area { get; init; } = "";

    /// <summary>Name of the criterion, metric, review or procedure.</summary>
    public string Name { get; init; } = "";

    /// <summary>Verdict; without measurements it is never met.</summary>
    [Words("met", "notMet", "noEvidence")]
    public string Verdict { get; init; } = "";

    /// <summary>Numbers behind it.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A notification of a rollout and its delivery.</summary>
public sealed record NotificationStory
{
    /// <summary>Time of the event.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Public name of the event.</summary>
    public string Event { get; init; } = "";

    /// <summary>Channel.</summary>
    public string Channel { get; init; } = "";

    /// <summary>Kind of the channel.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Urgency.</summary>
    [Words("critical", "warning", "info")]
    public string Level { get; init; } = "";

    /// <summary>A few words.</summary>
    public string Title { get; init; } = "";

    /// <summary>State of the delivery.</summary>
    [Words("pending", "delivered", "dead")]
    public string State { get; init; } = "";

    /// <summary>Number of tries.</summary>
    public int Attempts { get; init; }

    /// <summary>Time at which it was delivered or given up; null while it is pending.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Reason why the newest try failed; null when none did.</summary>
    public string? LastError { get; init; }

    /// <summary>Number of notifications in it; 1 for one about one event.</summary>
    public int Folded { get; init; }

    /// <summary>True when it came here because it was not acknowledged on another channel.</summary>
    public bool Escalated { get; init; }

    /// <summary>Incident; null for none.</summary>
    public string? Incident { get; init; }
}
