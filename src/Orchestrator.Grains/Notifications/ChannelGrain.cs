using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Notifications;
using Orchestrator.Grains.Notifications.Channels;
using Orchestrator.Grains.Telemetry;
using Orchestrator.Grains.Time;
using Orleans.Storage;

namespace Orchestrator.Grains.Notifications;

/// <summary>
/// Keeps the queue in grain state and delivers it one by one. Delivery runs beside the calls to this grain, so that adding
/// to the queue never waits for an endpoint.
/// </summary>
internal sealed partial class ChannelGrain(
    ChannelSender sender, OrchestratorClock clock, [FromKeyedServices("Default")] IGrainStorage storage, ILogger<ChannelGrain> logger)
        : Grain, IChannelGrain
{
    private const string StateName = "queue";
    private readonly GrainState<ChannelQueue> _stored = new() { State = ChannelQueue.Empty };
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _saving = new(1);
    private ChannelQueue _queue = ChannelQueue.Empty;
    private ChannelQueue _saved = ChannelQueue.Empty;
    private Task _work = Task.CompletedTask;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await storage.ReadStateAsync(StateName, this.GetGrainId(), _stored);
        _queue = _saved = _stored.State ?? ChannelQueue.Empty;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _stop.CancelAsync();

    public async Task Add(Notification[] notifications)
    {
        _queue = _queue.Add(notifications, clock.GetUtcNow());
        await Save();
        Count(notifications.Length, "queued");
        Work();
    }

    public Task<bool> Wake()
    {
        Work();
        return Task.FromResult(!_queue.Pending.IsEmpty);
    }

    public Task<Delivery[]> List() => Task.FromResult<Delivery[]>([.. _queue.All()]);

    public async Task<bool> Retry(string id)
    {
        if (_queue.Retry(id, clock.GetUtcNow()) is not { } again)
        {
            return false;
        }

        _queue = again;
        await Save();
        Count(1, "queued");
        Work();
        return true;
    }

    private void Work()
    {
        if (_work.IsCompleted && _queue.Due(clock.GetUtcNow()) is not null)
        {
            _work = SendAll();
        }
    }

    private async Task SendAll()
    {
        try
        {
            while (!_stop.IsCancellationRequested && _queue.Due(clock.GetUtcNow()) is { Notification: var notification })
            {
                _queue = _queue.Begin();
                var attempt = await sender.Send(notification, _stop.Token);
                _queue = _queue.End(notification.Id, attempt, clock.GetUtcNow(), Random.Shared.NextDouble());
                Report(notification, attempt);
                await Save();
                Count(1, attempt is Attempt.Accepted ? "delivered"
                    : _queue.Pending is [var head, ..] && head.Notification.Id == notification.Id ? "failed" : "dead");
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // It may have arrived. The next start delivers it again, under the same id.
        }
        catch (Exception e)
        {
            LogStopped(this.GetPrimaryKeyString(), e);
        }
    }

    /// <summary>Counted once it is stored, so a reader of the counter finds the notification in that state.</summary>
    private static void Count(int notifications, string outcome) =>
        Measures.Notifications.Add(notifications, new KeyValuePair<string, object?>("outcome", outcome));

    private void Report(Notification notification, Attempt attempt)
    {
        if (attempt is not Attempt.Failed failed)
        {
            return;
        }

        if (_queue.Pending is not [var head, ..] || head.Notification.Id != notification.Id)
        {
            LogGivenUp(notification.Channel, notification.Plan, notification.Id, failed.Reason);
        }
        else if (head.Attempts == 1)
        {
            // Later attempts would log the same for a day.
            LogFailed(notification.Channel, notification.Plan, notification.Id, failed.Reason);
        }
    }

    private async Task Save()
    {
        await _saving.WaitAsync();
        try
        {
            if (!ReferenceEquals(_saved, _queue))
            {
                var saving = _queue;
                _stored.State = saving;
                await storage.WriteStateAsync(StateName, this.GetGrainId(), _stored);
                _saved = saving;
            }
        }
        catch (InconsistentStateException)
        {
            // Another activation owns this queue now, and its state is the true one.
            DeactivateOnIdle();
            throw;
        }
        finally
        {
            _saving.Release();
        }
    }

    [LoggerMessage(LogLevel.Warning, "Delivery of {Notification} to channel {Channel} of plan {Plan} failed; retrying: {Reason}")]
    private partial void LogFailed(string channel, string plan, string notification, string reason);

    [LoggerMessage(LogLevel.Error, "Delivery of {Notification} to channel {Channel} of plan {Plan} failed (dead letter): {Reason}")]
    private partial void LogGivenUp(string channel, string plan, string notification, string reason);

    [LoggerMessage(LogLevel.Error, "Delivery to channel {Channel} failed unexpectedly; retrying")]
    private partial void LogStopped(string channel, Exception e);
}
