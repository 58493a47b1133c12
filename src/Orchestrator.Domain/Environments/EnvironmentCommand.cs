using System.Collections.Immutable;

namespace Orchestrator.Domain.Environments;

/// <summary>Commands on an environment.</summary>
public abstract record EnvironmentCommand
{
    private EnvironmentCommand()
    {
    }

    /// <summary>Gives these flags these values; others stay. All or none.</summary>
    public sealed record Set(ImmutableArray<StaticFlag> Flags) : EnvironmentCommand;

    /// <summary>Removes the value of a flag.</summary>
    public sealed record Remove(string Key) : EnvironmentCommand;

    /// <summary>Stops the line: no rollout advances here.</summary>
    public sealed record StopLine(string Reason) : EnvironmentCommand;

    /// <summary>Claims a flag for a rollout, which alone may decide it here.</summary>
    /// <param name="Flag">Key of the flag.</param>
    /// <param name="Rollout">Id of the rollout.</param>
    /// <param name="Instead">A holder that is known to be finished, or never created, and is replaced; null when none should be.</param>
    public sealed record ClaimFlag(string Flag, string Rollout, string? Instead = null) : EnvironmentCommand;

    /// <summary>Releases the claim of a rollout that was not created.</summary>
    public sealed record ReleaseFlag(string Flag, string Rollout) : EnvironmentCommand;

    /// <summary>Gives all rollouts of the plan here one salt. The first one stays, so the caller draws one every time.</summary>
    /// <param name="Plan">Name of the plan.</param>
    /// <param name="Salt">A fresh random salt.</param>
    public sealed record KeepSalt(string Plan, string Salt) : EnvironmentCommand;

    /// <summary>Resumes the line: rollouts may advance.</summary>
    public sealed record ResumeLine(string? Reason) : EnvironmentCommand;
}

/// <summary>A static flag: its key and its value as JSON text.</summary>
public sealed record StaticFlag(string Key, string Json);
