using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;

namespace Orchestrator.Grains.Rollouts;

/// <summary>
/// A rollback without the rollout's grain, for when its silo hangs or is unavailable and the others have not noticed yet, and on a node
/// without grains (decision 76). The same decider decides, and the version fences it like every append: the next append of the grain
/// conflicts.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="pushes">Notifies the other silos; a node without grains has none.</param>
/// <param name="clock">Clock of the decision.</param>
public sealed class DirectRollback(IEventLog log, IEnumerable<IPeerNotifier> pushes, OrchestratorClock clock)
{
    private readonly CommandWriter<RolloutEvent> _writer = new(log, RolloutEvents.Catalog, pushes);

    /// <summary>Null when another command was faster, or the outcome is unknown: retry under the same command id.</summary>
    public async Task<CommandResult?> Run(string rollout, RolloutCommand.Rollback command, Envelope envelope)
    {
        var stream = RolloutEvents.Stream(rollout);
        if (await CommandResult.Repeated(log, stream, envelope) is { } repeated)
        {
            return repeated;
        }

        var recorded = await log.ReadStream(stream);
        if (HashChain.FirstBreak(recorded) is { } broken)
        {
            return CommandResult.Refused(0, "stream.broken", broken.Text);
        }

        var (state, version) = (State(recorded), recorded is [.., var last] ? last.Version : 0);
        var now = clock.GetUtcNow();
        var attempt = await _writer.Try(stream, version, envelope, now, () => RolloutDecider.Decide(state, command, envelope.Actor, now));
        return attempt switch
        {
            CommandAttempt.Answered answered => answered.Result,
            CommandAttempt.Appended appended => appended.Result,
            _ => null,
        };
    }

    private static RolloutState State(IReadOnlyList<RecordedEvent> recorded) =>
        recorded.Select(RolloutEvents.Catalog.Replay).Aggregate(RolloutState.Initial, RolloutEvolution.Evolve);
}
