using System.Text.Json;

namespace Orchestrator.Api.Client;

/// <summary>A page of segments.</summary>
public sealed record SegmentList
{
    /// <summary>Segments, by key.</summary>
    public IReadOnlyList<SegmentLine> Segments { get; init; } = [];

    /// <summary>Key after which the next page begins; null at the end.</summary>
    public string? Next { get; init; }
}

/// <summary>A segment, in short.</summary>
public sealed record SegmentLine
{
    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Key.</summary>
    public string Key { get; init; } = "";

    /// <summary>Version.</summary>
    public long Version { get; init; }

    /// <summary>Users who opted in.</summary>
    public int Members { get; init; }

    /// <summary>Definition, as in a plan.</summary>
    public JsonElement Definition { get; init; }

    /// <summary>Fill of a segment with a cap; null of one without.</summary>
    public Cohort? Cohort { get; init; }

    /// <summary>The rule in words.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A segment.</summary>
public sealed record Segment
{
    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Key.</summary>
    public string Key { get; init; } = "";

    /// <summary>Version.</summary>
    public long Version { get; init; }

    /// <summary>Users who opted in.</summary>
    public int Members { get; init; }

    /// <summary>Definition, as in a plan.</summary>
    public JsonElement Definition { get; init; }

    /// <summary>Fill of a segment with a cap; null of one without.</summary>
    public Cohort? Cohort { get; init; }

    /// <summary>The rule in words.</summary>
    public string Text { get; init; } = "";

    /// <summary>The definition as a plan writes it.</summary>
    public string Yaml { get; init; } = "";

    /// <summary>Rollouts whose steps name it; at most 100.</summary>
    public IReadOnlyList<SegmentUse> UsedBy { get; init; } = [];

    /// <summary>Effect of a change of members; null elsewhere.</summary>
    public MemberCounts? Changed { get; init; }
}

/// <summary>A rollout whose steps name a segment.</summary>
public sealed record SegmentUse
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Name of the plan.</summary>
    public string Plan { get; init; } = "";

    /// <summary>Revision.</summary>
    public int Revision { get; init; }

    /// <summary>Status.</summary>
    [Words("created", "running", "paused", "rolledBack", "completed", "aborted", "retired")]
    public string Status { get; init; } = "";

    /// <summary>Steps.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];

    /// <summary>True when the segment was rolled back.</summary>
    public bool TakenBack { get; init; }

    /// <summary>Counted users of the segment; null where none were counted, or not all could be.</summary>
    public CohortPeople? People { get; init; }
}

/// <summary>Counted users of a segment, of one rollout.</summary>
public sealed record CohortPeople
{
    /// <summary>Different users of the segment.</summary>
    public long Total { get; init; }

    /// <summary>Users who got new.</summary>
    public long New { get; init; }

    /// <summary>Users who got legacy.</summary>
    public long Legacy { get; init; }

    /// <summary>Different users of the rollout, in the segment or not.</summary>
    public long All { get; init; }

    /// <summary>Begin of the count.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>End of the count.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Standard error of the estimate, 0 to 1.</summary>
    public double Error { get; init; }

    /// <summary>Nodes whose users are not counted.</summary>
    public int Missing { get; init; }
}

/// <summary>A definition beside the stored one; nothing is stored.</summary>
public sealed record SegmentCheck
{
    /// <summary>True: the definition can be stored.</summary>
    public bool Valid { get; init; }

    /// <summary>Definition, as in a plan.</summary>
    public JsonElement Definition { get; init; }

    /// <summary>The rule in words.</summary>
    public string Text { get; init; } = "";

    /// <summary>The definition as a plan writes it.</summary>
    public string Yaml { get; init; } = "";

    /// <summary>Version of the stored segment; 0 for none.</summary>
    public long Version { get; init; }

    /// <summary>The stored rule in words; null for none.</summary>
    public string? Before { get; init; }

    /// <summary>True when storing it would change the segment.</summary>
    public bool Changed { get; init; }

    /// <summary>Users who opted in.</summary>
    public int Members { get; init; }

    /// <summary>Parts that are valid but probably not meant.</summary>
    public IReadOnlyList<InputError> Warnings { get; init; } = [];

    /// <summary>Rollouts whose steps name it; at most 100.</summary>
    public IReadOnlyList<SegmentUse> UsedBy { get; init; } = [];
}

/// <summary>Effect of a change of members.</summary>
public sealed record MemberCounts
{
    /// <summary>Users who became members.</summary>
    public int Added { get; init; }

    /// <summary>Users to add who were members.</summary>
    public int WereIn { get; init; }

    /// <summary>Users who are no longer members.</summary>
    public int Removed { get; init; }

    /// <summary>Users to remove who were no members.</summary>
    public int WereOut { get; init; }
}

/// <summary>Users to opt in and out of a segment.</summary>
public sealed record MemberChange
{
    /// <summary>Targeting keys to add, at most 10,000; null for none.</summary>
    public IReadOnlyList<string>? Add { get; init; }

    /// <summary>Targeting keys to remove, at most 10,000; null for none.</summary>
    public IReadOnlyList<string>? Remove { get; init; }
}

/// <summary>A question for a user in a segment.</summary>
public sealed record SegmentQuestion
{
    /// <summary>Key of the flag; null asks for the segment alone.</summary>
    public string? Flag { get; init; }

    /// <summary>Attributes of the user, with <c>targetingKey</c>.</summary>
    public JsonElement Context { get; init; }
}

/// <summary>Answer for one user of a segment.</summary>
public sealed record SegmentAnswer
{
    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Key of the segment.</summary>
    public string Segment { get; init; } = "";

    /// <summary>True for a user of the segment; null when that cannot be said.</summary>
    public bool? Belongs { get; init; }

    /// <summary>Rules of the segment.</summary>
    public IReadOnlyList<ExplainedRule> Rules { get; init; } = [];

    /// <summary>Flag that was asked for; null where none was.</summary>
    public string? Flag { get; init; }

    /// <summary>Value; null without one.</summary>
    public JsonElement? Value { get; init; }

    /// <summary>Variant; null where no flag was asked for, and for an error.</summary>
    [Words("legacy", "new", "static")]
    public string? Variant { get; init; }

    /// <summary>OpenFeature's name of the reason.</summary>
    public string? Reason { get; init; }

    /// <summary>OpenFeature's code; null for no error.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Sentence about the error; null for none.</summary>
    public string? ErrorDetails { get; init; }

    /// <summary>Rollout of the flag.</summary>
    public string? Rollout { get; init; }

    /// <summary>Version of the rollout.</summary>
    public long? Version { get; init; }

    /// <summary>Phase.</summary>
    public string? Phase { get; init; }

    /// <summary>Step.</summary>
    public string? Step { get; init; }

    /// <summary>Bucket of the user, 0 to 99,999.</summary>
    public int? Bucket { get; init; }

    /// <summary>Rule that decided.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>Position of the table.</summary>
    public long Position { get; init; }

    /// <summary>Timeline of the table.</summary>
    public long Timeline { get; init; }

    /// <summary>Age of the table in milliseconds; null when it is unknown.</summary>
    public long? TableAgeMs { get; init; }

    /// <summary>Rest of the lease in milliseconds; null when it is unknown.</summary>
    public long? GoodForMs { get; init; }
}
