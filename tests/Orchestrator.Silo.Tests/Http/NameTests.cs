using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Silo.Tests.Notifications;
using Orchestrator.Silo.Tests.Show;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Wherever a key or a person is shown, the name stands beside the id.</summary>
public sealed class NameTests
{
    private const string Plan = """
        plan: named
        flag: f
        metrics: { error_rate: { ratio: errors / requests } }
        phases:
          - name: all
            steps: [ { name: one, percentage: 10%, hold: 1h }, { name: two, percentage: 100%, hold: 1h } ]
        """;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task State_events_reviews_incidents_retrospective_and_audit_name_who_did_it()
    {
        await using var hook = await Receiver.Start();
        await using var rollout = await Driving.Started($"{Plan}\nchannels: [ {{ name: hook, kind: webhook, target: \"{hook.Address}\", levels: [critical, info] }} ]", Every);
        await rollout.Ask("advance", new { @override = true, reason = "fair" });
        var asked = Assert.Single((await rollout.Read()).GetProperty("reviews").EnumerateArray());
        Assert.Equal((rollout.KeyId("engineering"), "engineering"), (Text(asked, "requestedBy"), Text(asked, "requestedByName")));
        var wait = (await rollout.Read()).GetProperty("next").GetProperty("waitingFor").EnumerateArray().Single(one => Text(one, "gate") == "review");
        Assert.Equal((rollout.KeyId("engineering"), "engineering"), (Text(wait, "by"), Text(wait, "name")));
        await rollout.Ask("approve", new { review = Text(asked, "id"), reason = "so be it" }, "product");
        await rollout.Ask("rollback", new { reason = "carts are empty" }, "devops");
        var incident = Text((await rollout.Read()).GetProperty("incident"), "id");
        await rollout.As("devops").PostAsJsonAsync($"/api/v1/incidents/{incident}/acknowledge", new { reason = "on it" }).Json();

        var state = await rollout.Read();
        var decision = Assert.Single(Assert.Single(state.GetProperty("reviews").EnumerateArray()).GetProperty("decisions").EnumerateArray());
        Assert.Equal((rollout.KeyId("product"), "product"), (Text(decision, "by"), Text(decision, "name")));
        var mark = state.GetProperty("incident").GetProperty("acknowledged");
        Assert.Equal((rollout.KeyId("devops"), "devops"), (Text(mark, "by"), Text(mark, "name")));

        Assert.All(await rollout.Events(), one =>
        {
            var actor = one.GetProperty("actor");
            Assert.Equal(Text(actor, "kind") == "user", actor.TryGetProperty("name", out _));
        });
        Assert.Equal("devops", Text(Assert.Single(await rollout.Events("RolledBack")).GetProperty("actor"), "name"));

        var told = await rollout.As("product").GetAsync($"/api/v1/rollouts/{Driving.Id}/retrospective").Json();
        Assert.Equal("engineering", Text(told.GetProperty("overrides")[0].GetProperty("askedBy"), "name"));
        Assert.Equal("product", Text(told.GetProperty("reviews")[0].GetProperty("decisions")[0], "name"));
        Assert.Equal("devops", Text(told.GetProperty("rollbacks")[0].GetProperty("by"), "name"));
        Assert.Equal("devops", Text(told.GetProperty("incidents")[0].GetProperty("acknowledged"), "name"));
        using var page = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/rollouts/{Driving.Id}/retrospective") { Headers = { { "Accept", "text/markdown" } } };
        using var markdown = await rollout.As("product").SendAsync(page);
        Assert.Contains($"devops · {rollout.KeyId("devops")} (devops)", await markdown.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var done = await rollout.Silo.Admin.GetAsync($"/api/v1/audit?key={rollout.KeyId("devops")}").Json();
        Assert.All(done.GetProperty("done").EnumerateArray(), one => Assert.Equal("devops", Text(one, "name")));
        var keys = (await rollout.Silo.Admin.GetAsync("/api/v1/keys").Json()).GetProperty("keys").EnumerateArray();
        Assert.False(string.IsNullOrEmpty(Text(keys.Single(key => Text(key, "id") == rollout.KeyId("devops")), "createdByName")));
        var plan = await rollout.As("product").GetAsync("/api/v1/plans/named").Json();
        Assert.Equal((rollout.KeyId("devops"), "devops"), (Text(plan.GetProperty("by"), "id"), Text(plan.GetProperty("by"), "name")));

        await hook.HeardOf("IncidentAcknowledged");
        var rolledBack = hook.Calls.First(call => Text(call.Data.GetProperty("event"), "type") == "RolledBack").Data;
        Assert.EndsWith("carts are empty. Incident show-1-1. By devops (devops).", Text(rolledBack, "text"), StringComparison.Ordinal);
        Assert.Equal((rollout.KeyId("devops"), "devops"), (Text(rolledBack.GetProperty("by"), "id"), Text(rolledBack.GetProperty("by"), "name")));
    }

    [Fact]
    public async Task A_stopped_line_names_who_stopped_it_where_it_is_shown_and_where_it_refuses()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.As("devops").PostAsJsonAsync("/api/v1/environments/production/stop-the-line", new { reason = "audit" }).Json();
        await rollout.Round();
        var line = (await rollout.As("product").GetAsync("/api/v1/environments/production").Json()).GetProperty("line");
        Assert.Equal((rollout.KeyId("devops"), "devops"), (Text(line, "by"), Text(line, "name")));

        var stopped = Assert.Single(await rollout.Events("LineStopped"));
        Assert.Equal(rollout.KeyId("devops"), Text(stopped.GetProperty("data"), "by"));
        Assert.Equal("devops", Text(stopped.GetProperty("names"), rollout.KeyId("devops")));

        using var refused = await rollout.As("engineering").PostAsJsonAsync($"/api/v1/rollouts/{Driving.Id}/advance", new { @override = true, reason = "must" });
        Assert.Equal($"The line of the environment is stopped by devops ({rollout.KeyId("devops")}): audit", Text(await refused.Content.ReadFromJsonAsync<JsonElement>(), "detail"));
        await rollout.As("engineering").PostAsJsonAsync("/api/v1/rollouts", new { id = "second", plan = "named", environment = "elsewhere" }).Json(201);
        using var start = await rollout.As("engineering").PostAsJsonAsync("/api/v1/rollouts/second/start", new { });
        Assert.Equal($"The line of the environment is stopped by engineering ({rollout.KeyId("engineering")}): the first day", Text(await start.Content.ReadFromJsonAsync<JsonElement>(), "detail"));

        var told = await rollout.As("product").GetAsync($"/api/v1/rollouts/{Driving.Id}/retrospective").Json();
        var moment = told.GetProperty("moments").EnumerateArray().Single(one => Text(one, "type") == "LineStopped");
        Assert.Equal("devops", Text(moment.GetProperty("by"), "name"));
    }

    private static string Text(JsonElement of, string member) => of.GetProperty(member).GetString()!;
}
