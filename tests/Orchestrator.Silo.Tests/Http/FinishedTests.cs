using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.World;
using Orchestrator.Silo.Tests.Integrity;
using Orchestrator.Silo.Tests.Show;
using Orchestrator.Testing;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>A rollout that has left the memory of a node is read, listed and commanded as before.</summary>
public sealed class FinishedTests
{
    private const string Plan = """
        plan: shop
        title: The new shop
        flag: useShop
        segments: { eu: { title: Europe, any: [ { attribute: region, equals: eu } ] } }
        metrics: { error_rate: { ratio: errors / requests } }
        triggers: [ { name: spike, when: error_rate > 5%, action: rollback } ]
        phases:
          - name: gradual
            steps: [ { name: eu, segments: [eu], hold: 1h }, { name: all, percentage: 100%, hold: 1h } ]
        """;

    private const string One = "/api/v1/rollouts/show-1";

    [Fact]
    public async Task A_rollout_that_left_the_memory_answers_as_before_and_its_flag_has_its_value()
    {
        await using var rollout = await Over();
        var world = rollout.Silo.Services.GetRequiredService<IWorld>().Current;
        Assert.Equal("show-1", Assert.Single(world.Finished).Id);
        Assert.Empty(world.Rollouts);

        var view = await rollout.Read();
        Assert.Equal(("retired", "gradual", "eu"), (Text(view, "status"), Text(view, "phase"), Text(view, "step")));
        Assert.Equal("gone", Text(Assert.Single(await rollout.Events("RolloutRetired")), "data.reason"));
        var line = Assert.Single(await List(rollout, ""));
        Assert.Equal(
            (Text(view, "summary"), view.GetProperty("version").GetInt64(), 0),
            (Text(line, "summary"), line.GetProperty("version").GetInt64(), line.GetProperty("percentage").GetInt32()));
        Assert.Equal("retired", Text(await Get(rollout, One + "/history"), "status"));
        Assert.Equal("show-1", Text(await Get(rollout, One + "/retrospective"), "headline.rollout"));
        Assert.NotEmpty((await Get(rollout, One + "/schedule")).GetProperty("steps").EnumerateArray());
        Assert.Equal(2, (await Get(rollout, One + "?version=2")).GetProperty("version").GetInt64());

        var incident = Assert.Single((await Get(rollout, "/api/v1/incidents")).GetProperty("incidents").EnumerateArray());
        Assert.Equal(("show-1-1", "ended"), (Text(incident, "id"), Text(incident, "state")));
        Assert.Equal("show-1-1", Text(await Get(rollout, "/api/v1/incidents/show-1-1"), "id"));
        Assert.Single((await Get(rollout, "/api/v1/incidents?state=ended&rollout=show-1")).GetProperty("incidents").EnumerateArray());
        Assert.Empty((await Get(rollout, "/api/v1/incidents?state=open,resolved")).GetProperty("incidents").EnumerateArray());
        Assert.Empty((await Get(rollout, "/api/v1/incidents?after=show-1-1")).GetProperty("incidents").EnumerateArray());

        var plan = (await Get(rollout, "/api/v1/plans")).GetProperty("plans")[0];
        Assert.Equal((1, 0), (plan.GetProperty("rollouts").GetInt32(), plan.GetProperty("unfinished").GetInt32()));
        Assert.Equal("eu", Text((await Get(rollout, "/api/v1/plans/shop")).GetProperty("usedBy")[0], "step"));
    }

    [Fact]
    public async Task Commands_to_a_rollout_that_left_the_memory_are_answered_by_its_state()
    {
        await using var rollout = await Over();
        Assert.Equal("rollout.retired", await Verb(rollout, "start", new { }).Problem(409));
        Assert.Equal("rollout.retired", await Verb(rollout, "rollback", new { reason = "again" }).Problem(409));
        var again = new { id = "show-1", plan = "shop", environment = "staging" };
        Assert.Equal("rollout.exists", await rollout.As("engineering").PostAsJsonAsync("/api/v1/rollouts", again).Problem(409));
        var pushed = await rollout.As("ingest").PostAsJsonAsync(One + "/metrics", new { samples = Array.Empty<object>() }).Json(202);
        Assert.Contains("retired", Text(pushed.GetProperty("warnings")[0], "message"), StringComparison.Ordinal);

        // A new one of the flag brings it back, until it starts.
        var next = new { id = "show-2", plan = "shop", environment = "production" };
        await rollout.As("engineering").PostAsJsonAsync("/api/v1/rollouts", next).Json(201);
        Assert.Equal("false", await Value(rollout));
        await rollout.As("engineering").PostAsJsonAsync("/api/v1/rollouts/show-2/start", new { }).Json();
        Assert.Equal("true", await Value(rollout));
        Assert.Equal(["show-1", "show-2"], (await List(rollout, "")).Select(line => Text(line, "id")));
    }

    [Fact]
    public async Task Lists_page_over_rollouts_in_memory_and_those_that_left_it()
    {
        await using var rollout = await Over();
        var next = new { id = "a-2", plan = "shop", environment = "production" };
        await rollout.As("engineering").PostAsJsonAsync("/api/v1/rollouts", next).Json(201);
        await rollout.As("engineering").PostAsJsonAsync("/api/v1/rollouts/a-2/start", new { }).Json();

        var page = await Get(rollout, "/api/v1/rollouts?limit=1");
        Assert.Equal(("a-2", "a-2"), (Text(page.GetProperty("rollouts")[0], "id"), Text(page, "next")));
        page = await Get(rollout, "/api/v1/rollouts?limit=1&after=a-2");
        Assert.Equal("show-1", Text(page.GetProperty("rollouts")[0], "id"));
        Assert.False(page.TryGetProperty("next", out _));

        async Task<string> Ids(string query) => string.Join(' ', (await List(rollout, query)).Select(line => Text(line, "id")));
        var ended = (await List(rollout, "?status=retired"))[0].GetProperty("since").GetDateTimeOffset();
        Assert.Equal("show-1", await Ids("?status=retired&plan=shop&flag=useShop&environment=production&text=NEW SHOP"));
        Assert.Equal("a-2", await Ids("?status=running"));
        Assert.Equal("", await Ids("?attention=incident"));
        Assert.Equal("", await Ids("?environment=staging"));
        Assert.Equal("a-2 show-1", await Ids($"?from={At(ended)}"));
        Assert.Equal("a-2", await Ids($"?from={At(ended.AddTicks(1))}"));
        Assert.Equal("a-2 show-1", await Ids($"?to={At(rollout.Now)}"));
        Assert.Equal("show-1", await Ids($"?to={At(Driving.Began)}"));
        Assert.Equal("", await Ids($"?to={At(Driving.Began.AddTicks(-1))}"));

        using var wrong = await rollout.As("engineering").GetAsync("/api/v1/rollouts?from=2026-03-02T09:00:00Z&to=yesterday");
        Assert.Equal("to", Text((await wrong.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors")[0], "path"));
        using var turned = await rollout.As("engineering").GetAsync("/api/v1/rollouts?from=2026-03-02T09:00:00Z&to=2026-03-01T09:00:00Z");
        Assert.Equal("to", Text((await turned.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors")[0], "path"));
    }

    [Fact]
    public async Task A_changed_stream_of_a_finished_rollout_is_found_and_its_state_comes_back()
    {
        await using var rollout = await Over();
        var world = rollout.Silo.Services.GetRequiredService<IWorld>();
        Tampering.Sqlite(rollout.Silo.Folder, "rollout/show-1", Change.Edit);

        var verified = await rollout.Silo.Admin.GetAsync("/api/v1/verify").Json();

        Assert.Equal(("false", "rollout/show-1"), (Text(verified, "intact"), Text(verified, "firstBroken.stream")));
        await Eventually.Until("its state is in memory", () => world.Current.Rollouts.ContainsKey("show-1"));
        Assert.Empty(world.Current.Finished);
        Assert.Contains("rollout/show-1", world.Current.Quarantined.Keys);
        Assert.Equal("stream.broken", await Verb(rollout, "rollback", new { reason = "bad" }).Problem(409));
    }

    /// <summary>Started, rolled back, aborted and retired.</summary>
    private static async Task<Driving> Over()
    {
        var rollout = await Driving.Started(Plan, TimeSpan.FromSeconds(15));
        await rollout.Ask("rollback", new { reason = "bad" });
        rollout.Silo.Time.Advance(TimeSpan.FromMinutes(1));
        await rollout.Ask("abort", new { reason = "enough" });
        await rollout.As("devops").PutAsJsonAsync("/api/v1/environments/production/flags/useShop", new { value = false }).Json();
        rollout.Silo.Time.Advance(TimeSpan.FromMinutes(1));
        await rollout.Ask("retire", new { reason = "gone" }, "devops");
        return rollout;
    }

    private static async Task<JsonElement[]> List(Driving rollout, string query) =>
        [.. (await Get(rollout, "/api/v1/rollouts" + query)).GetProperty("rollouts").EnumerateArray()];

    private static Task<JsonElement> Get(Driving rollout, string path) => rollout.As("engineering").GetAsync(path).Json();

    private static Task<HttpResponseMessage> Verb(Driving rollout, string verb, object body) =>
        rollout.As("engineering").PostAsJsonAsync($"{One}/{verb}", body);

    private static async Task<string> Value(Driving rollout) =>
        Text(await rollout.Flag("useShop", new { targetingKey = "u1", region = "eu" }).Json(), "value");

    private static string At(DateTimeOffset at) => Uri.EscapeDataString(at.ToString("O"));

    private static string Text(JsonElement json, string path) =>
        path.Split('.').Aggregate(json, (at, name) => at.GetProperty(name)).ToString().Replace("True", "true").Replace("False", "false");
}
