using System.Text.Json.Serialization;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Environments;

/// <summary>Events of an environment; the stream <c>environment/{name}</c>.</summary>
public abstract record EnvironmentEvent
{
    private EnvironmentEvent()
    {
    }

    /// <summary>A static flag has this value (any JSON) from now on.</summary>
    public sealed record FlagSet(string Key, [property: JsonConverter(typeof(JsonValue))] string Value) : EnvironmentEvent;

    /// <summary>A static flag was removed.</summary>
    public sealed record FlagRemoved(string Key) : EnvironmentEvent;

    /// <summary>No rollout of the environment advances from now on; rolling back is never stopped.</summary>
    public sealed record LineStopped(string Reason) : EnvironmentEvent;

    /// <summary>Rollouts may advance again.</summary>
    public sealed record LineResumed(string? Reason) : EnvironmentEvent;

    /// <summary>No other rollout may decide the flag here, until this one is finished and another claims it.</summary>
    public sealed record FlagClaimed(string Flag, string Rollout) : EnvironmentEvent;

    /// <summary>The rollout that had claimed the flag was not created.</summary>
    public sealed record FlagReleased(string Flag, string Rollout) : EnvironmentEvent;

    /// <summary>All rollouts of the plan here with <c>stickiness: plan</c> have this salt.</summary>
    public sealed record PlanSalted(string Plan, string Salt) : EnvironmentEvent;
}
