namespace Orchestrator.Api.Client;

/// <summary>Events of all streams that a filter includes.</summary>
public sealed record AuditPage
{
    /// <summary>Events, in the order of the request.</summary>
    public IReadOnlyList<AuditEntry> Done { get; init; } = [];

    /// <summary>
    /// Position after which the next page begins, below which it does for the newest first; null at the end. A page may be short or empty
    /// and still have it.
    /// </summary>
    public long? Next { get; init; }
}

/// <summary>An event of the audit.</summary>
public sealed record AuditEntry
{
    /// <summary>Position of the event.</summary>
    public long Position { get; init; }

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Id of the key or person; empty for machines.</summary>
    public string Key { get; init; } = "";

    /// <summary>Name of the key or person; null for machines.</summary>
    public string? Name { get; init; }

    /// <summary>Role; null for machines.</summary>
    public string? Role { get; init; }

    /// <summary>Stream.</summary>
    public string Stream { get; init; } = "";

    /// <summary>Public name of the event.</summary>
    public string Type { get; init; } = "";

    /// <summary>Place in the stream.</summary>
    public long Version { get; init; }

    /// <summary>Id of the event.</summary>
    public string Id { get; init; } = "";

    /// <summary>Author.</summary>
    public Author Actor { get; init; } = new();

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Correlation; null without one.</summary>
    public string? Correlation { get; init; }

    /// <summary>Hash of the chain, in hex.</summary>
    public string Hash { get; init; } = "";
}

/// <summary>Requests refused by one node since its start, oldest first.</summary>
public sealed record RefusalPage
{
    /// <summary>Requests.</summary>
    public IReadOnlyList<Refusal> Refused { get; init; } = [];

    /// <summary>Number after which the next page begins; null at the end.</summary>
    public long? Next { get; init; }
}

/// <summary>A refused request.</summary>
public sealed record Refusal
{
    /// <summary>Place among those of the process, from 1.</summary>
    public long Number { get; init; }

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>401 or 403.</summary>
    public int Status { get; init; }

    /// <summary>Code of the problem.</summary>
    public string Code { get; init; } = "";

    /// <summary>Method and pattern of the route; null where there is none.</summary>
    public string? Route { get; init; }

    /// <summary>Id of the key or person; null for an unknown caller.</summary>
    public string? Key { get; init; }

    /// <summary>Address of the client.</summary>
    public string Address { get; init; } = "";

    /// <summary>Name of the key or person.</summary>
    public string? Name { get; init; }
}

/// <summary>Filter and page of the events of all streams.</summary>
public sealed record AuditEventQuery : QueryValues
{
    /// <summary>Id of the key or person; null for all.</summary>
    public string? Key { get; init; }

    /// <summary>Authors. Null for people in a page without an actor, and for all otherwise.</summary>
    [Words("people", "machines", "all")]
    public string? By { get; init; }

    /// <summary>Id, name or kind of the actor; at most 200 characters.</summary>
    public string? Actor { get; init; }

    /// <summary>Public names of types, separated by commas.</summary>
    public string? Type { get; init; }

    /// <summary>A stream such as <c>rollout/checkout</c>, or a kind: rollout, plan, segment, environment, access.</summary>
    public string? Object { get; init; }

    /// <summary>Earliest time.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Latest time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Text within the sentence, the type or the stream; at most 200 characters.</summary>
    public string? Text { get; init; }

    /// <summary>Order of a page; null for the oldest first.</summary>
    [Words("oldest", "newest")]
    public string? Order { get; init; }

    /// <summary>Positions above this one.</summary>
    public long? After { get; init; }

    /// <summary>Positions below this one.</summary>
    public long? Before { get; init; }

    /// <summary>Most events of the page, 1 to 1,000; null for 100.</summary>
    public int? Limit { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("key", Key);
        query.Add("by", By);
        query.Add("actor", Actor);
        query.Add("type", Type);
        query.Add("object", Object);
        query.Add("from", From);
        query.Add("to", To);
        query.Add("text", Text);
        query.Add("order", Order);
        query.Add("after", After);
        query.Add("before", Before);
        query.Add("limit", Limit);
    }
}

/// <summary>Filter and page of refused requests.</summary>
public sealed record AuditQuery : QueryValues
{
    /// <summary>Id of the key or person; null for all.</summary>
    public string? Key { get; init; }

    /// <summary>Number after which the page begins; null for the first page.</summary>
    public long? After { get; init; }

    /// <summary>Most lines of the page, 1 to 1,000; null for 100.</summary>
    public int? Limit { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("key", Key);
        query.Add("after", After);
        query.Add("limit", Limit);
    }
}
