using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;

namespace Orchestrator.Api.Rollouts;

/// <summary>
/// A rollback without the rollout's grain, for when its silo hangs or is unavailable and the others have not noticed yet. The same decider decides,
/// and the version fences it like every append: the next append of the grain conflicts.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="pushes">Notifies the other silos; a node without grains has none.</param>
/// <param name="clock">Clock of the decision.</param>
internal sealed class DirectRollback(IEventLog log, IEnumerable<IPush> pushes, OrchestratorClock clock)
{
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

        var version = recorded is [.., var last] ? last.Version : 0;
        if (envelope.ExpectedVersion is { } expected && expected != version)
        {
            return new CommandResult(CommandOutcome.VersionMismatch, version, 0, "version.mismatch", $"The version is {version}, not {expected}.");
        }

        var now = clock.GetUtcNow();
        return RolloutDecider.Decide(recorded.Aggregate(RolloutState.None, Evolve), command, envelope.Actor, now) switch
        {
            Decision<RolloutEvent>.Refused refused => CommandResult.Refused(version, refused.Code, refused.Message),
            Decision<RolloutEvent>.Accepted { Events.Length: 0 } => new CommandResult(CommandOutcome.Unchanged, version),
            Decision<RolloutEvent>.Accepted accepted => await Append(
                stream, version, [.. accepted.Events.Select(e => RolloutEvents.Catalog.Write(e, Guid.CreateVersion7(now)))],
                new AppendMetadata(now, envelope.Actor, envelope.CommandId, envelope.Cause, envelope.Correlation)),
            _ => null,
        };
    }

    private static RolloutState Evolve(RolloutState state, RecordedEvent one) =>
        RolloutEvolution.Evolve(state, new Happened<RolloutEvent>(one.Version, one.At, one.Actor, RolloutEvents.Catalog.Read(one)));

    private async Task<CommandResult?> Append(string stream, long version, NewEvent[] events, AppendMetadata metadata)
    {
        if (await log.Append(stream, version, events, metadata) is not AppendOutcome.Appended appended)
        {
            return null;
        }

        foreach (var push in pushes)
        {
            push.Tell(appended.Events[^1].Position);
        }

        return new CommandResult(CommandOutcome.Applied, appended.Events[^1].Version, appended.Events[^1].Position);
    }
}
