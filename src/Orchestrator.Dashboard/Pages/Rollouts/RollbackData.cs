namespace Orchestrator.Dashboard.Pages.Rollouts;

/// <summary>What a rollback would do now (<c>GET /api/v1/rollouts/{id}/rollback/preview</c>).</summary>
public sealed record RollbackPreview
{
    /// <summary>Users who go back, in words and numbers.</summary>
    public string Text { get; init; } = "";

    /// <summary>Counted users on new; null while none were counted.</summary>
    public long? People { get; init; }

    /// <summary>Time after which no node routes to new any more, such as <c>11s</c>.</summary>
    public string? Within { get; init; }

    /// <summary>Nodes.</summary>
    public NodeCount? Nodes { get; init; }

    /// <summary>Legacy meanwhile, in a sentence.</summary>
    public LegacyHealth? Legacy { get; init; }

    /// <summary>Cause for a rollback, from the newest evidence; empty without one.</summary>
    public string? Reason { get; init; }

    /// <summary>Segments that can go back alone.</summary>
    public IReadOnlyList<SegmentBack> Segments { get; init; } = [];
}

/// <summary>Nodes of the installation.</summary>
public sealed record NodeCount(int Fresh, int Known);

/// <summary>Newest evidence about legacy.</summary>
/// <param name="Verdict">met, breached or noEvidence.</param>
/// <param name="Text">Sentence.</param>
public sealed record LegacyHealth(string Verdict, string Text);

/// <summary>A segment that can go back alone.</summary>
/// <param name="Key">Key.</param>
/// <param name="Title">Title; null without one.</param>
/// <param name="Percentage">Share of the segment on new, percent.</param>
/// <param name="Worst">True for the one with the worst evidence.</param>
/// <param name="Text">Evidence in a sentence; null without any.</param>
public sealed record SegmentBack(string Key, string? Title, double Percentage, bool Worst, string? Text);

/// <summary>Rollbacks on the disk of a node (<c>GET /api/v1/node</c>).</summary>
public sealed record NodeKept(string Id, IReadOnlyList<KeptRollback> Kept);

/// <summary>A rollback that waits for the log.</summary>
public sealed record KeptRollback(string Rollout, DateTimeOffset Since, string By, string? Name, string Reason);
