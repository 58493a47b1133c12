namespace Orchestrator.Domain.Access;

/// <summary>A permission that an endpoint requires.</summary>
public enum Permission
{
    /// <summary>Read plans, rollouts, segments, flags, events, nodes.</summary>
    Read,

    /// <summary>Report complaints of users.</summary>
    Feedback,

    /// <summary>Approve or reject.</summary>
    Review,

    /// <summary>Tick objectives.</summary>
    Objectives,

    /// <summary>Create rollouts and advance them.</summary>
    Operate,

    /// <summary>Bring a corrected plan into a rollout under way: it publishes a plan and operates the rollout at once.</summary>
    Amend,

    /// <summary>Take users back to legacy, or stop advancing: open to more roles than advancing is.</summary>
    RollBack,

    /// <summary>Let a completed rollout release its flag.</summary>
    Retire,

    /// <summary>Write plans.</summary>
    Plans,

    /// <summary>Write static flags of environments.</summary>
    Flags,

    /// <summary>Write segments and their members.</summary>
    Segments,

    /// <summary>Acknowledge and resolve incidents.</summary>
    Incidents,

    /// <summary>Choose the targets of notifications.</summary>
    Channels,

    /// <summary>Create and revoke keys.</summary>
    Keys,

    /// <summary>Send metrics and alerts.</summary>
    Ingest,

    /// <summary>Evaluate flags, bound to one environment.</summary>
    Evaluate,

    /// <summary>Read the routing table that flags are evaluated from, bound to one environment.</summary>
    Table,
}
