using Orleans.Services;

namespace Orchestrator.Grains.Cluster;

/// <summary>What silos ask each other, one to one: beside all grains, on the silo that is meant.</summary>
internal interface INodeService : IGrainService
{
    /// <summary>The log holds this position: the silo reads it at once and says how far its table has come.</summary>
    Task<Acknowledgement> Reach(long position);

    /// <summary>When the silo's table took that rollback in, on its orchestrator's clock; null when it has not, though told of it.</summary>
    Task<RollbackTaken> Took(string rollout, long version, long position);

    /// <summary>What the silo answered for a flag since its table knows it.</summary>
    Task<ServedHere> Served(string environment, string flag);
}

/// <summary>How far a node's table has come.</summary>
internal sealed record Acknowledgement(string Node, long Position);

/// <summary>Whether and when a node took a rollback in.</summary>
internal sealed record RollbackTaken(string Node, DateTimeOffset? At);

/// <summary>Answers of a node.</summary>
internal sealed record ServedHere(string Node, long New, long Legacy);
