using Orleans.Services;

namespace Orchestrator.Grains.Cluster;

/// <summary>Calls from silo to silo, outside of all grains, to one chosen silo.</summary>
internal interface INodeService : IGrainService
{
    /// <summary>Announces this position of the log: the silo reads it at once and answers the position of its table.</summary>
    Task<Acknowledgement> Reach(long position);

    /// <summary>
    /// Time at which the silo's table applied that rollback, on its orchestrator's clock; null when it has not, though notified.
    /// </summary>
    Task<RollbackTaken> Took(string rollout, long version, long position);

    /// <summary>Answers of the silo for a flag since its table has that flag.</summary>
    Task<ServedHere> Served(string environment, string flag);
}

/// <summary>Position of a node's table.</summary>
internal sealed record Acknowledgement(string Node, long Position);

/// <summary>Time at which a node applied a rollback, if it did.</summary>
internal sealed record RollbackTaken(string Node, DateTimeOffset? At);

/// <summary>Answers of a node.</summary>
internal sealed record ServedHere(string Node, long New, long Legacy);
