using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Client.AspNetCore;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Client.Tests;

/// <summary>A rollout by percentage whose rules look at regions, and a service that reports to it with two lines.</summary>
public sealed class RegionTests
{
    private const string Flag = "useNewCheckout";

    private const string Plan = """
        plan: checkout
        flag: useNewCheckout
        segments:
          region-eu: { attribute: region, equals: eu }
          region-us: { attribute: region, equals: us }
          internal: { attribute: internal, equals: true }
          unnamed: { attribute: region, equals: mars }
        metrics: { error_rate: { ratio: errors / requests } }
        triggers:
          - { name: errors, when: error_rate > 90%, action: rollback }
          - { name: region, when: error_rate > 20%, perSegment: true, segments: [region-eu, region-us], action: rollback-segment }
          - { name: team, when: error_rate in internal > 20%, action: notify }
        phases: [ { name: all, steps: [ { percentage: 50%, hold: 1h } ] } ]
        """;

    [Fact]
    public async Task Region_that_fails_goes_back_alone_and_users_of_two_segments_count_in_both()
    {
        await using var silo = await Begun();
        var wire = new PushWire();
        await using var app = await MetricsTests.Start(silo, wire, http =>
            http.Routed(Flag).IsNew && http.Request.Query["region"] == "eu" ? throw new InvalidOperationException("new is broken in Europe") : Task.CompletedTask);
        var router = app.Services.GetRequiredService<IRolloutRouter>();
        await Eventually.Until(() => router.Flags.Count > 0);
        var european = Enumerable.Range(0, 100).Select(i => $"user-{i}").First(key => router.Route(Flag, InEurope(key)).IsNew);
        using var browser = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        await Eventually.Until("the trigger takes the users back", async () =>
        {
            for (var i = 0; i < 300; i++)
            {
                using var answer = await browser.GetAsync($"/?user=user-{i}&region={(i % 2 == 0 ? "eu" : "us")}&internal={(i % 10 == 0 ? "yes" : "no")}");
            }

            var pushed = wire.Taken;
            await Eventually.Until(() => wire.Taken > pushed + 1);
            silo.Time.Advance(TimeSpan.FromSeconds(15));
            return !router.Route(Flag, InEurope(european)).IsNew;
        });

        var rollout = await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json();
        Assert.Equal(("running", 50), (rollout.GetProperty("status").GetString(), rollout.GetProperty("percentage").GetInt32()));
        Assert.Equal(
            "rolledBack", rollout.GetProperty("segments").EnumerateArray().Single(s => s.GetProperty("key").GetString() == "region-eu").GetProperty("status").GetString());
        Assert.Contains(Enumerable.Range(0, 100), i => router.Route(Flag, new RolloutUser($"user-{i}").With("region", "us")).IsNew);
        Assert.DoesNotContain(Enumerable.Range(0, 100), i => router.Route(Flag, InEurope($"user-{i}")).IsNew);

        // The team's rule saw its users, although each of them is of a region, too.
        Assert.Contains(wire.Bodies, body => body.Contains("\"segment\":\"region-eu,internal\"", StringComparison.Ordinal));
        var team = rollout.GetProperty("triggers").EnumerateArray().Single(t => t.GetProperty("name").GetString() == "team").GetProperty("text").GetString();
        Assert.DoesNotContain("in 0 samples", team, StringComparison.Ordinal);

        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/restore", new { reason = "fixed", segments = new[] { "region-eu" } }).Json();
        await Eventually.Until(() => router.Route(Flag, InEurope(european)).IsNew);
    }

    [Fact]
    public async Task Client_and_OFREP_tell_the_same_segments_of_a_user()
    {
        await using var silo = await Begun();
        await using var service = await Service.Start(silo);
        using var ofrep = await silo.NewClient("evaluation", "production");
        using var browser = await silo.NewClient("browser", "production");

        async Task<string?> Asked(HttpClient client, object context)
        {
            var one = (await client.PostAsJsonAsync($"/ofrep/v1/evaluate/flags/{Flag}", new { context }).Json()).GetProperty("metadata");
            var all = (await client.PostAsJsonAsync("/ofrep/v1/evaluate/flags", new { context }).Json()).GetProperty("flags")[0].GetProperty("metadata");
            var told = one.TryGetProperty("segments", out var segments) ? segments.GetString() : null;
            Assert.Equal(told, all.TryGetProperty("segments", out segments) ? segments.GetString() : null);
            return told;
        }

        foreach (var (region, inside, told, single) in (ReadOnlySpan<(string, bool, string?, string?)>)[("eu", true, "region-eu,internal", "region-eu"),
            ("us", false, "region-us", "region-us"), ("apac", true, "internal", "internal"), ("mars", false, null, null)])
        {
            var user = new RolloutUser("u").With("region", region).With("internal", inside);
            Assert.Equal((told, single), (service.Router.SegmentsOf(Flag, user), service.Router.SegmentOf(Flag, user)));
        }

        Assert.Equal("region-eu,internal", await Asked(ofrep, new { targetingKey = "u", region = "eu", @internal = true }));
        Assert.Equal("region-us", await Asked(ofrep, new { targetingKey = "u", region = "us" }));
        Assert.Null(await Asked(ofrep, new { targetingKey = "u", region = "mars" }));
        Assert.Null(await Asked(browser, new { targetingKey = "u", region = "eu", @internal = true }));
        Assert.Null(service.Router.SegmentsOf("nothing", new RolloutUser("u")));
    }

    [Fact]
    public void Segments_of_a_server_that_takes_one_are_told_as_one()
    {
        var route = HotPathTests.Split("9f3b2c71", 0) with { Included = ["beta"], TakenBack = ["beta"] };
        var user = new RolloutUser("ada").With("group", "beta");

        Assert.Equal(
            "beta", new Table.TableRouter(HotPathTests.Holder(TimeProvider.System, TimeSpan.FromHours(1), route)).SegmentsOf("flag", user));
    }

    private static RolloutUser InEurope(string key) => new RolloutUser(key).With("region", "eu").With("internal", false);

    private static async Task<SiloHost> Begun()
    {
        var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plan, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        return silo;
    }
}
