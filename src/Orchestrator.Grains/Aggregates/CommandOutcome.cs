namespace Orchestrator.Grains.Aggregates;

public enum CommandOutcome
{
    /// <summary>Events were appended.</summary>
    Applied,

    /// <summary>Already so, or already applied under this command id.</summary>
    Unchanged,

    /// <summary>The state does not allow it (409).</summary>
    Refused,

    /// <summary>The expected version is not the actual one (412).</summary>
    VersionMismatch,

    /// <summary>The input is wrong (422).</summary>
    Invalid,

    /// <summary>The log cannot be reached, or the outcome could not be found out in time (503); safe to retry under the same id.</summary>
    Unavailable,

    /// <summary>The log cannot be written now; the command is kept and will be applied once it can (202).</summary>
    Kept,
}
