using Orchestrator.Domain.Events;
using static Orchestrator.Domain.Environments.EnvironmentEvent;

namespace Orchestrator.Domain.Environments;

/// <summary>Streams and stored names of the events of environments. A name, once written, never changes.</summary>
public static class EnvironmentEvents
{
    /// <summary>Start of the names of environments' streams.</summary>
    public const string Prefix = "environment/";

    /// <summary>Stored names.</summary>
    public static EventCatalog<EnvironmentEvent> Catalog { get; } = new(
        ("environment.flag_set", 1, typeof(FlagSet)),
        ("environment.flag_removed", 1, typeof(FlagRemoved)),
        ("environment.line_stopped", 1, typeof(LineStopped)),
        ("environment.line_resumed", 1, typeof(LineResumed)),
        ("environment.flag_claimed", 1, typeof(FlagClaimed)),
        ("environment.flag_released", 1, typeof(FlagReleased)),
        ("environment.plan_salted", 1, typeof(PlanSalted)));

    /// <summary>The stream of an environment.</summary>
    public static string Stream(string environment) => Prefix + environment;
}
