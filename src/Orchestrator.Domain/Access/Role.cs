namespace Orchestrator.Domain.Access;

/// <summary>Role of a key's holder: the roles of the rollout strategy and three for machines.</summary>
public enum Role
{
    /// <summary>Reads.</summary>
    Viewer,

    /// <summary>Reports complaints of users.</summary>
    Support,

    /// <summary>Decides go or no-go in reviews.</summary>
    Product,

    /// <summary>Operates rollouts.</summary>
    Engineering,

    /// <summary>Manages plans, flags, segments and channels; may always take a rollout back.</summary>
    Devops,

    /// <summary>Manages keys; has every permission of a person.</summary>
    Admin,

    /// <summary>A service that evaluates flags in one environment, remotely or by itself from the routing table.</summary>
    Evaluation,

    /// <summary>A service that sends metrics and alerts.</summary>
    Ingest,

    /// <summary>
    /// A program in users' hands, whose key is public: evaluates flags in one environment and receives no rules, members or hashes.
    /// </summary>
    Browser,
}
