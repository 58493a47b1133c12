using System.Text.Json;

namespace Orchestrator.Api.Client;

/// <summary>A page of environments.</summary>
public sealed record EnvironmentList
{
    /// <summary>Environments with static flags or a stopped line, by name.</summary>
    public IReadOnlyList<EnvironmentLine> Environments { get; init; } = [];

    /// <summary>Name after which the next page begins; null at the end.</summary>
    public string? Next { get; init; }
}

/// <summary>An environment, in short.</summary>
public sealed record EnvironmentLine
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Version.</summary>
    public long Version { get; init; }

    /// <summary>Number of static flags.</summary>
    public int Flags { get; init; }

    /// <summary>Stop of its line; null while the line runs.</summary>
    public StoppedLine? Line { get; init; }
}

/// <summary>An environment.</summary>
public sealed record EnvironmentState
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Number of static flags.</summary>
    public int Flags { get; init; }

    /// <summary>Stop of its line; null while the line runs.</summary>
    public StoppedLine? Line { get; init; }

    /// <summary>Verbs of the caller.</summary>
    public IReadOnlyList<Verb> Verbs { get; init; } = [];
}

/// <summary>A stopped line: no rollout of the environment advances.</summary>
public sealed record StoppedLine
{
    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Begin.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Id of the key or person.</summary>
    public string By { get; init; } = "";

    /// <summary>Name of the key or person.</summary>
    public string? Name { get; init; }
}

/// <summary>A page of static flags.</summary>
public sealed record FlagList
{
    /// <summary>Flags, by key.</summary>
    public IReadOnlyList<Flag> Flags { get; init; } = [];

    /// <summary>Key after which the next page begins; null at the end.</summary>
    public string? Next { get; init; }
}

/// <summary>A static flag.</summary>
public sealed record Flag
{
    /// <summary>Key.</summary>
    public string Key { get; init; } = "";

    /// <summary>Value.</summary>
    public JsonElement Value { get; init; }

    /// <summary>Reasons why it is stored and not served; null when it is.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}

/// <summary>Value of a static flag.</summary>
public sealed record FlagValue
{
    /// <summary>Any JSON.</summary>
    public JsonElement Value { get; init; }
}

/// <summary>Flags in force in an environment.</summary>
public sealed record FlagsInForce
{
    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Timeline of the table.</summary>
    public long Timeline { get; init; }

    /// <summary>Position of the table.</summary>
    public long Position { get; init; }

    /// <summary>Flags, by key.</summary>
    public IReadOnlyList<FlagInForce> Flags { get; init; } = [];

    /// <summary>Key after which the next page begins; null at the end.</summary>
    public string? Next { get; init; }

    /// <summary>Nodes whose answers are counted.</summary>
    public CountedNodes Counted { get; init; } = new();
}

/// <summary>Nodes whose answers are counted.</summary>
public sealed record CountedNodes
{
    /// <summary>Nodes in the sums.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>Nodes whose answers are unknown.</summary>
    public IReadOnlyList<string> Silent { get; init; } = [];

    /// <summary>False when the other nodes could not be read.</summary>
    public bool Complete { get; init; }
}

/// <summary>A flag in force.</summary>
public sealed record FlagInForce
{
    /// <summary>Key.</summary>
    public string Key { get; init; } = "";

    /// <summary>Kind.</summary>
    [Words("static", "routed")]
    public string Kind { get; init; } = "";

    /// <summary>Value of a static flag; null for a routed one.</summary>
    public JsonElement? Value { get; init; }

    /// <summary>Rollout that decides; null for the environment's own value.</summary>
    public string? Rollout { get; init; }

    /// <summary>Title of its plan; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Status of the rollout.</summary>
    [Words("created", "running", "paused", "rolledBack", "completed", "aborted", "retired")]
    public string? Status { get; init; }

    /// <summary>Phase.</summary>
    public string? Phase { get; init; }

    /// <summary>Title of the phase.</summary>
    public string? PhaseTitle { get; init; }

    /// <summary>Step of a routed flag.</summary>
    public string? Step { get; init; }

    /// <summary>Decision of a routed flag; null for a static one.</summary>
    public DecidedRoute? Decided { get; init; }

    /// <summary>Newest change; null when it is unknown.</summary>
    public FlagChange? Changed { get; init; }

    /// <summary>Values that are set and not in force, in sentences; null for none.</summary>
    public IReadOnlyList<string>? Differences { get; init; }

    /// <summary>Answers of nodes; null for a static flag.</summary>
    public ServedAnswers? Served { get; init; }

    /// <summary>Requests that services report; null when they are unknown.</summary>
    public ReportedRequests? Reported { get; init; }
}

/// <summary>Decision of a route.</summary>
public sealed record DecidedRoute
{
    /// <summary>Mode.</summary>
    [Words("off", "split", "unread")]
    public string Mode { get; init; } = "";

    /// <summary>Share of all users on new, 0 to 100.</summary>
    public decimal Percentage { get; init; }

    /// <summary>Users on new, in words.</summary>
    public string Audience { get; init; } = "";

    /// <summary>Segments of the route.</summary>
    public IReadOnlyList<DecidedSegment> Segments { get; init; } = [];
}

/// <summary>A segment of a route.</summary>
public sealed record DecidedSegment
{
    /// <summary>Key.</summary>
    public string Key { get; init; } = "";

    /// <summary>Share of its users on new, 0 to 100.</summary>
    public decimal Percentage { get; init; }

    /// <summary>True when it was rolled back.</summary>
    public bool TakenBack { get; init; }
}

/// <summary>Newest change of a flag.</summary>
public sealed record FlagChange
{
    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Author.</summary>
    public Author By { get; init; } = new();

    /// <summary>Sentence; null for a static flag.</summary>
    public string? Text { get; init; }

    /// <summary>Version of the event in its stream; null for a static flag.</summary>
    public long? Version { get; init; }
}

/// <summary>Answers of nodes.</summary>
public sealed record ServedAnswers
{
    /// <summary>Answers of new.</summary>
    public long New { get; init; }

    /// <summary>Answers of legacy.</summary>
    public long Legacy { get; init; }

    /// <summary>Span of the count.</summary>
    public double Seconds { get; init; }
}

/// <summary>Requests that services report.</summary>
public sealed record ReportedRequests
{
    /// <summary>Requests on new; null when no sample reports any.</summary>
    public double? New { get; init; }

    /// <summary>Requests on legacy; null when no sample reports any.</summary>
    public double? Legacy { get; init; }

    /// <summary>Span of the count.</summary>
    public string Window { get; init; } = "";

    /// <summary>Time of the newest sample; null without one.</summary>
    public DateTimeOffset? Last { get; init; }
}

/// <summary>A question for the variant of a user.</summary>
public sealed record ExplainRequest
{
    /// <summary>Key of the flag.</summary>
    public string Flag { get; init; } = "";

    /// <summary>Attributes of the user, with <c>targetingKey</c>.</summary>
    public JsonElement Context { get; init; }

    /// <summary>Moment of the past; null for now.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>Answer for one user with its reasons.</summary>
public sealed record Explanation
{
    /// <summary>The value; null for an error.</summary>
    public JsonElement? Value { get; init; }

    /// <summary>Variant; null for an error.</summary>
    [Words("legacy", "new", "static")]
    public string? Variant { get; init; }

    /// <summary>OpenFeature's name of the reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>OpenFeature's code; null for no error.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Bucket of the user, 0 to 99,999; null where none decides.</summary>
    public int? Bucket { get; init; }

    /// <summary>Attribute that decides the bucket; null for the targeting key.</summary>
    public string? StickyBy { get; init; }

    /// <summary>Owner of the salt; null for a static flag.</summary>
    [Words("plan", "rollout")]
    public string? Stickiness { get; init; }

    /// <summary>Share of all users on new, 0 to 100; null for a static flag.</summary>
    public decimal? Percentage { get; init; }

    /// <summary>Users on new, in words; null for a static flag.</summary>
    public string? Audience { get; init; }

    /// <summary>Id of the rollout; null for a static flag.</summary>
    public string? Rollout { get; init; }

    /// <summary>Version of the rollout.</summary>
    public long? RolloutVersion { get; init; }

    /// <summary>Revision of the plan.</summary>
    public int? PlanRevision { get; init; }

    /// <summary>Phase.</summary>
    public string? Phase { get; init; }

    /// <summary>Step.</summary>
    public string? Step { get; init; }

    /// <summary>Position of the table.</summary>
    public long Position { get; init; }

    /// <summary>Rules that were tested, in order, to the one that decided.</summary>
    public IReadOnlyList<ExplainedRule> Rules { get; init; } = [];
}

/// <summary>A rule of an answer.</summary>
public sealed record ExplainedRule
{
    /// <summary>The rule in words.</summary>
    public string Rule { get; init; } = "";

    /// <summary>True when it holds.</summary>
    public bool Matched { get; init; }

    /// <summary>Value that it tested.</summary>
    public string Saw { get; init; } = "";
}
