namespace Orchestrator.Dashboard.Pages.Nodes;

/// <summary>The nodes as their page reads them (<c>GET /api/v1/nodes</c>). The first one renders the page.</summary>
/// <param name="Nodes">The nodes.</param>
/// <param name="Guards">Guards of watched rollouts; null while the store does not answer.</param>
public sealed record NodesData(IReadOnlyList<NodeRow> Nodes, IReadOnlyList<GuardData>? Guards);

/// <summary>A node.</summary>
public sealed record NodeRow
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Name; null of the other nodes.</summary>
    public string? Name { get; init; }

    /// <summary>silo or evaluation.</summary>
    public string Role { get; init; } = "";

    /// <summary>Version of the build.</summary>
    public string Version { get; init; } = "";

    /// <summary>Seconds since its start; null in reports of builds that did not say it.</summary>
    public double? Uptime { get; init; }

    /// <summary>Base address; null of the node itself.</summary>
    public string? Url { get; init; }

    /// <summary>Timeline of the log.</summary>
    public long Timeline { get; init; }

    /// <summary>Position of its table.</summary>
    public long Position { get; init; }

    /// <summary>Seconds since the log confirmed its table; null before the first time.</summary>
    public double? Freshness { get; init; }

    /// <summary>Longest time that its table counts without a confirmation, such as <c>10s</c>.</summary>
    public string Lease { get; init; } = "";

    /// <summary>True when the lease has ended.</summary>
    public bool Stale { get; init; }

    /// <summary>Percent of the users that answers have returned to, on the way back from a stale table; null otherwise.</summary>
    public double? Returning { get; init; }

    /// <summary>True once it has read the log.</summary>
    public bool CaughtUp { get; init; }

    /// <summary>Seconds that its clock is ahead of the store's, negative when behind; null while unknown.</summary>
    public double? ClockAhead { get; init; }

    /// <summary>Seconds since its report; null of the node itself.</summary>
    public double? Reported { get; init; }

    /// <summary>Alarms; null of the other nodes.</summary>
    public IReadOnlyList<string>? Alarms { get; init; }

    /// <summary>Streams that this node cannot read; null of the other nodes.</summary>
    public IReadOnlyList<HeldData>? Held { get; init; }

    /// <summary>Rollbacks that wait for the log; null of the other nodes.</summary>
    public IReadOnlyList<KeptData>? Kept { get; init; }
}

/// <summary>A stream with an event that the build does not know.</summary>
public sealed record HeldData(string Stream, string Reason);

/// <summary>A rollback on the disk of the node, which is applied when the log can be written.</summary>
public sealed record KeptData(
    string Rollout, DateTimeOffset Since, string By, string? Name, string Reason, IReadOnlyList<string>? Segments);

/// <summary>Guard of a watched rollout.</summary>
/// <param name="Rollout">Id of the rollout.</param>
/// <param name="Renewed">Seconds since its newest round; null when there was none.</param>
/// <param name="Unwatched">True when this node counts it as unwatched.</param>
public sealed record GuardData(string Rollout, double? Renewed, bool Unwatched);
