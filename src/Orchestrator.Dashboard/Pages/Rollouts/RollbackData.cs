namespace Orchestrator.Dashboard.Pages.Rollouts;

/// <summary>A rollback now (<c>GET /api/v1/rollouts/{id}/rollback/preview</c>).</summary>
public sealed record RollbackPreview
{
    /// <summary>The verb, for this caller.</summary>
    public VerbData? Verb { get; init; }

    /// <summary>Users who go back.</summary>
    public MovesData? Moves { get; init; }

    /// <summary>Counted people on new; null while none were counted.</summary>
    public PeopleData? People { get; init; }

    /// <summary>Nodes in reach, and the time after which every node has changed.</summary>
    public NodesData? Nodes { get; init; }

    /// <summary>Legacy meanwhile.</summary>
    public LegacyData? Legacy { get; init; }

    /// <summary>Segments that can go back alone.</summary>
    public IReadOnlyList<SegmentBack> Segments { get; init; } = [];

    /// <summary>The segment with the worst evidence; null without any.</summary>
    public WorstData? Worst { get; init; }

    /// <summary>Cause for a rollback by the newest evidence; null without one.</summary>
    public string? Reason { get; init; }

    /// <summary>Rollbacks on this node's disk that wait for the log.</summary>
    public IReadOnlyList<KeptRollback> Kept { get; init; } = [];
}

/// <summary>Users who go back, as share and words.</summary>
public sealed record MovesData(double Percentage, string Text);

/// <summary>Nodes, in a sentence.</summary>
public sealed record NodesData(string Text);

/// <summary>Newest evidence about legacy.</summary>
/// <param name="Verdict">notMeasured, partlyMeasured, healthy or unhealthy.</param>
/// <param name="Text">Sentence.</param>
public sealed record LegacyData(string Verdict, string Text);

/// <summary>A segment that can go back alone.</summary>
public sealed record SegmentBack(string Key, double Percentage, WorstCondition? Worst);

/// <summary>The condition of a segment that is nearest to its limit.</summary>
public sealed record WorstCondition(string Text);

/// <summary>The segment with the worst evidence.</summary>
public sealed record WorstData(string Key, string Text);

/// <summary>A rollback that waits for the log.</summary>
public sealed record KeptRollback(DateTimeOffset Since, string By, string? Name, string Reason);
