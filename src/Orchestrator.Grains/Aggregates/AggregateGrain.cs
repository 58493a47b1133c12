using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;
using Orleans.Placement;

namespace Orchestrator.Grains.Aggregates;

/// <summary>
/// Every change of an event-sourced state goes through here: load, decide and append (<see cref="CommandWriter{TEvent}"/>), evolve. A
/// refusal is a value; a conflict or an unknown outcome drops the state, reloads and decides again, at most three times; no side effect
/// before the append.
/// </summary>
[PreferLocalPlacement]
public abstract partial class AggregateGrain<TState, TEvent>(IEventLog log, OrchestratorClock clock, ILogger logger) : Grain
    where TState : class, IAggregateState<TState, TEvent>
    where TEvent : notnull
{
    private const int Attempts = 3;
    private TState? _state;
    private (string Code, string Reason)? _quarantined;
    private CommandWriter<TEvent>? _writer;

    protected OrchestratorClock Clock { get; } = clock;

    /// <summary>Current state; the initial one for a stream without events.</summary>
    protected TState State => _state ?? throw new InvalidOperationException(_quarantined?.Reason ?? $"Stream {Stream} is not loaded.");

    /// <summary>
    /// True for a quarantined stream: it has an event unknown to this build, or was changed outside of the product. Half a history decides
    /// nothing. Another silo may know the event, so this activation ends and the next call may reach that silo.
    /// </summary>
    protected bool IsQuarantined => _quarantined is not null || IsBroken();

    /// <summary>False while a reload is due and the log is unavailable.</summary>
    protected bool IsLoaded => _state is not null;

    /// <summary>Reads the stream when the state was dropped.</summary>
    protected Task EnsureLoaded() => !IsQuarantined && _state is null ? Load(CancellationToken.None) : Task.CompletedTask;

    /// <summary>Drops the state when another node has written to the stream: this silo has read a later version of it.</summary>
    protected void Overtake(long known)
    {
        if (known > Version)
        {
            _state = null;
        }
    }

    /// <summary>Version of the newest event folded; 0 for a new stream.</summary>
    protected long Version { get; private set; }

    protected abstract string Stream { get; }

    protected abstract EventCatalog<TEvent> Catalog { get; }

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Load(cancellationToken);

    /// <summary>
    /// Decides on the newest state and appends the events. A silo that does not reach the log deactivates the aggregate: the silo may still
    /// be a member of the cluster, and the next call is placed on a silo that reaches the log.
    /// </summary>
    protected async Task<CommandResult> Run(Envelope envelope, Func<TState, DateTimeOffset, Decision<TEvent>> decide)
    {
        try
        {
            var result = await Decide(envelope, decide);
            if (result.Outcome == CommandOutcome.Unavailable)
            {
                DeactivateOnIdle();
            }

            return result;
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    private CommandWriter<TEvent> Writer =>
        _writer ??= new CommandWriter<TEvent>(log, Catalog, ServiceProvider.GetServices<IPeerNotifier>());

    private async Task<CommandResult> Decide(Envelope envelope, Func<TState, DateTimeOffset, Decision<TEvent>> decide)
    {
        if (envelope.Retryable && await CommandResult.Repeated(log, Stream, envelope, Version) is { } repeated)
        {
            return repeated;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var remembered = _state is not null;
            await EnsureLoaded();

            if (_quarantined is { } held)
            {
                DeactivateOnIdle();
                return CommandResult.Refused(Version, held.Code, held.Reason);
            }

            var now = Clock.GetUtcNow();
            var outcome = await Writer.Try(
                Stream, Version, envelope, now, () => decide(State, now), events => Author(envelope, events), Unwritten);
            switch (outcome)
            {
                case CommandAttempt.Answered when remembered && await Overtaken(envelope):
                    break;
                case CommandAttempt.Answered answered:
                    return answered.Result;
                case CommandAttempt.Appended appended:
                    await Take(appended.Events);
                    return appended.Result;
                case CommandAttempt.Unknown unknown when await Resolve(envelope, unknown.Reason) is { } result:
                    return result;
                case CommandAttempt.Overtaken:
                    _state = null;
                    break;
            }
        }

        return new CommandResult(CommandOutcome.Unavailable, Version, 0, "log.busy", "The log is unavailable; the command was not applied, not even in part. Retry.");
    }

    /// <summary>Called with the events just appended and folded: publish, arm timers. Must not fail the command.</summary>
    protected virtual Task OnAppended(ImmutableArray<Happened<TEvent>> happened) => Task.CompletedTask;

    /// <summary>Called with decided events whose write failed, or whose outcome is unknown. Must not fail.</summary>
    protected virtual void OnUnwritten(ImmutableArray<TEvent> events)
    {
    }

    /// <summary>Actor recorded with the events.</summary>
    protected virtual Actor Author(Envelope envelope, ImmutableArray<TEvent> events) => envelope.Actor;

    /// <summary>Folds events that are in the log.</summary>
    private async Task Take(IReadOnlyList<RecordedEvent> events)
    {
        ServiceProvider.GetService<LogWriting>()?.Wrote();
        await OnAppended([.. events.Select(Fold)]);
    }

    /// <summary>Asks the log for the outcome of an append; null when nothing was written and the command is to be decided again.</summary>
    private async Task<CommandResult?> Resolve(Envelope envelope, string reason)
    {
        LogUnknownOutcome(Stream, Version, reason);
        _state = null;
        return await log.FindCommand(Stream, envelope.CommandId) is [.., var last] && await Reload()
            ? new CommandResult(CommandOutcome.Applied, last.Version, last.Position)
            : null;
    }

    private void Unwritten(ImmutableArray<TEvent> events, string reason)
    {
        ServiceProvider.GetService<LogWriting>()?.Failed(reason);
        OnUnwritten(events);
    }

    /// <summary>
    /// An answer that appends nothing is fenced by no version: while this silo was suspended or cut off, another activation may have
    /// written. So the state is checked against the log before the answer.
    /// </summary>
    private async Task<bool> Overtaken(Envelope envelope)
    {
        if (envelope.Actor.Kind is not ActorKind.User || (await log.ReadStream(Stream, Version, 1)).Count == 0)
        {
            return false;
        }

        _state = null;
        return true;
    }

    private async Task<bool> Reload()
    {
        await Load(CancellationToken.None);
        return true;
    }

    private async Task Load(CancellationToken stop)
    {
        (_state, _quarantined) = (null, null);
        var recorded = await log.ReadStream(Stream, stop: stop);
        if (HashChain.FirstBreak(recorded) is { } broken)
        {
            ServiceProvider.GetService<IEarlyWithdrawals>()?.Distrust([broken]);
            Hold("stream.broken", broken.Text);
            return;
        }

        if (IsBroken())
        {
            return;
        }

        try
        {
            // Whole or not at all: a state in the middle of its history must not be decided on.
            var state = recorded.Aggregate(TState.Initial, (state, one) => state.Evolve(Catalog.Replay(one)));
            (_state, Version) = (state, recorded is [.., var last] ? last.Version : 0);
        }
        catch (UnknownEventException unknown)
        {
            Hold("stream.held", $"{unknown.Message} A node of the build that wrote the event can take the command.");
        }
    }

    /// <summary>Includes the doubts of this node: a stream may break after it was loaded.</summary>
    private bool IsBroken()
    {
        if (_quarantined is null && ServiceProvider.GetService<IWorld>()?.Current.Broken.GetValueOrDefault(Stream) is { } broken)
        {
            _state = null;
            Hold("stream.broken", broken.Text);
        }

        return _quarantined is not null;
    }

    private void Hold(string code, string reason)
    {
        _quarantined = (code, reason);
        LogHeld(reason);
    }

    private Happened<TEvent> Fold(RecordedEvent recorded)
    {
        var happened = Catalog.Replay(recorded);
        _state = State.Evolve(happened);
        Version = recorded.Version;
        return happened;
    }

    [LoggerMessage(LogLevel.Critical, "Stream quarantined; commands are refused: {Reason}")]
    private partial void LogHeld(string reason);

    [LoggerMessage(LogLevel.Warning, "Append to {Stream} after version {Version} has an unknown outcome: {Reason}")]
    private partial void LogUnknownOutcome(string stream, long version, string reason);
}
