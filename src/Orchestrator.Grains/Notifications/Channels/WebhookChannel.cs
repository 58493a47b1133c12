using System.Globalization;
using System.Text.Json;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Notifications;
using Orchestrator.Grains.Time;

namespace Orchestrator.Grains.Notifications.Channels;

/// <summary>
/// Any receiver that speaks Standard Webhooks: id, time and signature in headers, <c>{ type, timestamp, data }</c> in the body.
/// </summary>
internal sealed class WebhookChannel(ChannelHttp http, ChannelSettings settings, SteadyTime time) : IChannelKind
{
    public string Name => "webhook";

    public Task<Attempt> Send(Notification notification, string target, CancellationToken stop)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(Body(notification), EventCatalog<object>.Json);

        // Receivers compare it with their own clocks and may refuse a difference for good, so it is real time, whatever the orchestrator's
        // speed and the wall clock.
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        List<(string, string)> headers = [("webhook-id", notification.Id), ("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture))];
        if (settings.Keys(notification.Channel) is { Count: > 0 } keys)
        {
            headers.Add(("webhook-signature", Signature.Of(keys, notification.Id, timestamp, body)));
        }

        return http.Post(target, body, headers, notification.IsTest, stop);
    }

    private object Body(Notification n) => new
    {
        type = n.EventType,
        timestamp = n.At,
        data = new
        {
            n.Id,
            n.Level,
            n.Title,
            n.Text,
            n.Plan,
            n.Rollout,
            n.Environment,
            n.Channel,
            link = settings.Link(n.Link),
            rollbackLink = settings.Link(n.RollbackLink),
            n.Incident,
            n.By,
            @event = new { id = n.EventId, type = n.EventType, n.Position },
            folded = n.Folded,
            escalated = n.Escalated ? true : (bool?)null,
        },
    };
}
