namespace Orchestrator.Api.Client;

/// <summary>Changes by keys and people, oldest first.</summary>
public sealed record AuditPage
{
    /// <summary>Changes.</summary>
    public IReadOnlyList<AuditEntry> Done { get; init; } = [];

    /// <summary>Position after which the next page begins; null at the end.</summary>
    public long? Next { get; init; }
}

/// <summary>A change by a key or person.</summary>
public sealed record AuditEntry
{
    /// <summary>Position of the event.</summary>
    public long Position { get; init; }

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Id of the key or person.</summary>
    public string Key { get; init; } = "";

    /// <summary>Name of the key or person.</summary>
    public string? Name { get; init; }

    /// <summary>Role.</summary>
    public string? Role { get; init; }

    /// <summary>Stream.</summary>
    public string Stream { get; init; } = "";

    /// <summary>Public name of the event.</summary>
    public string Type { get; init; } = "";
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

/// <summary>Filter and page of an audit.</summary>
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
