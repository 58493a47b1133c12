using System.Text.Json;

namespace Orchestrator.Dashboard.Pages.History;

/// <summary>History of a rollout (<c>GET /api/v1/rollouts/{id}/history</c>).</summary>
public sealed record HistoryData
{
    /// <summary>Id of the rollout.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Title of the plan; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Environment; null when no event can be read.</summary>
    public string? Environment { get; init; }

    /// <summary>Flag; null when no event can be read.</summary>
    public string? Flag { get; init; }

    /// <summary>Version of the newest event in the log.</summary>
    public long Version { get; init; }

    /// <summary>Version of the newest event that this build reads.</summary>
    public long Readable { get; init; }

    /// <summary>The first event that this build cannot read; null when it reads all.</summary>
    public UnreadData? Unread { get; init; }

    /// <summary>Time of the first event.</summary>
    public DateTimeOffset? First { get; init; }

    /// <summary>Time of the newest event.</summary>
    public DateTimeOffset? Last { get; init; }

    /// <summary>Version of the newest rollback; null without one.</summary>
    public long? LastRollback { get; init; }

    /// <summary>Version before the newest alarm; null without one.</summary>
    public long? BeforeAlarm { get; init; }

    /// <summary>Events that the filter includes, on this page and the next ones.</summary>
    public int Matched { get; init; }

    /// <summary>Events of other kinds that are newer than the first listed one.</summary>
    public int HiddenNewer { get; init; }

    /// <summary>Events of this page, newest first.</summary>
    public IReadOnlyList<HistoryEvent> Events { get; init; } = [];

    /// <summary>Version below which the next page begins; null on the last one.</summary>
    public long? Next { get; init; }

    /// <summary>Stays in phases, oldest first.</summary>
    public IReadOnlyList<PhaseSpanData> Phases { get; init; } = [];

    /// <summary>Shares on new, oldest first.</summary>
    public IReadOnlyList<ShareData> Shares { get; init; } = [];

    /// <summary>Rollbacks and incidents, oldest first.</summary>
    public IReadOnlyList<MarkData> Marks { get; init; } = [];

    /// <summary>Actors, those with the most events first.</summary>
    public IReadOnlyList<ActorCount> Actors { get; init; } = [];

    /// <summary>Name for people.</summary>
    public string Name => string.IsNullOrWhiteSpace(Title) ? Rollout : Title;
}

/// <summary>An event that this build cannot read.</summary>
public sealed record UnreadData(long Version, string Text);

/// <summary>An event in words.</summary>
public sealed record HistoryEvent
{
    /// <summary>The event as the log has it.</summary>
    public RawEvent Event { get; init; } = new();

    /// <summary>moves, verdicts, people, incident or system.</summary>
    public string Kind { get; init; } = "";

    /// <summary>One sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>True when it changed who gets what.</summary>
    public bool Moves { get; init; }

    /// <summary>Visit of a step; null before the start.</summary>
    public VisitData? Visit { get; init; }

    /// <summary>Id of its incident; null without one.</summary>
    public string? Incident { get; init; }

    /// <summary>Versions of the events of the same decision; null when it is the only one.</summary>
    public TogetherData? Together { get; init; }

    /// <summary>Events of other kinds between this one and the next older one of the list.</summary>
    public int Hidden { get; init; }
}

/// <summary>An event as the log has it.</summary>
public sealed record RawEvent
{
    /// <summary>Place in the log.</summary>
    public long Position { get; init; }

    /// <summary>Place in the stream.</summary>
    public long Version { get; init; }

    /// <summary>Public name.</summary>
    public string Type { get; init; } = "";

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Author.</summary>
    public AuthorData Actor { get; init; } = new("system", "", null, null);

    /// <summary>Cause; null without one.</summary>
    public string? Cause { get; init; }

    /// <summary>Correlation; null without one.</summary>
    public string? Correlation { get; init; }

    /// <summary>Hash of the chain.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Data of the event.</summary>
    public JsonElement Data { get; init; }
}

/// <summary>Author of an event.</summary>
public sealed record AuthorData(string Kind, string Id, string? Role, string? Name);

/// <summary>A visit of a step.</summary>
public sealed record VisitData(string Phase, string Step, long Entry, int Number);

/// <summary>First and last version of the events of one decision.</summary>
public sealed record TogetherData(long From, long Until);

/// <summary>A stay in a phase.</summary>
public sealed record PhaseSpanData(string Phase, string? Title, long Version, DateTimeOffset From, DateTimeOffset? Until);

/// <summary>Share of all users on new from a moment on.</summary>
public sealed record ShareData(long Version, DateTimeOffset At, double Percentage);

/// <summary>A rollback or an incident.</summary>
public sealed record MarkData(string Kind, long Version, DateTimeOffset At, DateTimeOffset? Until, string? Incident, string Text);

/// <summary>An actor with the number of its events.</summary>
public sealed record ActorCount(string Kind, string Id, string? Name, int Events);

/// <summary>Result of a verification (<c>GET /api/v1/rollouts/{id}/verify</c>).</summary>
public sealed record VerifiedData(long Events, bool Intact, long? FirstBroken, string? Text);
