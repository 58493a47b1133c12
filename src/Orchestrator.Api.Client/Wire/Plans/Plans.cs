using System.Text.Json;

namespace Orchestrator.Api.Client;

/// <summary>Page of plans, in use or archived.</summary>
public sealed record PlanQuery : QueryValues
{
    /// <summary>True for the archived ones alone; null for those in use.</summary>
    public bool? Archived { get; init; }

    /// <summary>Name after which the page begins; null for the first page.</summary>
    public string? After { get; init; }

    /// <summary>Most plans of the page, 1 to 1,000; null for 100.</summary>
    public int? Limit { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("archived", Archived);
        query.Add("after", After);
        query.Add("limit", Limit);
    }
}

/// <summary>A page of plans.</summary>
public sealed record PlanList
{
    /// <summary>Newest revisions, by name.</summary>
    public IReadOnlyList<PlanLine> Plans { get; init; } = [];

    /// <summary>Name after which the next page begins; null at the end.</summary>
    public string? Next { get; init; }
}

/// <summary>The newest revision of a plan.</summary>
public sealed record PlanLine
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Flag whose variant it decides.</summary>
    public string Flag { get; init; } = "";

    /// <summary>Number of the revision.</summary>
    public int Revision { get; init; }

    /// <summary>Hash of its content.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Time at which it was stored.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Rollouts of any revision.</summary>
    public int Rollouts { get; init; }

    /// <summary>Those of them that are not over.</summary>
    public int Unfinished { get; init; }

    /// <summary>Time at which it was archived; null while it is in use.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }
}

/// <summary>A revision of a plan.</summary>
public sealed record PlanDetails
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Flag whose variant it decides.</summary>
    public string Flag { get; init; } = "";

    /// <summary>Number of the revision.</summary>
    public int Revision { get; init; }

    /// <summary>Hash of its content.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Time at which it was stored.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Author.</summary>
    public PlanAuthor By { get; init; } = new();

    /// <summary>The plan's document, by <c>docs/plan.schema.json</c>.</summary>
    public JsonElement Plan { get; init; }

    /// <summary>Revisions, newest first; at most 100.</summary>
    public IReadOnlyList<PlanRevision> Revisions { get; init; } = [];

    /// <summary>Rollouts of the plan: those that are not over first; at most 100.</summary>
    public IReadOnlyList<PlanUse> UsedBy { get; init; } = [];

    /// <summary>The plan in sentences.</summary>
    public PlanStory Story { get; init; } = new();

    /// <summary>Time at which it was archived; null while it is in use.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }
}

/// <summary>Author of a revision.</summary>
public sealed record PlanAuthor
{
    /// <summary>Id of the key or person.</summary>
    public string Id { get; init; } = "";

    /// <summary>Name of the key or person.</summary>
    public string? Name { get; init; }

    /// <summary>Role.</summary>
    public string? Role { get; init; }
}

/// <summary>A revision of a plan, in short.</summary>
public sealed record PlanRevision
{
    /// <summary>Number.</summary>
    public int Revision { get; init; }

    /// <summary>Hash of its content.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Time at which it was stored.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Author.</summary>
    public PlanAuthor By { get; init; } = new();
}

/// <summary>A rollout of a plan.</summary>
public sealed record PlanUse
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Revision that it follows.</summary>
    public int Revision { get; init; }

    /// <summary>Status.</summary>
    [Words("created", "running", "paused", "rolledBack", "completed", "aborted", "retired")]
    public string Status { get; init; } = "";

    /// <summary>Current step; null before the start.</summary>
    public string? Step { get; init; }

    /// <summary>True from its start on.</summary>
    public bool Started { get; init; }

    /// <summary>True until it is over.</summary>
    public bool Unfinished { get; init; }
}

/// <summary>A valid plan.</summary>
public sealed record PlanValidation
{
    /// <summary>Always true: an invalid plan is a problem with errors.</summary>
    public bool Valid { get; init; }

    /// <summary>The plan's document.</summary>
    public JsonElement Plan { get; init; }

    /// <summary>Hash of its content.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Parts that are valid but probably not meant.</summary>
    public IReadOnlyList<InputError> Warnings { get; init; } = [];

    /// <summary>The plan in sentences.</summary>
    public PlanStory Story { get; init; } = new();
}

/// <summary>Receipt of a stored plan.</summary>
public sealed record StoredPlan
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Number of the revision.</summary>
    public long Revision { get; init; }

    /// <summary>Hash of its content.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Parts that are valid but probably not meant.</summary>
    public IReadOnlyList<InputError> Warnings { get; init; } = [];
}
