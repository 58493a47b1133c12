namespace Orchestrator.Grains.Cluster;

/// <summary>What the nodes say of themselves, where every node can see it. Informs people and confirms propagation early; no promise rests on it.</summary>
public interface INodeRegistry
{
    /// <summary>Replaces what the node said before.</summary>
    Task Report(NodeReport report, CancellationToken stop = default);

    /// <summary>Forgets a node that stopped in order.</summary>
    Task Leave(string node, CancellationToken stop = default);

    /// <summary>Every node that reported within the last hour, by id.</summary>
    Task<IReadOnlyList<KnownNode>> All(CancellationToken stop = default);
}

/// <summary>What a node says of itself.</summary>
/// <param name="Id">Name of the node: host name and process id.</param>
/// <param name="Role"><c>silo</c> or <c>evaluation</c>.</param>
/// <param name="Version">Version of the build.</param>
/// <param name="Url">Where it answers HTTP.</param>
/// <param name="Timeline">Timeline of its routing table.</param>
/// <param name="Position">Position of its routing table.</param>
/// <param name="FreshnessAge">Time since its newest successful reading of the log's head began, when it reported; null before the first.</param>
/// <param name="Lease">How long its table counts as fresh.</param>
/// <param name="CaughtUp">Whether it has reached the head that it saw at its start.</param>
public sealed record NodeReport(
    string Id, string Role, string Version, string Url, long Timeline, long Position, TimeSpan? FreshnessAge, TimeSpan Lease, bool CaughtUp);

/// <summary>A report and how long ago the store took it, by the store's own clock.</summary>
public sealed record KnownNode(NodeReport Report, TimeSpan Age);
