namespace Orchestrator.Api.Client;

/// <summary>Nodes of the cluster. The first one answers.</summary>
public sealed record NodeList
{
    /// <summary>Nodes.</summary>
    public IReadOnlyList<Node> Nodes { get; init; } = [];

    /// <summary>Guards of watched rollouts; null while the store does not answer.</summary>
    public IReadOnlyList<Guard>? Guards { get; init; }
}

/// <summary>A node. Of the other nodes some members are null: they report less.</summary>
public sealed record Node
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Name; null of the other nodes.</summary>
    public string? Name { get; init; }

    /// <summary>Role.</summary>
    [Words("silo", "evaluation")]
    public string Role { get; init; } = "";

    /// <summary>Build.</summary>
    public string Version { get; init; } = "";

    /// <summary>Seconds since its start; null when it is unknown.</summary>
    public double? Uptime { get; init; }

    /// <summary>Base address; null of the node itself.</summary>
    public string? Url { get; init; }

    /// <summary>Timeline of the log.</summary>
    public long Timeline { get; init; }

    /// <summary>Position of its table.</summary>
    public long Position { get; init; }

    /// <summary>Seconds since the log confirmed its table; null before the first time.</summary>
    public double? Freshness { get; init; }

    /// <summary>Longest time that its table counts without a confirmation.</summary>
    public string Lease { get; init; } = "";

    /// <summary>True when the lease has ended.</summary>
    public bool Stale { get; init; }

    /// <summary>Percent of the users that answers have returned to, on the way back from a stale table; null otherwise.</summary>
    public double? Returning { get; init; }

    /// <summary>True once it has read the log.</summary>
    public bool CaughtUp { get; init; }

    /// <summary>Answers in about the last minute; null when it does not count them.</summary>
    public NodeAnswers? Answers { get; init; }

    /// <summary>Orchestrator time; null of the other nodes.</summary>
    public NodeClock? Clock { get; init; }

    /// <summary>Seconds that its clock is ahead of the store's, negative when behind; null while unknown.</summary>
    public double? ClockAhead { get; init; }

    /// <summary>Alarms; null of the other nodes.</summary>
    public IReadOnlyList<string>? Alarms { get; init; }

    /// <summary>Rollouts that no node watches; null of the other nodes.</summary>
    public IReadOnlyList<string>? Unwatched { get; init; }

    /// <summary>Streams that it cannot read; null of the other nodes.</summary>
    public IReadOnlyList<HeldStream>? Held { get; init; }

    /// <summary>Rollbacks that wait for the log; null of the other nodes.</summary>
    public IReadOnlyList<KeptRollback>? Kept { get; init; }

    /// <summary>Seconds since its report; null of the node itself.</summary>
    public double? Reported { get; init; }
}

/// <summary>Answers of a node.</summary>
public sealed record NodeAnswers
{
    /// <summary>Number.</summary>
    public long Count { get; init; }

    /// <summary>Span of the count.</summary>
    public double Seconds { get; init; }
}

/// <summary>Orchestrator time of a node.</summary>
public sealed record NodeClock
{
    /// <summary>Times as fast as the wall clock.</summary>
    public double Speed { get; init; }

    /// <summary>Present instant.</summary>
    public DateTimeOffset Now { get; init; }
}

/// <summary>A stream with an event that the build does not know.</summary>
public sealed record HeldStream
{
    /// <summary>Stream.</summary>
    public string Stream { get; init; } = "";

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>Guard of a watched rollout.</summary>
public sealed record Guard
{
    /// <summary>Id of the rollout.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Seconds since its newest round; null when there was none.</summary>
    public double? Renewed { get; init; }

    /// <summary>True when this node counts it as unwatched.</summary>
    public bool Unwatched { get; init; }
}
