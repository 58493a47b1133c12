using System.Text.Json;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Notifications;

namespace Orchestrator.Grains.Notifications.Channels;

/// <summary>An incoming webhook of Slack, or of something that understands the same <c>{ text }</c> (Mattermost, Rocket.Chat).</summary>
internal sealed class SlackChannel(ChannelHttp http, ChannelSettings settings) : IChannelKind
{
    public string Name => "slack";

    public Task<Attempt> Send(Notification notification, string target, CancellationToken stop) => http.Post(
        target, JsonSerializer.SerializeToUtf8Bytes(new { text = Text(notification) }, EventCatalog<object>.Json), [("webhook-id", notification.Id)],
        notification.IsTest, stop);

    private string Text(Notification n) =>
        $"{Sign(n.Level)} *{ChatText.Escape(n.Headline)}*\n{ChatText.Escape(n.Text)}\n"
        + $"_{ChatText.Escape(n.EventType)} {n.Position}, {ChatText.Entities(settings.Link(n.Link))}_\n"
        + $"Roll back: {ChatText.Entities(settings.Link(n.RollbackLink))}";

    private static string Sign(string level) => level switch
    {
        Level.Critical => ":rotating_light:",
        Level.Warning => ":warning:",
        _ => ":information_source:",
    };
}
