using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Telemetry;

namespace Orchestrator.Grains.Aggregates;

/// <summary>
/// The one routine from a command to events of a stream: expected version, decision, append under the version that was decided on, and news
/// to the other silos. Its callers differ in how they come by the state, and in what they do when the append did not succeed.
/// </summary>
/// <param name="log">Log of the stream.</param>
/// <param name="catalog">Catalogue of its events.</param>
/// <param name="pushes">Notifies the other silos; a node without grains has none.</param>
internal sealed class CommandWriter<TEvent>(IEventLog log, EventCatalog<TEvent> catalog, IEnumerable<IPeerNotifier> pushes)
    where TEvent : notnull
{
    /// <summary>One attempt. Throws what the log throws, after <paramref name="unwritten"/>.</summary>
    /// <param name="stream">Stream of the aggregate.</param>
    /// <param name="version">Version of the state that is decided on.</param>
    /// <param name="envelope">Author, command id, expected version.</param>
    /// <param name="now">Time of the decision.</param>
    /// <param name="decision">Decides.</param>
    /// <param name="author">Author of the events; null for that of the command.</param>
    /// <param name="unwritten">Called with decided events whose write failed, or whose outcome is unknown.</param>
    public async Task<CommandAttempt> Try(
        string stream, long version, Envelope envelope, DateTimeOffset now, Func<Decision<TEvent>> decision,
        Func<ImmutableArray<TEvent>, Actor>? author = null, Action<ImmutableArray<TEvent>, string>? unwritten = null)
    {
        if (envelope.ExpectedVersion is { } expected && expected != version)
        {
            return new CommandAttempt.Answered(new CommandResult(
                CommandOutcome.VersionMismatch, version, 0, "version.mismatch", $"The version is {version}, not {expected}."));
        }

        switch (decision())
        {
            case Decision<TEvent>.Refused refused:
                return new CommandAttempt.Answered(CommandResult.Refused(version, refused.Code, refused.Message));
            case Decision<TEvent>.Accepted { Events: { Length: > 0 } events }:
                return await Append(events);
            default:
                return new CommandAttempt.Answered(new CommandResult(CommandOutcome.Unchanged, version));
        }

        async Task<CommandAttempt> Append(ImmutableArray<TEvent> events)
        {
            var metadata = new AppendMetadata(
                now, author?.Invoke(events) ?? envelope.Actor, envelope.CommandId, envelope.Cause, envelope.Correlation);
            AppendOutcome outcome;
            try
            {
                outcome = await log.Append(stream, version, [.. events.Select(e => catalog.Write(e, Guid.CreateVersion7(now)))], metadata);
            }
            catch (Exception failure)
            {
                unwritten?.Invoke(events, failure.Message);
                throw;
            }

            switch (outcome)
            {
                case AppendOutcome.Appended appended:
                    Measures.Events.Add(appended.Events.Count);
                    foreach (var push in pushes)
                    {
                        push.Notify(appended.Events[^1].Position);
                    }

                    return new CommandAttempt.Appended(appended.Events);
                case AppendOutcome.Unknown unknown:
                    unwritten?.Invoke(events, unknown.Reason);
                    return new CommandAttempt.Unknown(unknown.Reason);
                default:
                    return new CommandAttempt.Overtaken();
            }
        }
    }
}
