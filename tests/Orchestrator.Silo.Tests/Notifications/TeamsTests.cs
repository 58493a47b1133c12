using System.Net.Http.Json;
using System.Text.Json;
using static Orchestrator.Silo.Tests.Notifications.Telling;

namespace Orchestrator.Silo.Tests.Notifications;

/// <summary>A message with one Adaptive Card, as a workflow of Teams takes it from a webhook request.</summary>
public sealed class TeamsTests
{
    [Fact]
    public async Task Card_has_the_documented_shape_and_a_link_that_can_be_followed()
    {
        await using var teams = await Receiver.Start();
        teams.Status = 202;
        await using var silo = await SiloHost.Start(settings: [$"--Orchestrator:Channels:team:Target={teams.Address}", "--Orchestrator:PublicUrl=https://rollouts.example.com"]);
        await silo.Admin.StartRollout(Channel("team", "http://127.0.0.1:9/never", "teams", "levels: [critical]"));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "see [here](https://evil.example) & <b>" }).Json();
        await teams.Heard(1);

        var message = JsonDocument.Parse(teams.Calls.Single().Body).RootElement;
        Assert.Equal("message", Text(message, "type"));
        var attachment = Assert.Single(message.GetProperty("attachments").EnumerateArray());
        Assert.Equal("application/vnd.microsoft.card.adaptive", Text(attachment, "contentType"));
        Assert.Equal(JsonValueKind.Null, attachment.GetProperty("contentUrl").ValueKind);
        var card = attachment.GetProperty("content");
        Assert.Equal(("http://adaptivecards.io/schemas/adaptive-card.json", "AdaptiveCard", "1.2"), (Text(card, "$schema"), Text(card, "type"), Text(card, "version")));
        Assert.Equal(["TextBlock", "TextBlock", "FactSet"], card.GetProperty("body").EnumerateArray().Select(one => Text(one, "type")));
        Assert.Equal("checkout in production: Rolled back", Text(card.GetProperty("body")[0], "text"));
        var said = Text(card.GetProperty("body")[1], "text");
        Assert.Contains("see [here]\u2060(https:\u2060//evil.example) & <b>", said, StringComparison.Ordinal);
        Assert.All(card.GetProperty("body")[2].GetProperty("facts").EnumerateArray(), fact => Assert.NotEqual("", Text(fact, "title") + Text(fact, "value")));
        Assert.Equal(
            [("Action.OpenUrl", "https://rollouts.example.com/rollouts/r1"), ("Action.OpenUrl", "https://rollouts.example.com/rollouts/r1/rollback")],
            card.GetProperty("actions").EnumerateArray().Select(action => (Text(action, "type"), Text(action, "url"))));
    }

    [Fact]
    public async Task Long_text_stays_below_what_teams_takes_and_without_an_address_there_is_no_link()
    {
        await using var teams = await Receiver.Start();
        await using var silo = await SiloHost.Start(settings: [$"--Orchestrator:Channels:team:Target={teams.Address}"]);
        await silo.Admin.StartRollout(Channel("team", "http://127.0.0.1:9/never", "teams", "levels: [critical]"));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = new string('@', 2000) }).Json();
        await teams.Heard(1);

        Assert.True(System.Text.Encoding.UTF8.GetByteCount(teams.Calls.Single().Body) < 28 * 1024);
        Assert.DoesNotContain("actions", teams.Calls.Single().Body, StringComparison.Ordinal);
    }

    private static string Text(JsonElement of, string member) => of.GetProperty(member).GetString()!;
}
