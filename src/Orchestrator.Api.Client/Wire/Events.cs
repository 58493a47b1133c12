using System.Text.Json;

namespace Orchestrator.Api.Client;

/// <summary>An event as the log has it.</summary>
public sealed record LoggedEvent
{
    /// <summary>Place in the log.</summary>
    public long Position { get; init; }

    /// <summary>Stream.</summary>
    public string Stream { get; init; } = "";

    /// <summary>Place in the stream.</summary>
    public long Version { get; init; }

    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Public name, such as <c>PercentageRaised</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>Schema of the data.</summary>
    public int Schema { get; init; }

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Author.</summary>
    public Author Actor { get; init; } = new();

    /// <summary>Cause; null without one.</summary>
    public string? Cause { get; init; }

    /// <summary>Correlation; null without one.</summary>
    public string? Correlation { get; init; }

    /// <summary>Data.</summary>
    public JsonElement Data { get; init; }

    /// <summary>Hash of the chain, in hex.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Members of the data that stay on the server; null for none.</summary>
    public IReadOnlyList<string>? Redacted { get; init; }

    /// <summary>Names of further keys and people in the data, by id; null for none.</summary>
    public IReadOnlyDictionary<string, string>? Names { get; init; }

    /// <summary>Name of the type as the log stores it, which the hash covers; null from an earlier build.</summary>
    public string? StoredType { get; init; }

    /// <summary>Id of the command that wrote the event, which the hash covers; null from an earlier build.</summary>
    public string? CommandId { get; init; }

    /// <summary>The data byte for byte in base64, where JSON cannot have them so; null for the usual.</summary>
    public string? DataBytes { get; init; }
}

/// <summary>A page of events.</summary>
public sealed record EventList
{
    /// <summary>Events, oldest first.</summary>
    public IReadOnlyList<LoggedEvent> Events { get; init; } = [];

    /// <summary>Version after which the next page begins; null at the end.</summary>
    public long? Next { get; init; }
}

/// <summary>Filter and page of the events of a rollout.</summary>
public sealed record EventQuery : QueryValues
{
    /// <summary>Public names of types, separated by commas.</summary>
    public string? Type { get; init; }

    /// <summary>Version after which the page begins; null for the first page.</summary>
    public long? After { get; init; }

    /// <summary>Most events of the page, 1 to 1,000; null for 100.</summary>
    public int? Limit { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("type", Type);
        query.Add("after", After);
        query.Add("limit", Limit);
    }
}

/// <summary>Filter of the events of a rollout.</summary>
public sealed record EventTypes : QueryValues
{
    /// <summary>Public names of types, separated by commas.</summary>
    public string? Type { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("type", Type);
    }
}

/// <summary>Begin and filter of a stream of events.</summary>
public sealed record StreamQuery : QueryValues
{
    /// <summary>Id of a rollout; null for all.</summary>
    public string? Rollout { get; init; }

    /// <summary>Public names of types, separated by commas.</summary>
    public string? Type { get; init; }

    /// <summary>Position after which it begins; null for now.</summary>
    public long? After { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("rollout", Rollout);
        query.Add("type", Type);
        query.Add("after", After);
    }
}

/// <summary>Events of a rollout in words, newest first, and its course.</summary>
public sealed record History
{
    /// <summary>Id of the rollout.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Title of the plan; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Environment; null when no event can be read.</summary>
    public string? Environment { get; init; }

    /// <summary>Flag; null when no event can be read.</summary>
    public string? Flag { get; init; }

    /// <summary>Status; null when no event can be read.</summary>
    [Words("created", "running", "paused", "rolledBack", "completed", "aborted", "retired")]
    public string? Status { get; init; }

    /// <summary>Version of the newest event in the log.</summary>
    public long Version { get; init; }

    /// <summary>Version of the newest event that this build reads.</summary>
    public long Readable { get; init; }

    /// <summary>First event that this build cannot read; null when it reads all.</summary>
    public UnreadEvent? Unread { get; init; }

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

    /// <summary>Version below which the next page begins; null at the end.</summary>
    public long? Next { get; init; }

    /// <summary>Stays in phases, oldest first.</summary>
    public IReadOnlyList<PhaseSpan> Phases { get; init; } = [];

    /// <summary>Shares on new, oldest first.</summary>
    public IReadOnlyList<SharePoint> Shares { get; init; } = [];

    /// <summary>Rollbacks and incidents, oldest first.</summary>
    public IReadOnlyList<CourseMark> Marks { get; init; } = [];

    /// <summary>Actors, those with the most events first.</summary>
    public IReadOnlyList<ActorCount> Actors { get; init; } = [];
}

/// <summary>An event that this build cannot read.</summary>
public sealed record UnreadEvent
{
    /// <summary>Version.</summary>
    public long Version { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>An event in words.</summary>
public sealed record HistoryEvent
{
    /// <summary>The event as the log has it.</summary>
    public LoggedEvent Event { get; init; } = new();

    /// <summary>Kind.</summary>
    [Words("moves", "verdicts", "people", "incident", "system")]
    public string Kind { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>True when it changed who gets what.</summary>
    public bool Moves { get; init; }

    /// <summary>Visit of a step; null before the start.</summary>
    public StepVisit? Visit { get; init; }

    /// <summary>Id of its incident; null without one.</summary>
    public string? Incident { get; init; }

    /// <summary>Versions of the events of the same decision; null when it is the only one.</summary>
    public Together? Together { get; init; }

    /// <summary>Events of other kinds between this one and the next older one of the list.</summary>
    public int Hidden { get; init; }
}

/// <summary>A visit of a step.</summary>
public sealed record StepVisit
{
    /// <summary>Phase.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Step.</summary>
    public string Step { get; init; } = "";

    /// <summary>Version of the event by which it was entered.</summary>
    public long Entry { get; init; }

    /// <summary>1 for the first visit of the step.</summary>
    public int Number { get; init; }
}

/// <summary>First and last version of the events of one decision.</summary>
public sealed record Together
{
    /// <summary>First version.</summary>
    public long From { get; init; }

    /// <summary>Last version.</summary>
    public long Until { get; init; }
}

/// <summary>A stay in a phase.</summary>
public sealed record PhaseSpan
{
    /// <summary>Phase.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Version of the event that began it.</summary>
    public long Version { get; init; }

    /// <summary>Begin.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>End; null while it lasts.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>Share of all users on new from a moment on.</summary>
public sealed record SharePoint
{
    /// <summary>Version of the event.</summary>
    public long Version { get; init; }

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Share, 0 to 100.</summary>
    public decimal Percentage { get; init; }
}

/// <summary>A rollback or an incident on the axis of time.</summary>
public sealed record CourseMark
{
    /// <summary>Kind.</summary>
    [Words("rollback", "incident")]
    public string Kind { get; init; } = "";

    /// <summary>Version of the event.</summary>
    public long Version { get; init; }

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>End of an incident; null while it is open, and for a rollback.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Id of the incident; null for a rollback.</summary>
    public string? Incident { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>An actor with the number of its events.</summary>
public sealed record ActorCount
{
    /// <summary>Kind.</summary>
    [Words("user", "timer", "trigger", "system")]
    public string Kind { get; init; } = "";

    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Name; null for machines.</summary>
    public string? Name { get; init; }

    /// <summary>Number of events.</summary>
    public int Events { get; init; }
}

/// <summary>Filter and page of a history.</summary>
public sealed record HistoryQuery : QueryValues
{
    /// <summary>Kinds, separated by commas: moves, verdicts, people, incident, system.</summary>
    public string? Kind { get; init; }

    /// <summary>Id, name or kind of the actor; at most 200 characters.</summary>
    public string? Actor { get; init; }

    /// <summary>Text within the sentence or the type; at most 200 characters.</summary>
    public string? Text { get; init; }

    /// <summary>Earliest time.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Latest time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>True for events that changed who gets what alone.</summary>
    public bool? Moved { get; init; }

    /// <summary>Versions below this one.</summary>
    public long? Before { get; init; }

    /// <summary>Versions above this one.</summary>
    public long? After { get; init; }

    /// <summary>Most events of the page, 1 to 500; null for 100.</summary>
    public int? Limit { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("kind", Kind);
        query.Add("actor", Actor);
        query.Add("text", Text);
        query.Add("from", From);
        query.Add("to", To);
        query.Add("moved", Moved);
        query.Add("before", Before);
        query.Add("after", After);
        query.Add("limit", Limit);
    }
}
