using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Silo.Tests.Show;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Lines of the list, what needs a person, reach of triggers, gates, and the preview of a rollback.</summary>
public sealed class OverviewTests
{
    private const string Plan = """
        plan: shop
        title: The new shop
        flag: useShop
        segments: { eu: { title: Europe, any: [ { attribute: region, equals: eu } ] }, us: { title: America, any: [ { attribute: region, equals: us } ] } }
        metrics: { error_rate: { ratio: errors / requests } }
        triggers: [ { name: spike, when: error_rate > 0.5%, for: 5m, action: rollback } ]
        calendar: { timeZone: UTC, freezes: [ { name: fair, from: "2026-03-03", to: "2026-03-04" } ] }
        phases:
          - name: gradual
            success: [ error_rate < 50% over 1m ]
            steps: [ { name: ten, percentage: 10%, segments: [eu, us], hold: 1h, review: { roles: [product] } }, { name: all, percentage: 100%, hold: 1h } ]
        """;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task An_alarm_is_in_the_view_the_list_and_what_needs_a_person_with_one_time()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Keep(TimeSpan.FromMinutes(3), new Measured { Errors = 1 });
        var trigger = (await rollout.Read()).GetProperty("triggers")[0];
        Assert.Equal("quiet|0.2|0.1%|0.5%", Texts(trigger, "state", "reach.fraction", "reach.observedText", "reach.limitText"));
        Assert.Equal("error_rate is 0.1%, the limit is 0.5%.", Texts(trigger, "reach.text"));

        await rollout.Keep(TimeSpan.FromMinutes(3), new Measured { Errors = 20 });
        trigger = (await rollout.Read()).GetProperty("triggers")[0];
        var fires = trigger.GetProperty("reach").GetProperty("pending").GetProperty("firesAt").GetDateTimeOffset();
        Assert.Equal(trigger.GetProperty("since").GetDateTimeOffset() + TimeSpan.FromMinutes(5), fires);
        Assert.Equal(
            "breached|1|5m|rolls back everyone|ratio",
            Texts(trigger, "state", "reach.fraction", "reach.pending.for", "reach.effect", "reach.unit"));

        var line = Assert.Single((await Get(rollout, "/api/v1/rollouts?attention=alarm")).GetProperty("rollouts").EnumerateArray());
        Assert.Equal(fires, line.GetProperty("attention").GetProperty("at").GetDateTimeOffset());
        Assert.Equal("alarm|spike", Texts(line, "attention.kind", "attention.subject"));
        var needed = await Get(rollout, "/api/v1/attention");
        Assert.Equal(["alarm", "freeze"], needed.GetProperty("attention").EnumerateArray().Select(one => Text(one, "kind")));
        Assert.Equal(
            "show-1|production|/api/v1/rollouts/show-1", Texts(needed.GetProperty("attention")[0], "rollout", "environment", "path"));

        await rollout.Keep(fires - rollout.Now, new Measured { Errors = 20 });
        Assert.Equal("rolledBack", Text(await rollout.Read(), "status"));
        needed = await Get(rollout, "/api/v1/attention?environment=production");
        Assert.Equal(("incident", "/api/v1/incidents/show-1-1"), (Text(needed.GetProperty("attention")[0], "kind"), Text(needed.GetProperty("attention")[0], "path")));
        Assert.Equal(1, needed.GetProperty("counts").EnumerateArray().Single(one => Text(one, "kind") == "incident").GetProperty("count").GetInt32());
        Assert.Empty((await Get(rollout, "/api/v1/attention?environment=staging")).GetProperty("attention").EnumerateArray());
    }

    [Fact]
    public async Task A_review_that_needs_a_person_says_who_may_decide_it()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Keep(TimeSpan.FromMinutes(61), new Measured());
        foreach (var (role, can) in ((string, bool)[])[("product", true), ("engineering", false)])
        {
            var review = (await rollout.As(role).GetAsync("/api/v1/attention").Json()).GetProperty("attention").EnumerateArray()
                .Single(one => Text(one, "kind") == "review");
            Assert.Equal(("r1", can), (Text(review, "subject"), review.GetProperty("verbs")[0].GetProperty("can").GetBoolean()));
        }

        var row = (await rollout.Read()).GetProperty("gates").EnumerateArray().Single(one => Text(one, "kind") == "review");
        var wait = (await rollout.Read()).GetProperty("next").GetProperty("waitingFor").EnumerateArray().Single(one => Text(one, "gate") == "review");
        Assert.Equal((Text(wait, "text"), "waiting", "… waiting"), (Text(row, "text"), Text(row, "verdict"), Text(row, "word")));
    }

    [Fact]
    public async Task A_line_of_the_list_has_what_an_overview_shows_and_filters_find_it()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Keep(TimeSpan.FromMinutes(2), new Measured());
        var line = (await Get(rollout, "/api/v1/rollouts")).GetProperty("rollouts")[0];
        var view = await rollout.Read();
        Assert.Equal((Text(view, "summary"), "running", 10), (Text(line, "summary"), Text(line, "status"), line.GetProperty("percentage").GetInt32()));
        Assert.Equal("To 100% of users and eu, us when the hold (58m) and a go or no-go allow it.", Text(line.GetProperty("next"), "text"));
        Assert.Equal(Texts(view, "next.text", "next.percentage"), Texts(line, "next.text", "next.percentage"));
        Assert.Equal("100", Texts(line, "next.percentage"));
        Assert.Equal(Driving.Began + TimeSpan.FromHours(1), line.GetProperty("next").GetProperty("at").GetDateTimeOffset());
        Assert.False(line.TryGetProperty("attention", out _));
        Assert.Contains("hold … waiting", line.GetProperty("verdicts").EnumerateArray().Select(one => $"{Text(one, "kind")} {Text(one, "word")}"));
        Assert.True(line.TryGetProperty("changedAt", out _));

        foreach (var (filter, found) in ((string, int)[])[
            ("plan=shop", 1), ("plan=other", 0), ("flag=useShop", 1), ("flag=none", 0), ("text=NEW SHOP", 1), ("text=show-", 1), ("text=nothing", 0),
            ("attention=incident", 0), ("status=running&environment=production&plan=shop&text=usesh", 1)])
        {
            Assert.True((await Get(rollout, "/api/v1/rollouts?" + filter)).GetProperty("rollouts").GetArrayLength() == found, filter);
        }

        foreach (var bad in (string[])["plan=A+B", "attention=bad", "text=" + new string('x', 201), "flag=a&flag=b", "text=a&text=b"])
        {
            Assert.Equal("input.invalid", await rollout.As("engineering").GetAsync("/api/v1/rollouts?" + bad).Problem(422));
        }
    }

    [Fact]
    public async Task A_preview_says_who_goes_back_when_how_legacy_does_and_which_segment_is_the_worst()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await Push(null, "new", 10);
        var unmeasured = await Preview();
        Assert.Equal(("notMeasured", "Legacy is not measured: no sample of it carries a metric of a trigger."), (Text(unmeasured.GetProperty("legacy"), "verdict"), Text(unmeasured.GetProperty("legacy"), "text")));
        Assert.False(unmeasured.TryGetProperty("worst", out _));

        for (var i = 0; i < 8; i++)
        {
            rollout.Silo.Time.Advance(Every);
            await Push(null, "new", 10);
            await Push(null, "legacy", 1, 2000);
            await Push("eu", "new", 21);
            await Push("us", "new", 1);
            await rollout.Round();
        }

        var preview = await Preview();
        Assert.Equal((10, "10% of users and eu, us"), (preview.GetProperty("moves").GetProperty("percentage").GetInt32(), Text(preview.GetProperty("moves"), "text")));
        Assert.Equal("In reach: 1 of 1 nodes, which change within milliseconds. Every node has changed after 11s at most.", Text(preview.GetProperty("nodes"), "text"));
        Assert.Equal(("healthy", "Legacy is within its limits by 1 of 1 conditions: legacy error_rate is 0.05%, the limit is 0.5%."), (Text(preview.GetProperty("legacy"), "verdict"), Text(preview.GetProperty("legacy"), "text")));
        Assert.Equal(("eu", "error_rate in eu is 2.1%, the limit is 0.5%"), (Text(preview.GetProperty("worst"), "key"), Text(preview.GetProperty("worst"), "text")));
        Assert.Equal(["eu", "us"], preview.GetProperty("segments").EnumerateArray().Select(one => Text(one, "key")));
        Assert.Matches("^spike: [0-9.]+%, limit 0.5%$", Text(preview, "reason"));
        Assert.True(preview.GetProperty("verb").GetProperty("can").GetBoolean());
        Assert.Equal("11s", Text((await rollout.Read()).GetProperty("deadMan"), "for"));

        await rollout.Ask("rollback", new { reason = Text(preview, "reason") });
        preview = await Preview();
        Assert.Equal(("show-1-1", false), (Text(preview.GetProperty("done"), "incident"), preview.GetProperty("verb").GetProperty("can").GetBoolean()));
        Assert.Equal("rollout.not_found", await rollout.As("engineering").GetAsync("/api/v1/rollouts/none/rollback/preview").Problem(404));

        Task<JsonElement> Preview() => Get(rollout, "/api/v1/rollouts/show-1/rollback/preview");
        Task<JsonElement> Push(string? segment, string variant, int errors, int requests = 1000) => rollout.As("ingest").PostAsJsonAsync("/api/v1/rollouts/show-1/metrics", new
        {
            samples = new[] { new { at = rollout.Now, variant, segment, counters = new { requests, errors } } },
        }).Json(202);
    }

    /// <summary>Values at paths of members, with a bar between them.</summary>
    private static string Texts(JsonElement of, params string[] paths) => string.Join('|', paths.Select(
        path => path.Split('.').Aggregate(of, (element, name) => element.GetProperty(name)).ToString()));

    private static Task<JsonElement> Get(Driving rollout, string path) => rollout.As("engineering").GetAsync(path).Json();

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.ToString() : null;
}
