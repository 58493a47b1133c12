using System.Net.Http.Json;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Client.Tests;

/// <summary>A service beside a real silo.</summary>
public sealed class RoutingTests
{
    private const string Flag = "useNewCheckout";

    [Fact]
    public async Task Rollback_reaches_a_connected_service()
    {
        await using var silo = await SiloHost.Start();
        await silo.Begin("{ percentage: 100%, hold: 1h }");
        await using var service = await Service.Start(silo);
        var before = service.Router.Route(Flag, "user-1");
        Assert.Equal((true, RouteReason.Static, "r1", "all"), (before.IsNew, before.Reason, before.Rollout, before.Phase));

        await silo.RollBack();

        await Eventually.Until(() => !service.Router.Route(Flag, "user-1").IsNew);
        var after = service.Router.Route(Flag, "user-1");
        Assert.Equal((RouteVariant.Legacy, RouteReason.Disabled, "DISABLED"), (after.Variant, after.Reason, after.ReasonName));
        Assert.Equal(1, service.Wire.Most);
    }

    [Fact]
    public async Task Completed_rollout_is_new_until_its_rollback_and_a_retired_one_stays_new()
    {
        await using var silo = await SiloHost.Start();
        await silo.Begin("{ percentage: 100%, hold: 30s }");
        await using var service = await Service.Start(silo);
        for (var i = 0; i < 100 && await Status(silo) != "completed"; i++)
        {
            silo.Time.Advance(TimeSpan.FromSeconds(15));
            await silo.Admin.PostAsJsonAsync(
                "/api/v1/rollouts/r1/metrics", new { samples = new[] { new { variant = "new", counters = new { requests = 100, errors = 0 } } } }).Json(202);
            await silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IRolloutGrain>("r1").Evaluate();
        }

        Assert.Equal("completed", await Status(silo));
        Assert.Equal(RouteVariant.New, service.Router.Route(Flag, "user-1").Variant);

        await silo.Admin.PutAsJsonAsync($"/api/v1/environments/production/flags/{Flag}", new { value = true }).Json();
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/retire", new { reason = "done" }).Json();
        await Eventually.Until(() => service.Router.Route(Flag, "user-1").Variant == RouteVariant.Static);
        Assert.True(service.Router.Route(Flag, "user-1").IsNew);
        Assert.True(service.Router.Route(Flag, "user-1").Value(false));

        await silo.Admin.PutAsJsonAsync($"/api/v1/environments/production/flags/{Flag}", new { value = false }).Json();
        await Eventually.Until(() => !service.Router.Route(Flag, "user-1").IsNew);
        Assert.Equal(RouteVariant.Static, service.Router.Route(Flag, "user-1").Variant);
    }

    private static async Task<string?> Status(SiloHost silo) => (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("status").GetString();

    [Fact]
    public async Task Table_that_did_not_change_is_confirmed_without_being_sent()
    {
        await using var silo = await SiloHost.Start();
        await silo.Begin("{ percentage: 100%, hold: 1h }");
        using var client = await silo.NewClient("evaluation", "production");
        using var first = await client.GetAsync("/sdk/v1/table");
        client.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await client.GetAsync("/sdk/v1/table");

        Assert.Equal(System.Net.HttpStatusCode.NotModified, second.StatusCode);
        Assert.NotEqual("0", second.Headers.GetValues("Orchestrator-Granted").Single());
        Assert.Equal(401, (int)(await silo.As(null).GetAsync("/sdk/v1/table")).StatusCode);
    }

    [Theory]
    [InlineData("/sdk/v1/table")]
    [InlineData("/sdk/v1/stream")]
    public async Task Key_of_a_browser_does_not_open_the_table_and_is_told_which_does(string path)
    {
        await using var silo = await SiloHost.Start();
        await silo.Begin("{ percentage: 100%, hold: 1h }");
        using var browser = await silo.NewClient("browser", "production");
        await browser.PostAsJsonAsync("/ofrep/v1/evaluate/flags/useNewCheckout", new { context = new { targetingKey = "u" } }).Json();

        var refused = await browser.GetAsync(path).Json(403);

        Assert.Equal("access.forbidden", refused.GetProperty("code").GetString());
        Assert.Equal("A key of the role browser may not do this; one of the role evaluation may.", refused.GetProperty("detail").GetString());
        Assert.Equal(403, (int)(await silo.Admin.GetAsync(path)).StatusCode);
        using var service = await silo.NewClient("evaluation", "production");
        await service.PostAsJsonAsync("/ofrep/v1/evaluate/flags/useNewCheckout", new { context = new { targetingKey = "u" } }).Json();
    }

    [Fact]
    public async Task Service_answers_as_OFREP_does()
    {
        await using var silo = await SiloHost.Start();
        await silo.Begin(
            "{ percentage: 30%, segments: [beta], audience: [ { segment: europe, percentage: 60% }, { segment: seniors, percentage: 45% } ], hold: 1h }",
            segments: "{ europe: { attribute: region, equals: eu }, seniors: { attribute: age, number: \">= 40\" }, beta: { title: Beta, any: [ { attribute: plan, in: [pro, team] }, { attribute: age, number: \">= 60\" }, { optedIn: true } ], balance: { by: [region], cap: 40% } } }");
        await silo.Admin.PutAsync("/api/v1/environments/production/flags/theme", Answers.Text("""{ "value": { "color": "blue" } }""")).Json();
        string[] members = [.. Enumerable.Range(0, 50).Select(i => $"member-{i}")];
        await silo.Admin.PostAsJsonAsync("/api/v1/segments/production/beta/members", new { add = members, remove = Array.Empty<string>() }).Json();
        await using var service = await Service.Start(silo);
        using var ofrep = await silo.NewClient("evaluation", "production");

        var user = Gen.Select(
            Gen.OneOf(Gen.String, Gen.Int[0, 500].Select(i => $"user-{i}"), Gen.OneOfConst(members)).Null(),
            Gen.OneOfConst("pro", "team", "free", "").Null(), Gen.Int[0, 100], Gen.OneOfConst("eu", "us", "ü").Null(), Gen.Bool);
        var users = user.Array[300].Single();
        foreach (var (key, plan, age, region, inside) in users)
        {
            var asked = new RolloutUser(key).With("plan", plan).With("age", age).With("region", region).With("internal", inside);
            var answer =
                await ofrep.PostAsJsonAsync("/ofrep/v1/evaluate/flags", new { context = new { targetingKey = key, plan, age, region, @internal = inside } }).Json();
            foreach (var flag in answer.GetProperty("flags").EnumerateArray())
            {
                var own = service.Router.Route(flag.GetProperty("key").GetString()!, asked);
                if (flag.TryGetProperty("errorCode", out var error))
                {
                    Assert.Equal(error.GetString(), own.ErrorCode);
                    continue;
                }

                Assert.Equal((flag.GetProperty("variant").GetString(), flag.GetProperty("reason").GetString()), (own.VariantName, own.ReasonName));
                Assert.True(System.Text.Json.JsonElement.DeepEquals(flag.GetProperty("value"), System.Text.Json.JsonElement.Parse(own.Json!)));
            }
        }

        // The first of them once more: explain, the state and the simulator's route say the same, before and after a region went back.
        var kept = Domain.Plans.PlanReader.ReadDocument((await silo.Admin.GetAsync("/api/v1/plans/checkout").Json()).GetProperty("plan").GetRawText()).Plan!;
        await Agree(silo, service, kept, users[..60], "30% of users and beta, 60% of europe, 45% of seniors");
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad", segments = new[] { "europe" } }).Json();
        await Eventually.Until(() => !users.Any(
            one => service.Router.Route(Flag, new RolloutUser(one.Item1 ?? "u").With("region", "eu").With("age", one.Item3)).IsNew));
        await Agree(silo, service, kept, users[..60], "30% of users and beta, 45% of seniors");

        Assert.Contains(
            users, one => service.Router.Route(Flag, new RolloutUser(one.Item1).With("plan", one.Item2).With("age", one.Item3)).IsNew);
        Assert.Equal("FLAG_NOT_FOUND", service.Router.Route("nothing", "user").ErrorCode);
    }

    [Fact]
    public async Task Service_answers_accounts_and_exact_ids_as_OFREP_does()
    {
        await using var silo = await SiloHost.Start();
        await silo.Begin(
            "{ percentage: 40%, segments: [beta], hold: 1h }", more: "stickyBy: accountId",
            segments: "{ beta: { any: [ { attribute: id, in: [9007199254740993] }, { attribute: ip, inNetworks: [10.0.0.0/8] }, { attribute: mail, endsWith: \"@EXAMPLE.com\", ignoreCase: true }, { attribute: app, dottedVersion: \"> 2024.01\" }, { attribute: host, matches: \"^demo-[0-9]+$\" } ] } }");
        await using var service = await Service.Start(silo);
        using var ofrep = await silo.NewClient("evaluation", "production");

        var user = Gen.Select(
            Gen.Int[0, 20].Select(i => $"account-{i}").Null(), Gen.OneOfConst(9007199254740992, 9007199254740993, long.MaxValue, 7),
            Gen.OneOfConst("10.1.2.3", "::ffff:10.0.0.1", "11.0.0.1").Null(),
            Gen.OneOfConst("me@Example.com", "me@example.org").Null(), Gen.OneOfConst("2024.1.0", "2024.02", "x").Null(), Gen.OneOfConst("demo-7", "demo-x").Null());
        var seen = new HashSet<(string, string?)>();
        foreach (var (accountId, id, ip, mail, app, host) in user.Array[200].Single().Append((null, 7, "11.0.0.1", null, "x", "demo-x"))
            .Append(("account-1", 7, "11.0.0.1", null, "x", "demo-x")))
        {
            var own = service.Router.Route(Flag, new RolloutUser("u")
                .With("accountId", accountId).With("id", id).With("ip", ip).With("mail", mail).With("app", app).With("host", host));
            var answer = await ofrep.PostAsJsonAsync($"/ofrep/v1/evaluate/flags/{Flag}", new { context = new { targetingKey = "u", accountId, id, ip, mail, app, host } })
                .Json(own.Error == RouteError.None ? 200 : 400);
            Assert.Equal(
                (Text(answer, "variant"), Text(answer, "reason") ?? "ERROR", Text(answer, "errorCode")), (own.VariantName, own.ReasonName, own.ErrorCode));
            seen.Add((own.ReasonName, own.ErrorCode));
        }

        Assert.Superset(new HashSet<(string, string?)> { ("SPLIT", null), ("TARGETING_MATCH", null), ("ERROR", "INVALID_CONTEXT") }, seen);
        Assert.Equal(
            (RouteError.StickyAttributeMissing, false), (service.Router.Route(Flag, "u").Error, service.Router.Route(Flag, "u").IsNew));
        var (number, text) = (new RolloutUser("a").With("accountId", 42), new RolloutUser("b").With("accountId", "42"));
        Assert.Equal(service.Router.Route(Flag, number).Variant, service.Router.Route(Flag, text).Variant);
    }

    [Fact]
    public async Task Client_of_the_format_before_has_flags_that_it_would_misread_on_legacy()
    {
        await using var silo = await SiloHost.Start();
        await silo.Begin("{ percentage: 100%, hold: 1h }", more: "stickyBy: accountId");
        using var older = await silo.NewClient("evaluation", "production");

        var second = await older.GetAsync("/sdk/v1/table?format=2").Json();
        var third = await older.GetAsync("/sdk/v1/table?format=3").Json();

        Assert.Equal((2, "unread"), (second.GetProperty("format").GetInt32(), second.GetProperty("flags")[0].GetProperty("route").GetProperty("mode").GetString()));
        Assert.Equal((3, "split"), (third.GetProperty("format").GetInt32(), third.GetProperty("flags")[0].GetProperty("route").GetProperty("mode").GetString()));
    }

    [Fact]
    public async Task Members_that_opt_in_later_reach_the_service_and_are_sent_once()
    {
        await using var silo = await SiloHost.Start();
        await silo.Begin("{ segments: [beta], hold: 1h }", segments: "{ beta: { title: Beta, any: [ { optedIn: true } ] } }");
        await using var service = await Service.Start(silo);
        Assert.False(service.Router.Route(Flag, "ada").IsNew);

        await silo.Admin.PostAsJsonAsync("/api/v1/segments/production/beta/members", new { add = new[] { "ada" }, remove = Array.Empty<string>() }).Json();
        await Eventually.Until(() => service.Router.Route(Flag, "ada").IsNew);
        Assert.Equal("beta", service.Router.SegmentOf(Flag, new RolloutUser("ada")));

        await silo.Admin.PutAsync("/api/v1/environments/production/flags/theme", Answers.Text("""{ "value": "blue" }""")).Json();
        await Eventually.Until(() => service.Router.Route("theme", "ada").Value("") == "blue");
        Assert.True(service.Router.Route(Flag, "ada").IsNew);
    }

    private static async Task Agree(
        SiloHost silo, Service service, Domain.Plans.Plan plan,
        IEnumerable<(string? Key, string? Plan, int Age, string? Region, bool Inside)> users, string audience)
    {
        var state = await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json();
        Assert.Equal(audience, state.GetProperty("audience").GetString());
        foreach (var (key, tariff, age, region, inside) in users)
        {
            var own = service.Router.Route(
                Flag, new RolloutUser(key).With("plan", tariff).With("age", age).With("region", region).With("internal", inside));
            var explained = await silo.Admin.PostAsJsonAsync(
                "/api/v1/environments/production/explain", new { flag = Flag, context = new { targetingKey = key, plan = tariff, age, region, @internal = inside } }).Json();
            Assert.Equal((own.VariantName, own.ErrorCode ?? own.ReasonName),
                (Text(explained, "variant"), Text(explained, "errorCode") ?? explained.GetProperty("reason").GetString()));
            Assert.Equal((audience, state.GetProperty("percentage").GetDecimal()),
                (explained.GetProperty("audience").GetString(), explained.GetProperty("percentage").GetDecimal()));
        }

        var simulated = new Domain.History.Simulator(
            new Domain.Rollouts.RolloutCommand.Create("r1", plan, 1, "production", state.GetProperty("salt").GetString()!), DateTimeOffset.UnixEpoch);
        simulated.Command(new Domain.Rollouts.RolloutCommand.Start(), Domain.Events.Actor.System);
        foreach (var segment in state.GetProperty("segments").EnumerateArray().Where(s => s.GetProperty("status").GetString() == "rolledBack"))
        {
            simulated.Command(
                new Domain.Rollouts.RolloutCommand.Rollback("bad", [segment.GetProperty("key").GetString()!]), Domain.Events.Actor.System);
        }

        var route = Domain.Routing.RolloutRoutes.Of(simulated.State);
        var live = Orchestrator.Domain.Rollouts.Steps.StepAudience.Of(simulated.State).Without(simulated.State.TakenBack);
        Assert.Equal(audience, live.Text);
        foreach (var segment in state.GetProperty("segments").EnumerateArray())
        {
            var expected = route.TakenBack.Contains(segment.GetProperty("key").GetString()!)
                ? 0
                : live.Of(segment.GetProperty("key").GetString()!).Percent;
            Assert.Equal(expected, segment.GetProperty("percentage").GetDecimal());
        }
    }

    private static string? Text(System.Text.Json.JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var text) ? text.GetString() : null;
}
