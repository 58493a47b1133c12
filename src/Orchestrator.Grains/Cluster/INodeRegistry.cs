namespace Orchestrator.Grains.Cluster;

/// <summary>
/// Status reports of the nodes, visible to every node. For display and for an early end of propagation; no guarantee rests on them.
/// </summary>
public interface INodeRegistry
{
    /// <summary>Replaces the previous report of the node.</summary>
    Task Report(NodeReport report, CancellationToken stop = default);

    /// <summary>Removes a node that shut down cleanly.</summary>
    Task Leave(string node, CancellationToken stop = default);

    /// <summary>Every node that reported within the last hour, by id.</summary>
    Task<IReadOnlyList<KnownNode>> All(CancellationToken stop = default);
}

/// <summary>Status report of a node.</summary>
/// <param name="Id">Name of the node: host name and process id.</param>
/// <param name="Role"><c>silo</c> or <c>evaluation</c>.</param>
/// <param name="Version">Version of the build.</param>
/// <param name="Url">Base address of its HTTP endpoint.</param>
/// <param name="Timeline">Timeline of its routing table.</param>
/// <param name="Position">Position of its routing table.</param>
/// <param name="FreshnessAge">Time from the start of its newest successful reading of the log's head to the report; null before the
/// first.</param>
/// <param name="Lease">Time for which its table counts as fresh.</param>
/// <param name="CaughtUp">True once it has reached the head that the log had at its start.</param>
/// <param name="CountsPeople">True while the other nodes can have its counts of users; false for nodes of earlier builds.</param>
/// <param name="Served">Its answers in about the last minute; null from a build that does not count them.</param>
public sealed record NodeReport(
    string Id, string Role, string Version, string Url, long Timeline, long Position, TimeSpan? FreshnessAge, TimeSpan Lease,
    bool CaughtUp, bool CountsPeople = false, ServedReport? Served = null)
{
    /// <summary>Time since its start; null in reports of builds that did not say it.</summary>
    public TimeSpan? Uptime { get; init; }

    /// <summary>Time of the node's clock, on which its orchestrator time runs; null in reports of builds that did not say it.</summary>
    public DateTimeOffset? Clock { get; init; }
}

/// <summary>A report and its age, by the store's own clock.</summary>
public sealed record KnownNode(NodeReport Report, TimeSpan Age)
{
    /// <summary>Time of the report by the store's own clock; null from a store without one.</summary>
    public DateTimeOffset? Reported { get; init; }

    /// <summary>
    /// Difference of the node's clock to the store's: positive when the node is ahead. Up to the time that the report took to the store,
    /// which counts as behind. Null where one of both is unknown.
    /// </summary>
    public TimeSpan? ClockAhead => Report.Clock - Reported;
}
