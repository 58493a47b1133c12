using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Silo.Tests.Notifications;

namespace Orchestrator.Silo.Tests.Aftermath;

/// <summary>Answers of the API about one incident: its events, its notifications, the verbs of the caller.</summary>
public sealed class IncidentAnswerTests
{
    private const string Errors = "triggers: [ { name: spike, when: error_rate > 1%, action: rollback } ]";

    [Fact]
    public async Task Events_of_an_incident_are_its_decision_and_what_names_or_ends_it()
    {
        await using var scene = await Scene.Start("");
        await scene.RollBack("beta");
        await scene.UntilNext(null);
        await scene.Silo.Admin.PostAsJsonAsync("/api/v1/incidents/r1-1/acknowledge", new { reason = "on it" }).Json();
        scene.Silo.Time.Advance(TimeSpan.FromMinutes(1));
        await scene.Silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/pause", new { reason = "not about it" }).Json();
        await scene.RollBack();
        await scene.Until(one => Scene.Next(one) is null, incident: "r1-2");
        scene.Silo.Time.Advance(TimeSpan.FromMinutes(1));
        await scene.Silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/restore", new { reason = "false alarm" }).Json();
        await scene.Silo.Admin.PostAsJsonAsync("/api/v1/incidents/r1-1/resolve", new { reason = "looked at it" }).Json();

        var first = await Events(scene, "r1-1");
        Assert.Equal(
            ["SegmentRolledBack", "IncidentOpened", "PropagationConfirmed", "LegSkipped", "LegSkipped", "LegSkipped", "IncidentAcknowledged", "IncidentResolved"],
            first.Select(one => Text(one, "type")));
        Assert.Equal("on it", Text(first[6].GetProperty("data"), "reason"));
        var second = await Events(scene, "r1-2");
        Assert.Equal(("RolledBack", "RolloutRestored"), (Text(second[0], "type"), Text(second[^1], "type")));
        Assert.DoesNotContain(second, one => Text(one, "type") is "IncidentAcknowledged" or "IncidentResolved");
        Assert.Equal("incident.not_found", await scene.Silo.Admin.GetAsync("/api/v1/incidents/r1-9/events").Problem(404));
    }

    [Fact]
    public async Task Rollback_of_a_trigger_has_its_firing_among_the_events()
    {
        await using var scene = await Scene.Start(Errors);
        await Eventually.Until(
            "the trigger rolled back", () => scene.Silo.Admin.GetAsync("/api/v1/rollouts/r1").Json(),
            rollout => rollout.GetProperty("status").GetString() == "rolledBack", meanwhile: async _ =>
            {
                scene.Silo.Time.Advance(TimeSpan.FromSeconds(15));
                await scene.Silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/metrics", new
                {
                    samples = new[] { new { variant = "new", counters = new { requests = 1000, errors = 500 } } },
                }).Json(202);
            });
        var events = await Events(scene, "r1-1");
        Assert.Equal(["TriggerFired", "RolledBack", "IncidentOpened"], events.Take(3).Select(one => Text(one, "type")));
        Assert.Contains("error_rate > 1%", Text(events[0].GetProperty("data").GetProperty("evidence"), "text"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_takes_several_states_and_an_environment()
    {
        await using var scene = await Scene.Start("");
        await scene.RollBack();
        await scene.Silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/restore", new { reason = "false alarm" }).Json();
        await scene.RollBack();
        Assert.Equal(["r1-2", "r1-1"], await List("?state=open,ended"));
        Assert.Equal(["r1-2", "r1-1"], await List("?state=Open&state=ended&environment=production"));
        Assert.Equal(["r1-2"], await List("?state=open,escalated"));
        Assert.Empty(await List("?environment=staging"));
        Assert.Equal("input.invalid", await scene.Silo.Admin.GetAsync("/api/v1/incidents?state=open,odd").Problem(422));
        Assert.Equal("input.invalid", await scene.Silo.Admin.GetAsync("/api/v1/incidents?state=").Problem(422));
        Assert.Equal("input.invalid", await scene.Silo.Admin.GetAsync("/api/v1/incidents?state=1").Problem(422));

        async Task<string[]> List(string query) =>
            [.. (await scene.Silo.Admin.GetAsync("/api/v1/incidents" + query).Json()).GetProperty("incidents").EnumerateArray().Select(one => Text(one, "id"))];
    }

    [Fact]
    public async Task Notifications_of_an_incident_have_their_delivery_and_the_escalation_ahead()
    {
        await using var pager = await Receiver.Start();
        await using var silo = await SiloHost.Start();
        pager.Status = 503;
        await silo.Admin.StartRollout(
            Telling.Channel("pager", pager.Address, more: "levels: [critical], escalateTo: boss, escalateAfter: 10m"),
            Telling.Channel("boss", pager.Address, more: "levels: [warning]"));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        await pager.Heard(1);
        var told = await Eventually.Until(
            "the failed attempt is listed", () => silo.Admin.GetAsync("/api/v1/incidents/r1-1/notifications").Json(),
            answer => answer.GetProperty("notifications").EnumerateArray().Any(one => one.TryGetProperty("lastError", out _)));
        Assert.Equal(["pager", "boss"], told.GetProperty("channels").EnumerateArray().Select(one => one.GetString()));
        var one = Assert.Single(told.GetProperty("notifications").EnumerateArray());
        Assert.Equal(("pager", "pending", "r1-1"), (Text(one, "channel"), Text(one, "state"), Text(one, "incident")));
        Assert.StartsWith("answered 503", Text(one, "lastError"), StringComparison.Ordinal);
        Assert.False(one.TryGetProperty("target", out _));
        var ahead = Assert.Single(told.GetProperty("escalations").EnumerateArray());
        Assert.Equal(
            ("pager", "boss", one.GetProperty("at").GetDateTimeOffset().AddMinutes(10)),
            (Text(ahead, "from"), Text(ahead, "to"), ahead.GetProperty("at").GetDateTimeOffset()));

        await silo.Admin.PostAsJsonAsync("/api/v1/incidents/r1-1/acknowledge", new { }).Json();
        var after = await silo.Admin.GetAsync("/api/v1/incidents/r1-1/notifications").Json();
        Assert.Empty(after.GetProperty("escalations").EnumerateArray());
        Assert.Equal("incident.not_found", await silo.Admin.GetAsync("/api/v1/incidents/r1-2/notifications").Problem(404));
    }

    private static async Task<JsonElement[]> Events(Scene scene, string incident) =>
        [.. (await scene.Silo.Admin.GetAsync($"/api/v1/incidents/{incident}/events").Json()).GetProperty("events").EnumerateArray()];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
