using System.Net.Http.Json;
using System.Text.Json;
using static Orchestrator.Silo.Tests.Notifications.Telling;

namespace Orchestrator.Silo.Tests.Notifications;

/// <summary>Bodies as the Events API v2 of PagerDuty documents them, and one page for one incident.</summary>
public sealed class PagerTests
{
    private const string RoutingKey = "0123456789abcdef0123456789abcdef";
    private static readonly string[] Trigger = ["routing_key", "event_action", "dedup_key", "payload", "client", "client_url", "links"];
    private static readonly string[] Payload = ["summary", "source", "severity", "timestamp", "component", "group", "class", "custom_details"];

    [Fact]
    public async Task One_rollback_is_one_page_that_is_acknowledged_and_resolved_under_its_key()
    {
        await using var pager = await Receiver.Start();
        (pager.Status, pager.Answer) = (202, """{"status":"success","message":"Event processed","dedup_key":"k"}""");
        await using var silo = await SiloHost.Start(settings: [$"--Orchestrator:Channels:pager:Secret={RoutingKey}", "--Orchestrator:PublicUrl=https://rollouts.example.com/"]);
        await silo.Admin.StartRollout(Channel("pager", pager.Address, "pagerduty"));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "carts are empty" }).Json();
        await pager.Heard(1);
        await silo.Admin.PostAsJsonAsync("/api/v1/incidents/r1-1/acknowledge", new { reason = "on it" }).Json();
        await pager.Heard(2);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/restore", new { reason = "fixed" }).Json();
        await pager.Heard(3);

        var calls = Bodies(pager);
        Assert.Equal(["trigger", "acknowledge", "resolve"], calls.Select(call => Text(call, "event_action")));
        Assert.All(calls, call => Assert.Equal((RoutingKey, "production/r1-1"), (Text(call, "routing_key"), Text(call, "dedup_key"))));
        Assert.All(calls.Skip(1), call => Assert.Equal(["routing_key", "event_action", "dedup_key"], Members(call)));
        Assert.Equal(Trigger, Members(calls[0]));
        var payload = calls[0].GetProperty("payload");
        Assert.Equal(Payload, Members(payload));
        Assert.Equal(
            ("checkout in production: Rolled back", "r1 in production", "critical", "RolledBack"),
            (Text(payload, "summary"), Text(payload, "source"), Text(payload, "severity"), Text(payload, "class")));
        Assert.True(DateTimeOffset.TryParse(Text(payload, "timestamp"), out _));
        Assert.Contains("carts are empty", Text(payload.GetProperty("custom_details"), "text"), StringComparison.Ordinal);
        Assert.Equal("https://rollouts.example.com/rollouts/r1", Text(calls[0], "client_url"));
        Assert.Equal(
            ["https://rollouts.example.com/rollouts/r1", "https://rollouts.example.com/rollouts/r1/rollback"],
            calls[0].GetProperty("links").EnumerateArray().Select(link => Text(link, "href")));
        Assert.All(await silo.Admin.Notifications("delivered", 3), one => Assert.Equal("r1-1", Text(one, "incident")));
    }

    [Fact]
    public async Task Rollback_sent_to_some_channels_does_not_keep_its_incident_from_the_others()
    {
        await using var team = await Receiver.Start();
        await using var pager = await Receiver.Start();
        pager.Status = 202;
        await using var silo = await SiloHost.Start(settings: [$"--Orchestrator:Channels:pager:Secret={RoutingKey}"]);
        await silo.Admin.StartRollout(
            [Channel("team", team.Address, more: "levels: [critical]"), Channel("pager", pager.Address, "pagerduty") + "\nalerts: [ { name: back, event: rolled_back, level: critical, action: notify_team, channels: [team] } ]"]);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        await Task.WhenAll(team.Heard(1), pager.Heard(1));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/restore", new { reason = "fixed" }).Json();
        await pager.Heard(2);

        Assert.Equal("RolledBack", Text(team.Calls.Single().Data.GetProperty("event"), "type"));
        Assert.Equal([("trigger", "production/r1-1"), ("resolve", "production/r1-1")], Bodies(pager).Select(call => (Text(call, "event_action"), Text(call, "dedup_key"))));
        Assert.Equal("IncidentOpened", Text(Bodies(pager)[0].GetProperty("payload"), "class"));
    }

    [Fact]
    public async Task Incidents_that_end_together_are_resolved_one_by_one()
    {
        await using var pager = await Receiver.Start();
        pager.Status = 202;
        await using var silo = await SiloHost.Start(settings: [$"--Orchestrator:Channels:pager:Secret={RoutingKey}"]);
        await silo.Admin.StartRollout(Channel("pager", pager.Address, "pagerduty", "levels: [critical, warning]"));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "beta is bad", segments = new[] { "beta" } }).Json();
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "all is bad" }).Json();
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/abort", new { reason = "given up" }).Json();
        await pager.Heard(4);

        Assert.Equal(
            ["trigger production/r1-1", "trigger production/r1-2", "resolve production/r1-2", "resolve production/r1-1"],
            Bodies(pager).Select(call => $"{Text(call, "event_action")} {Text(call, "dedup_key")}"));
    }

    [Fact]
    public async Task Pager_without_routing_key_says_so_in_its_dead_letter()
    {
        await using var pager = await Receiver.Start();
        await using var silo = await SiloHost.Start();
        await silo.Admin.StartRollout(Channel("pager", pager.Address, "pagerduty"));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        var dead = Assert.Single(await silo.Admin.Notifications("dead", 1));
        Assert.Equal("no routing key is set (Orchestrator:Channels:pager:Secret)", Text(dead, "lastError"));
        Assert.Empty(pager.Calls);
    }

    private static JsonElement[] Bodies(Receiver receiver) => [.. receiver.Calls.Select(call => JsonDocument.Parse(call.Body).RootElement)];

    private static string[] Members(JsonElement of) => [.. of.EnumerateObject().Select(member => member.Name)];

    private static string Text(JsonElement of, string member) => of.GetProperty(member).GetString()!;
}
