using System.Text.Json.Serialization;

namespace Orchestrator.Domain.Environments;

/// <summary>What happened to an environment; the stream <c>environment/{name}</c>.</summary>
public abstract record EnvironmentEvent
{
    private EnvironmentEvent()
    {
    }

    /// <summary>A static flag has this value (any JSON) from now on.</summary>
    public sealed record FlagSet(string Key, [property: JsonConverter(typeof(JsonValue))] string Value) : EnvironmentEvent;

    /// <summary>A static flag is gone.</summary>
    public sealed record FlagRemoved(string Key) : EnvironmentEvent;

    /// <summary>No rollout of the environment goes forward from now on; rolling back is never stopped.</summary>
    public sealed record LineStopped(string Reason) : EnvironmentEvent;

    /// <summary>Rollouts may go forward again.</summary>
    public sealed record LineResumed(string? Reason) : EnvironmentEvent;

    /// <summary>No other rollout may decide the flag here, until this one is finished and another claims it.</summary>
    public sealed record FlagClaimed(string Flag, string Rollout) : EnvironmentEvent;

    /// <summary>The rollout that had claimed the flag did not come to be.</summary>
    public sealed record FlagReleased(string Flag, string Rollout) : EnvironmentEvent;

    /// <summary>All rollouts of the plan here that say <c>stickiness: plan</c> have this salt.</summary>
    public sealed record PlanSalted(string Plan, string Salt) : EnvironmentEvent;
}
