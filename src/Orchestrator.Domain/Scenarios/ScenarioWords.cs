using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Domain.Scenarios;

/// <summary>Words of files of scenarios.</summary>
public static class ScenarioWords
{
    /// <summary>Name of a status: <c>rolled-back</c>.</summary>
    public static string Status(RolloutStatus status) => status == RolloutStatus.RolledBack ? "rolled-back" : status.ToString().ToLowerInvariant();
}
