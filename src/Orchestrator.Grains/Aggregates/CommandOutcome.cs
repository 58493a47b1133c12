namespace Orchestrator.Grains.Aggregates;

public enum CommandOutcome
{
    /// <summary>Events were appended.</summary>
    Applied,

    /// <summary>The state was already so, or the command was already applied under this id.</summary>
    Unchanged,

    /// <summary>The state does not allow it (409).</summary>
    Refused,

    /// <summary>The expected version is not the actual one (412).</summary>
    VersionMismatch,

    /// <summary>The input is wrong (422).</summary>
    Invalid,

    /// <summary>The log is unavailable, or the outcome is unknown in time (503); safe to retry under the same id.</summary>
    Unavailable,

    /// <summary>The log cannot be written now; the command is stored and applied once it can (202).</summary>
    Kept,
}
