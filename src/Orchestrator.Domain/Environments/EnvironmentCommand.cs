using System.Collections.Immutable;

namespace Orchestrator.Domain.Environments;

/// <summary>What may be asked of an environment.</summary>
public abstract record EnvironmentCommand
{
    private EnvironmentCommand()
    {
    }

    /// <summary>These flags have these values; others stay. All or none.</summary>
    public sealed record Set(ImmutableArray<StaticFlag> Flags) : EnvironmentCommand;

    /// <summary>The flag has no value of its own any more.</summary>
    public sealed record Remove(string Key) : EnvironmentCommand;

    /// <summary>No rollout goes forward here.</summary>
    public sealed record StopLine(string Reason) : EnvironmentCommand;

    /// <summary>The rollout is the one that may decide the flag here.</summary>
    /// <param name="Flag">Key of the flag.</param>
    /// <param name="Rollout">Its id.</param>
    /// <param name="Instead">Who held the flag and is known to be finished, or never to have come to be; null when nobody should.</param>
    public sealed record ClaimFlag(string Flag, string Rollout, string? Instead = null) : EnvironmentCommand;

    /// <summary>The rollout did not come to be after all.</summary>
    public sealed record ReleaseFlag(string Flag, string Rollout) : EnvironmentCommand;

    /// <summary>All rollouts of the plan here have one salt from now on. The first that was kept stays, so the caller draws one every time.</summary>
    /// <param name="Plan">Name of the plan.</param>
    /// <param name="Salt">Fresh chance.</param>
    public sealed record KeepSalt(string Plan, string Salt) : EnvironmentCommand;

    /// <summary>Rollouts may go forward again.</summary>
    public sealed record ResumeLine(string? Reason) : EnvironmentCommand;
}

/// <summary>A static flag: its key and its value as JSON text.</summary>
public sealed record StaticFlag(string Key, string Json);
