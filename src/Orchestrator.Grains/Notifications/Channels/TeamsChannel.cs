using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Domain.Notifications;

namespace Orchestrator.Grains.Notifications.Channels;

/// <summary>
/// A workflow of Microsoft Teams that begins when a webhook request is received: one message with one Adaptive Card as its attachment. Its
/// address is a secret in itself, so <see cref="ChannelSettings.Target"/> usually has it.
/// </summary>
internal sealed class TeamsChannel(ChannelHttp http, ChannelSettings settings) : IChannelKind
{
    /// <summary>Teams takes messages of at most 28 KB; the rest of a card is small.</summary>
    private const int LongestText = 6000;

    public string Name => "teams";

    public Task<Attempt> Send(Notification notification, string target, CancellationToken stop) =>
        http.Post(target, JsonSerializer.SerializeToUtf8Bytes(Message(notification)), [("webhook-id", notification.Id)], notification.IsTest, stop);

    private JsonObject Message(Notification n) => new()
    {
        ["type"] = "message",
        ["attachments"] = new JsonArray(new JsonObject
        {
            ["contentType"] = "application/vnd.microsoft.card.adaptive",
            ["contentUrl"] = null,
            ["content"] = Card(n),
        }),
    };

    private JsonObject Card(Notification n)
    {
        var card = new JsonObject
        {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["type"] = "AdaptiveCard",
            ["version"] = "1.2",
            ["body"] = new JsonArray(
                new JsonObject { ["type"] = "TextBlock", ["text"] = Text(n.Headline), ["weight"] = "Bolder", ["size"] = "Medium", ["wrap"] = true, ["color"] = Color(n.Level) },
                new JsonObject { ["type"] = "TextBlock", ["text"] = Text(n.Text), ["wrap"] = true },
                new JsonObject
                {
                    ["type"] = "FactSet",
                    ["facts"] = new JsonArray(
                        Fact("Level", n.Level), Fact("Rollout", n.Rollout), Fact("Environment", n.Environment), Fact("Event", $"{n.EventType}, position {n.Position}"),
                        Fact("Time", n.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture))),
                }),
            ["msteams"] = new JsonObject { ["width"] = "Full" },
        };
        if ((settings.Absolute(n.Link), settings.Absolute(n.RollbackLink)) is ({ } link, { } rollback))
        {
            card["actions"] = new JsonArray(Open("Open the rollout", link), Open("Roll back…", rollback));
        }

        return card;
    }

    private static JsonObject Open(string title, string url) => new() { ["type"] = "Action.OpenUrl", ["title"] = title, ["url"] = url };

    private static JsonObject Fact(string title, string value) => new() { ["title"] = title, ["value"] = Text(value) };

    private static string Text(string text) => ChatText.Plain(text.Length <= LongestText ? text : text[..(LongestText - 1)] + "…");

    private static string Color(string level) => level switch
    {
        Level.Critical => "Attention",
        Level.Warning => "Warning",
        _ => "Default",
    };
}
