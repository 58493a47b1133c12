namespace Orchestrator.Dashboard.Pages.Audit;

/// <summary>A page of the audit (<c>GET /api/v1/audit</c>).</summary>
/// <param name="Done">Events, newest first.</param>
/// <param name="Next">Position below which the next page begins; null at the end.</param>
public sealed record AuditList(IReadOnlyList<AuditEntry> Done, long? Next);

/// <summary>An event of the audit.</summary>
public sealed record AuditEntry
{
    /// <summary>Position in the log.</summary>
    public long Position { get; init; }

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Author.</summary>
    public AuditActor Actor { get; init; } = new();

    /// <summary>Stream.</summary>
    public string Stream { get; init; } = "";

    /// <summary>Public name of the event.</summary>
    public string Type { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Author of an event.</summary>
public sealed record AuditActor
{
    /// <summary>user, timer, trigger or system.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Name of the key or person; null for machines.</summary>
    public string? Name { get; init; }

    /// <summary>Role; null for machines.</summary>
    public string? Role { get; init; }
}
