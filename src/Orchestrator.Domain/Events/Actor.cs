using System.Text.Json.Serialization;

namespace Orchestrator.Domain.Events;

/// <summary>The actor that caused an event. A person acts under a role; timers, triggers and the system act by themselves.</summary>
/// <param name="Kind">Kind of actor.</param>
/// <param name="Id">The key's id, the trigger's name, or the part of the system; never personal data.</param>
/// <param name="Role">The role the person acted under; null for machines.</param>
public sealed record Actor(ActorKind Kind, string Id, string? Role = null)
{
    /// <summary>Name of a key or person at the time, for display; null in events, which store the id alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>A hold that elapsed, a review that fell due.</summary>
    public static readonly Actor Timer = new(ActorKind.Timer, "timer");

    /// <summary>The product itself: first start, recovery.</summary>
    public static readonly Actor System = new(ActorKind.System, "system");

    /// <summary>A trigger or criterion that metrics decided.</summary>
    public static Actor Trigger(string name) => new(ActorKind.Trigger, name);

    /// <summary>A person (or a tool with a person's key).</summary>
    public static Actor User(string id, string role) => new(ActorKind.User, id, role);
}

/// <summary>Kind of the actor that caused an event.</summary>
public enum ActorKind
{
    /// <summary>A person, or a tool that holds a person's key.</summary>
    User,

    /// <summary>Time passed.</summary>
    Timer,

    /// <summary>Metrics decided.</summary>
    Trigger,

    /// <summary>The product itself.</summary>
    System,
}
