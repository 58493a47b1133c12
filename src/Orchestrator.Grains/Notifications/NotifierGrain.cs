using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Notifications;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Finished;
using Orleans.Storage;

namespace Orchestrator.Grains.Notifications;

/// <summary>
/// The checkpoint is written after the queues are: a crash in between puts the same notifications in again, and the queues know them.
/// Calls no rollout, so it can delay none.
/// </summary>
internal sealed partial class NotifierGrain(
    IEventLog log, IWorld world, FinishedStates finished, OrchestratorClock clock, RolloutLogLines lines,
    [FromKeyedServices("Default")] IGrainStorage storage,
    ILogger<NotifierGrain> logger)
    : Grain, INotifierGrain
{
    private const int Batch = 500;
    private const string StateName = "notifier";
    private static readonly TimeSpan WorldPatience = TimeSpan.FromSeconds(5);

    private readonly GrainState<NotifierState> _state = new() { State = new NotifierState() };

    /// <summary>Channels with undelivered notifications.</summary>
    private readonly HashSet<string> _waiting = [];

    private NotifierState State => _state.State!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await storage.ReadStateAsync(StateName, this.GetGrainId(), _state);
        _waiting.UnionWith(State.Channels);
    }

    public async Task Begin()
    {
        if (!_state.RecordExists)
        {
            State.Position = await log.Head();
            await Save();
        }
    }

    public async Task<long> Follow()
    {
        try
        {
            await TakeInAll();
            await Escalate();
        }
        catch (Exception)
        {
            // Memory may be ahead of the stored state: begin again from the stored state.
            DeactivateOnIdle();
            throw;
        }

        foreach (var channel in _waiting.ToArray())
        {
            if (!await Channel(channel).Wake())
            {
                _waiting.Remove(channel);
            }
        }

        return State.Position;
    }

    public async Task<Delivery[]> List() =>
        [.. (await Task.WhenAll(State.Channels.Select(channel => Channel(channel).List()))).SelectMany(all => all)];

    public async Task<bool> Retry(string id)
    {
        foreach (var channel in State.Channels)
        {
            if (await Channel(channel).Retry(id))
            {
                _waiting.Add(channel);
                return true;
            }
        }

        return false;
    }

    private async Task TakeInAll()
    {
        await Begin();
        while (Whole(await log.ReadAll(State.Position, Batch)) is { Count: > 0 } events)
        {
            // The plan comes from the world; a world that lags is waited for.
            if (!await world.WaitFor(events[^1].Position, WorldPatience))
            {
                break;
            }

            await TakeIn(events);
        }
    }

    /// <summary>A full batch may end in the middle of a decision: a rollback and its incident are one notification.</summary>
    private static IReadOnlyList<RecordedEvent> Whole(IReadOnlyList<RecordedEvent> events)
    {
        var whole = events.Count < Batch ? events.Count : events.TakeWhile(e => e.CommandId != events[^1].CommandId).Count();
        return whole == 0 ? events : [.. events.Take(whole)];
    }

    private async Task TakeIn(IReadOnlyList<RecordedEvent> events)
    {
        var notifications = new List<Notification>();
        var rollbacks = new Dictionary<(string Rollout, long Version), ImmutableArray<Notification>>();
        foreach (var recorded in events.Where(e => e.Stream.StartsWith(RolloutEvents.Prefix, StringComparison.Ordinal)))
        {
            var id = recorded.Stream[RolloutEvents.Prefix.Length..];
            var known = await finished.With(world.Current, id, CancellationToken.None);
            if (known.Rollouts.TryGetValue(id, out var rollout) && Read(recorded) is { } happened)
            {
                lines.Write(recorded, happened, rollout.State);
                Settle(id, happened);
                var addressed = Addressing.Of(recorded, happened, rollout.State, world.Current.Access.NameOf);
                if (happened is RolloutEvent.RolledBack or RolloutEvent.SegmentRolledBack)
                {
                    rollbacks[(id, recorded.Version)] = addressed;
                }
                else if (happened is RolloutEvent.IncidentOpened opened
                    && rollout.State.Incidents.FirstOrDefault(i => i.Id == opened.Incident)?.Undone is { } rollback
                    && rollbacks.TryGetValue((id, rollback.Version), out var heard))
                {
                    addressed = Addressing.Unheard(addressed, heard);
                }

                notifications.AddRange(addressed);
                State.Escalations.AddRange(addressed.Select(n => PendingEscalation.Of(n, rollout.State.Plan)).OfType<PendingEscalation>());
            }
        }

        await Send(notifications);
        State.Position = events[^1].Position;
        await Save();
    }

    private void Settle(string rollout, RolloutEvent happened)
    {
        var incident = happened switch
        {
            RolloutEvent.IncidentAcknowledged e => e.Incident,
            RolloutEvent.IncidentResolved e => e.Incident,
            _ => null,
        };
        if (incident is not null)
        {
            State.Escalations.RemoveAll(e => e.IsAbout(rollout, incident));
        }
    }

    private async Task Escalate()
    {
        var now = clock.GetUtcNow();
        State.Escalations = [.. State.Escalations.Select(e => e.From(now))];
        var due = State.Escalations.Where(e => e.Due <= now).ToArray();
        if (due.Length == 0)
        {
            return;
        }

        var notifications = new List<Notification>();
        foreach (var escalation in due)
        {
            State.Escalations.Remove(escalation);
            // All incidents of a rollout that has left the memory have ended.
            if (world.Current.Rollouts.TryGetValue(escalation.Told.Rollout, out var rollout)
                && rollout.State.Incidents.FirstOrDefault(i => i.Id == escalation.Told.Incident) is not { Ended: not null }
                && escalation.Escalate(rollout.State.Plan) is var (escalated, next))
            {
                notifications.Add(escalated);
                State.Escalations.AddRange(next is null ? [] : [next]);
            }
        }

        await Send(notifications);
        await Save();
    }

    private async Task Send(List<Notification> notifications)
    {
        foreach (var queue in notifications.GroupBy(n => n.Queue))
        {
            if (!State.Channels.Contains(queue.Key))
            {
                State.Channels.Add(queue.Key);
            }

            await Channel(queue.Key).Add([.. queue]);
            _waiting.Add(queue.Key);
        }
    }

    private RolloutEvent? Read(RecordedEvent recorded)
    {
        try
        {
            return RolloutEvents.Catalog.Read(recorded);
        }
        catch (Exception e) when (e is UnknownEventException or JsonException)
        {
            // The world quarantines its stream with an alarm; here only the log line is needed.
            LogUnreadable(recorded.Position, recorded.Type, e);
            return null;
        }
    }

    private Task Save() => storage.WriteStateAsync(StateName, this.GetGrainId(), _state);

    private IChannelGrain Channel(string key) => GrainFactory.GetGrain<IChannelGrain>(key);

    [LoggerMessage(LogLevel.Warning, "Event {Position} ({Type}) cannot be deserialized; no notification is sent")]
    private partial void LogUnreadable(long position, string type, Exception e);
}

/// <summary>Stored state of the notifier.</summary>
public sealed class NotifierState
{
    /// <summary>Position of the newest processed event.</summary>
    public long Position { get; set; }

    /// <summary>Every channel that ever had a notification.</summary>
    public List<string> Channels { get; set; } = [];

    /// <summary>Incidents that wait for acknowledgement.</summary>
    public List<PendingEscalation> Escalations { get; set; } = [];
}
