using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;

namespace Orchestrator.Grains.Rollouts;

/// <summary>One rollout. Every change of it enters here, as a command.</summary>
public interface IRolloutGrain : IGrainWithStringKey
{
    /// <summary>Decides a command on the newest state and appends what follows.</summary>
    Task<CommandResult> Execute(RolloutCommand command, Envelope envelope);

    /// <summary>A round: asks the metric windows, judges what they say, and sets the timer for the next round.</summary>
    Task Evaluate();

    /// <summary>What the newest round saw of the current step; null before the first.</summary>
    Task<Observation?> LastObservation();
}
