using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Notifications;

namespace Orchestrator.Grains.Notifications.Channels;

/// <summary>
/// PagerDuty by its Events API v2 (<c>POST /v2/enqueue</c>): an incident is triggered, acknowledged and resolved under one
/// <c>dedup_key</c>, so that it is one page. Its routing key is the channel's secret, never in a plan.
/// </summary>
internal sealed class PagerDutyChannel(ChannelHttp http, ChannelSettings settings) : IChannelKind
{
    /// <summary>Most characters of <c>payload.summary</c>.</summary>
    private const int LongestSummary = 1024;

    /// <summary>Most characters of <c>dedup_key</c>.</summary>
    private const int LongestKey = 255;

    public string Name => "pagerduty";

    public async Task<Attempt> Send(Notification notification, string target, CancellationToken stop)
    {
        if (settings.RoutingKey(notification.Channel) is not { } key)
        {
            return new Attempt.Failed($"no routing key is set ({ChannelSettings.Section}:{notification.Channel}:Secret)", ForGood: true);
        }

        // An event posted twice after a failure in between is one for PagerDuty, by its dedup_key.
        Attempt attempt = new Attempt.Failed("nothing was sent");
        foreach (var one in Each(notification))
        {
            var next = await http.Post(target, JsonSerializer.SerializeToUtf8Bytes(Body(one, key)), [("webhook-id", one.Id)], one.IsTest, stop);
            if (next is Attempt.Failed)
            {
                return next;
            }

            attempt = next;
        }

        return attempt;
    }

    /// <summary>Ends of incidents, and the end of a test, so that no operator has to close it by hand.</summary>
    private static IEnumerable<Notification> Each(Notification notification) =>
        notification.IsTest
            ? [notification, notification with { Step = IncidentStep.Ended }]
            : [notification, .. (notification.Others ?? []).Select(other => notification with { Incident = other })];

    private JsonObject Body(Notification n, string key)
    {
        var action = n.Step switch { IncidentStep.Acknowledged => "acknowledge", IncidentStep.Ended => "resolve", _ => "trigger" };
        var body = new JsonObject { ["routing_key"] = key, ["event_action"] = action, ["dedup_key"] = Short(DedupKey(n), LongestKey) };
        if (action != "trigger")
        {
            return body;
        }

        body["payload"] = new JsonObject
        {
            ["summary"] = Short(n.Headline, LongestSummary),
            ["source"] = $"{n.Rollout} in {n.Environment}",
            ["severity"] = n.Level,
            ["timestamp"] = n.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
            ["component"] = n.Rollout,
            ["group"] = n.Environment,
            ["class"] = n.EventType,
            ["custom_details"] = JsonSerializer.SerializeToNode(
                new
                {
                    n.Text,
                    n.Plan,
                    n.Rollout,
                    n.Environment,
                    n.Incident,
                    n.Channel,
                    n.By,
                    @event = new { id = n.EventId, type = n.EventType, n.Position },
                    n.Folded
                }, EventCatalog<object>.Json),
        };
        body["client"] = "Rollout Orchestrator";
        if ((settings.Absolute(n.Link), settings.Absolute(n.RollbackLink)) is ({ } link, { } rollback))
        {
            body["client_url"] = link;
            body["links"] = new JsonArray(
                new JsonObject { ["href"] = link, ["text"] = $"Rollout {n.Rollout}" },
                new JsonObject { ["href"] = rollback, ["text"] = $"Roll back {n.Rollout}…" });
        }

        return body;
    }

    /// <summary>One for all notifications of an incident; else one for each event.</summary>
    private static string DedupKey(Notification n) => n.Incident is { } incident ? $"{n.Environment}/{incident}" : $"{n.Environment}/{n.Rollout}/{n.EventId:N}";

    private static string Short(string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1)] + "…";
}
