using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;

namespace Orchestrator.Grains.Rollouts;

/// <summary>One rollout. Every change of it is a command to this grain.</summary>
public interface IRolloutGrain : IGrainWithStringKey
{
    /// <summary>Decides a command on the newest state and appends the events.</summary>
    Task<CommandResult> Execute(RolloutCommand command, Envelope envelope);

    /// <summary>A round: asks the metric windows, judges the answers, and sets the timer for the next round.</summary>
    Task Evaluate();

    /// <summary>Observation of the current step by the newest round; null before the first.</summary>
    Task<Observation?> LastObservation();
}
