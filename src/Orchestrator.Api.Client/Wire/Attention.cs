namespace Orchestrator.Api.Client;

/// <summary>Everything that needs a person, the worst first.</summary>
public sealed record AttentionList
{
    /// <summary>Reasons.</summary>
    public IReadOnlyList<AttentionItem> Attention { get; init; } = [];

    /// <summary>Number of reasons of each kind.</summary>
    public IReadOnlyList<AttentionCount> Counts { get; init; } = [];

    /// <summary>Number after which the next page begins; null at the end.</summary>
    public long? Next { get; init; }
}

/// <summary>A reason for which a rollout needs a person.</summary>
public sealed record AttentionItem
{
    /// <summary>Kind.</summary>
    [Words("incident", "alarm", "held", "unguarded", "review", "freeze")]
    public string Kind { get; init; } = "";

    /// <summary>One or two sentences.</summary>
    public string Text { get; init; } = "";

    /// <summary>Id of the rollout.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Title of the plan; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Begin; null when it is not known, or lies ahead.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Time by which a person should act; null for none.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Id of the incident or the review, name of the trigger or the freeze; null for the rollout itself.</summary>
    public string? Subject { get; init; }

    /// <summary>Address of the thing.</summary>
    public string Path { get; init; } = "";

    /// <summary>Verbs of a review; null of others.</summary>
    public IReadOnlyList<Verb>? Verbs { get; init; }
}

/// <summary>Number of reasons of one kind.</summary>
public sealed record AttentionCount
{
    /// <summary>Kind.</summary>
    [Words("incident", "alarm", "held", "unguarded", "review", "freeze")]
    public string Kind { get; init; } = "";

    /// <summary>Number.</summary>
    public int Count { get; init; }
}

/// <summary>Filter and page of what needs a person.</summary>
public sealed record AttentionQuery : QueryValues
{
    /// <summary>Environment.</summary>
    public string? Environment { get; init; }

    /// <summary>Number after which the page begins; null for the first page.</summary>
    public long? After { get; init; }

    /// <summary>Most reasons of the page, 1 to 1,000; null for 100.</summary>
    public int? Limit { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("environment", Environment);
        query.Add("after", After);
        query.Add("limit", Limit);
    }
}

/// <summary>A reason for which a rollout needs a person.</summary>
public sealed record Attention
{
    /// <summary>Kind.</summary>
    [Words("incident", "alarm", "held", "unguarded", "review", "freeze")]
    public string Kind { get; init; } = "";

    /// <summary>One or two sentences.</summary>
    public string Text { get; init; } = "";

    /// <summary>Begin; null when it is not known, or lies ahead.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Time by which a person should act; null for none.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Id of the incident or the review, name of the trigger or the freeze; null for the rollout itself.</summary>
    public string? Subject { get; init; }
}
