namespace Orchestrator.Api.Client;

/// <summary>A verb as the caller sees it: <c>May</c> is the role, <c>Can</c> the state.</summary>
public sealed record Verb
{
    /// <summary>Name in the address.</summary>
    public string Name { get; init; } = "";

    /// <summary>Address of the POST.</summary>
    public string Path { get; init; } = "";

    /// <summary>True when the caller's role and environment allow it.</summary>
    public bool May { get; init; }

    /// <summary>True when it would be accepted now and change something.</summary>
    public bool Can { get; init; }

    /// <summary>Code of the problem it would get; null when it can, and when nothing would change.</summary>
    public string? Code { get; init; }

    /// <summary>Sentence why the caller may not, or why it cannot; null when both are true.</summary>
    public string? Reason { get; init; }

    /// <summary>Changes that it would make; null when it cannot.</summary>
    public string? Consequence { get; init; }

    /// <summary>Its further forms, each with an answer of its own; null for none.</summary>
    public IReadOnlyList<VerbOption>? Options { get; init; }
}

/// <summary>A further form of a verb.</summary>
public sealed record VerbOption
{
    /// <summary>Member of the body that asks for it: <c>override</c>, <c>ramp</c>, <c>segments</c>, <c>review</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>Value of that member; null for true.</summary>
    public string? Value { get; init; }

    /// <summary>True when it would be accepted now and change something.</summary>
    public bool Can { get; init; }

    /// <summary>Code of the problem it would get; null when it can.</summary>
    public string? Code { get; init; }

    /// <summary>Sentence why it cannot; null when it can.</summary>
    public string? Reason { get; init; }

    /// <summary>Changes that it would make; null when it cannot.</summary>
    public string? Consequence { get; init; }
}

/// <summary>A revision of a plan.</summary>
public sealed record PlanReference
{
    /// <summary>Name of the plan.</summary>
    public string Name { get; init; } = "";

    /// <summary>Number of the revision.</summary>
    public int Revision { get; init; }

    /// <summary>Hash of its content.</summary>
    public string Hash { get; init; } = "";
}

/// <summary>Author of an event.</summary>
public sealed record Author
{
    /// <summary>Kind.</summary>
    [Words("user", "timer", "trigger", "system")]
    public string Kind { get; init; } = "";

    /// <summary>Id of the key or person, name of the trigger, or part of the system.</summary>
    public string Id { get; init; } = "";

    /// <summary>Role of a key or person; null for machines.</summary>
    public string? Role { get; init; }

    /// <summary>Name of the key or person at the time; null for machines.</summary>
    public string? Name { get; init; }
}

/// <summary>An error, or a warning, about one place of an input.</summary>
public sealed record InputError
{
    /// <summary>Path of the value, as <c>phases[3].steps[1].percentage</c>.</summary>
    public string Path { get; init; } = "";

    /// <summary>Sentence with the value and the rule it breaks.</summary>
    public string Message { get; init; } = "";

    /// <summary>Line in the text, from 1; null where there is no text.</summary>
    public int? Line { get; init; }

    /// <summary>Column in the text or in the condition, from 1; null where it is unknown.</summary>
    public int? Column { get; init; }
}

/// <summary>A failure (RFC 9457) with a stable code.</summary>
public sealed record Problem
{
    /// <summary>Always <c>about:blank</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>Name of the status.</summary>
    public string Title { get; init; } = "";

    /// <summary>HTTP status.</summary>
    public int Status { get; init; }

    /// <summary>Stable, for programs.</summary>
    public string Code { get; init; } = "";

    /// <summary>Explanation in one sentence.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Path of the request.</summary>
    public string? Instance { get; init; }

    /// <summary>Each error of the input; null for none.</summary>
    public IReadOnlyList<InputError>? Errors { get; init; }
}

/// <summary>Receipt of something that was taken.</summary>
public sealed record Receipt
{
    /// <summary>Always true.</summary>
    public bool Accepted { get; init; }
}

/// <summary>A page of things that are ordered by name or id.</summary>
public sealed record Page : QueryValues
{
    /// <summary>Name or id after which the page begins; null for the first page.</summary>
    public string? After { get; init; }

    /// <summary>Most things of the page, 1 to 1,000; null for 100.</summary>
    public int? Limit { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("after", After);
        query.Add("limit", Limit);
    }
}

/// <summary>A page of things that are ordered by number.</summary>
public sealed record LogPage : QueryValues
{
    /// <summary>Number after which the page begins; null for the first page.</summary>
    public long? After { get; init; }

    /// <summary>Most things of the page, 1 to 1,000; null for 100.</summary>
    public int? Limit { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("after", After);
        query.Add("limit", Limit);
    }
}

/// <summary>A moment of the past of a rollout; the present when both are null.</summary>
public sealed record Moment : QueryValues
{
    /// <summary>Version of the rollout, from 1.</summary>
    public long? Version { get; init; }

    /// <summary>Time.</summary>
    public DateTimeOffset? At { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("version", Version);
        query.Add("at", At);
    }
}

/// <summary>A body without members.</summary>
public sealed record Empty
{
}
