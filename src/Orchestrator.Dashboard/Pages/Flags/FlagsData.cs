using System.Text.Json;

namespace Orchestrator.Dashboard.Pages.Flags;

/// <summary>Flags in force in an environment (<c>GET /api/v1/environments/{environment}/in-force</c>).</summary>
public sealed record FlagsData(
    string Environment, long Timeline, long Position, IReadOnlyList<FlagData> Flags, string? Next, CountedData Counted);

/// <summary>Nodes whose answers are counted.</summary>
/// <param name="Nodes">Nodes in the sums.</param>
/// <param name="Silent">Nodes whose answers are unknown.</param>
/// <param name="Complete">False when the other nodes could not be read.</param>
public sealed record CountedData(IReadOnlyList<string> Nodes, IReadOnlyList<string> Silent, bool Complete);

/// <summary>A flag in force.</summary>
public sealed record FlagData
{
    /// <summary>Key.</summary>
    public string Key { get; init; } = "";

    /// <summary>routed or static.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Value of a static flag.</summary>
    public JsonElement? Value { get; init; }

    /// <summary>Rollout that decides; null for the environment's own value.</summary>
    public string? Rollout { get; init; }

    /// <summary>Title of the rollout's plan; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Status of the rollout.</summary>
    public string? Status { get; init; }

    /// <summary>Phase that sets it.</summary>
    public string? Phase { get; init; }

    /// <summary>Title of the phase.</summary>
    public string? PhaseTitle { get; init; }

    /// <summary>Step of a routed flag.</summary>
    public string? Step { get; init; }

    /// <summary>Decision of a routed flag; null for a static one.</summary>
    public DecidedData? Decided { get; init; }

    /// <summary>Newest change; null when it is unknown.</summary>
    public ChangedData? Changed { get; init; }

    /// <summary>Sentences about values that are set and not in force.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    /// <summary>Answers of nodes; null for a static flag.</summary>
    public ServedData? Served { get; init; }

    /// <summary>Requests that services report; null when they are unknown.</summary>
    public ReportedData? Reported { get; init; }

    /// <summary>True for a flag that a rollout routes.</summary>
    public bool IsRouted => Kind == "routed";
}

/// <summary>Decision of a route.</summary>
/// <param name="Mode">off, split or unread.</param>
/// <param name="Percentage">Share of all users on new.</param>
/// <param name="Audience">Users on new, in words.</param>
/// <param name="Segments">Segments of the route.</param>
public sealed record DecidedData(string Mode, double Percentage, string Audience, IReadOnlyList<DecidedSegment> Segments);

/// <summary>A segment of a route.</summary>
public sealed record DecidedSegment(string Key, double Percentage, bool TakenBack);

/// <summary>Newest change of a flag.</summary>
public sealed record ChangedData(DateTimeOffset At, FlagAuthor By, string? Text, long? Version);

/// <summary>Author of a change.</summary>
public sealed record FlagAuthor(string Kind, string Id, string? Role, string? Name);

/// <summary>Answers of nodes.</summary>
public sealed record ServedData(long New, long Legacy, double Seconds);

/// <summary>Requests that services report.</summary>
public sealed record ReportedData(double? New, double? Legacy, string Window, DateTimeOffset? Last);

/// <summary>Nodes (<c>GET /api/v1/nodes</c>).</summary>
public sealed record NodeList(IReadOnlyList<NodeRow> Nodes);

/// <summary>A node.</summary>
public sealed record NodeRow
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>silo or evaluation.</summary>
    public string Role { get; init; } = "";

    /// <summary>Build.</summary>
    public string Version { get; init; } = "";

    /// <summary>Timeline of its table.</summary>
    public long Timeline { get; init; }

    /// <summary>Position of its table.</summary>
    public long Position { get; init; }

    /// <summary>Seconds since the log confirmed its table; null before the first time.</summary>
    public double? Freshness { get; init; }

    /// <summary>Longest time that its table counts without a confirmation, such as <c>10s</c>.</summary>
    public string Lease { get; init; } = "";

    /// <summary>True when the lease has ended.</summary>
    public bool Stale { get; init; }

    /// <summary>Answers in about the last minute; null when it does not count them.</summary>
    public AnswersData? Answers { get; init; }

    /// <summary>Rollbacks that it keeps until the log takes them; null from another node.</summary>
    public IReadOnlyList<JsonElement>? Kept { get; init; }

    /// <summary>Seconds since its report; null for the node that renders the page.</summary>
    public double? Reported { get; init; }
}

/// <summary>Answers of a node.</summary>
public sealed record AnswersData(long Count, double Seconds);
