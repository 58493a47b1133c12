using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.World;

namespace Orchestrator.Silo.Tests.Http;

public sealed class AmendTests
{
    private const string Stricter = "error_rate > 0.4%, for: 5m";
    private const string Looser = "error_rate > 1%, for: 5m";

    [Fact]
    public void Roles_that_amend_are_those_that_publish_plans_and_operate() => Assert.Equal(
        Permissions.Of(Permission.Plans).Intersect(Permissions.Of(Permission.Operate)).Order(), Permissions.Of(Permission.Amend).Order());

    [Fact]
    public async Task Operator_sees_the_effect_before_and_the_corrected_plan_is_in_force_after()
    {
        await using var silo = await Running();
        await Revise(silo, Stricter);
        foreach (var effect in (JsonElement[])[
            await silo.Admin.GetAsync("/api/v1/rollouts/r1/amendment?revision=2").Json(),
            await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/amend", new { revision = 2, dryRun = true }).Json()])
        {
            Assert.True(effect.GetProperty("allowed").GetBoolean());
            Assert.False(effect.GetProperty("needsSecondPerson").GetBoolean());
            Assert.Equal(["error-rate-spike"], effect.GetProperty("restarts").GetProperty("triggers").EnumerateArray().Select(one => one.GetString()));
            var change = Assert.Single(effect.GetProperty("changes").EnumerateArray());
            Assert.Equal("triggers[0].when", change.GetProperty("path").GetString());
            Assert.Equal(0, effect.GetProperty("users").GetProperty("ahead").GetArrayLength());
        }

        Assert.Equal(1, Revision(await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()));
        silo.Time.Advance(TimeSpan.FromMinutes(1));
        var amended = await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/amend", new { revision = 2, reason = "the limit was a guess" }).Json();
        Assert.Equal(2, Revision(amended));
        Assert.Equal((1, "the limit was a guess"), (amended.GetProperty("amended").GetProperty("fromRevision").GetInt32(), amended.GetProperty("amended").GetProperty("reason").GetString()));
        var trigger = amended.GetProperty("triggers").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "error-rate-spike");
        Assert.Equal(amended.GetProperty("amended").GetProperty("at").GetDateTimeOffset(), trigger.GetProperty("restartedAt").GetDateTimeOffset());

        var happened = (await silo.Admin.GetAsync("/api/v1/rollouts/r1/events?limit=1000").Json()).GetProperty("events").EnumerateArray()
            .Single(one => one.GetProperty("type").GetString() == "RolloutAmended");
        var data = happened.GetProperty("data");
        Assert.NotEqual(data.GetProperty("fromHash").GetString(), data.GetProperty("hash").GetString());
        Assert.Equal("checkout", data.GetProperty("document").GetProperty("plan").GetString());
        Assert.True((await silo.Admin.GetAsync("/api/v1/rollouts/r1/verify").Json()).GetProperty("intact").GetBoolean());
    }

    [Fact]
    public async Task State_and_explanation_of_before_the_amendment_are_those_of_the_old_plan()
    {
        await using var silo = await Running();
        await Revise(silo, Stricter);
        silo.Time.Advance(TimeSpan.FromMinutes(10));
        var amended = await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/amend", new { revision = 2, reason = "better" }).Json();
        Assert.Equal(1, Revision(await silo.Admin.GetAsync($"/api/v1/rollouts/r1?version={amended.GetProperty("version").GetInt64() - 1}").Json()));
        var before = (silo.Time.GetUtcNow() - TimeSpan.FromMinutes(5)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        Assert.Equal(1, Revision(await silo.Admin.GetAsync($"/api/v1/rollouts/r1?at={before}").Json()));
        Assert.Equal(1, await Explained(before));
        Assert.Equal(2, await Explained(null));
        var told = await silo.Admin.GetAsync("/api/v1/rollouts/r1/retrospective").Json();
        Assert.Equal(2, Assert.Single(told.GetProperty("amendments").EnumerateArray()).GetProperty("revision").GetInt32());

        async Task<int> Explained(string? at) => (await silo.Admin.PostAsJsonAsync(
            "/api/v1/environments/production/explain", new { flag = "useNewCheckout", context = new { targetingKey = "u", @internal = true }, at }).Json()).GetProperty("planRevision").GetInt32();
    }

    [Fact]
    public async Task Contradictions_to_the_past_are_answered_all_at_once_by_path_and_change_nothing()
    {
        await using var silo = await Running();
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(
            Plans.Checkout.Replace("flag: useNewCheckout", "flag: useOther", StringComparison.Ordinal).Replace("segments: [beta], hold: 1h", "percentage: 20%, hold: 1h", StringComparison.Ordinal)
                .Replace("{ name: ten, percentage: 10%", "{ name: ten, percentage: 30%", StringComparison.Ordinal).Replace("useNewCheckout: false", "useOther: false", StringComparison.Ordinal),
            "application/yaml")).Json();
        using var response = await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/amend", new { revision = 2, reason = "no" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        var errors = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateArray()
            .Select(one => one.GetProperty("path").GetString());
        Assert.Equal(["flag", "phases[0].steps[0].percentage", "phases[0].steps[0].segments"], errors);
        var effect = await silo.Admin.GetAsync("/api/v1/rollouts/r1/amendment").Json();
        Assert.False(effect.GetProperty("allowed").GetBoolean());
        Assert.Equal(3, effect.GetProperty("refusals").GetArrayLength());
        Assert.Equal("input.invalid", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/amend", new { revision = 7, reason = "no" }).Problem(422));
        Assert.Equal("input.invalid", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/amend", new { revision = 2 }).Problem(422));
        Assert.Equal("input.invalid", await silo.Admin.GetAsync("/api/v1/rollouts/r1/amendment?revision=x").Problem(422));
        Assert.Equal("rollout.not_found", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/none/amend", new { revision = 2, reason = "no" }).Problem(404));
        Assert.Equal(1, Revision(await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()));
    }

    [Fact]
    public async Task A_looser_plan_waits_for_a_second_person_and_a_repeated_request_asks_once()
    {
        await using var silo = await Running();
        using var asker = await silo.NewClient("admin");
        await asker.PutAsync("/api/v1/plans/checkout", Answers.Text(Plan(Looser), "application/yaml")).Json();
        silo.Time.Advance(TimeSpan.FromMinutes(1));
        var asked = await Amend(asker).Json(202);
        Assert.Equal(1, Revision(asked));
        var waiting = asked.GetProperty("amendment");
        Assert.Equal(2, waiting.GetProperty("revision").GetInt32());
        Assert.StartsWith("triggers[0]: ", waiting.GetProperty("looser")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(asked.GetProperty("version").GetInt64(), (await Amend(asker).Json(202)).GetProperty("version").GetInt64());

        var review = waiting.GetProperty("review").GetString();
        Assert.Equal("review.own_override", await asker.PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review }).Problem(409));
        var agreed = await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review, reason = "seen" }).Json();
        Assert.Equal((2, review), (Revision(agreed), agreed.GetProperty("amended").GetProperty("review").GetString()));
        Assert.Equal(2, Revision(await Amend(asker).Json()));

        static Task<HttpResponseMessage> Amend(HttpClient client)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/rollouts/r1/amend") { Content = JsonContent.Create(new { revision = 2, reason = "too nervous" }) };
            request.Headers.Add("Idempotency-Key", "amend-1");
            return client.SendAsync(request);
        }
    }

    [Fact]
    public async Task An_admin_who_made_all_keys_is_answered_with_a_no_and_another_admin_asks()
    {
        await using var silo = await Running();
        var world = silo.Services.GetRequiredService<IWorld>();
        using var second = await silo.NewClient("admin");
        var made = await silo.Admin.PostAsJsonAsync("/api/v1/keys", new { name = "product", role = "product", person = "Pia Sand" }).Json(201);
        using var pia = silo.As(made.GetProperty("key").GetString()!);
        await Revise(silo, Looser);
        silo.Time.Advance(TimeSpan.FromMinutes(1));
        var asked = (await Amend(silo.Admin)).GetProperty("amendment").GetProperty("review").GetString();
        Assert.Equal("review.own_override", await pia.PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review = asked }).Problem(409));
        Assert.Equal(asked, (await Amend(second)).GetProperty("amendment").GetProperty("review").GetString());
        var refused = await pia.PostAsJsonAsync("/api/v1/rollouts/r1/reject", new { review = asked, reason = "another has to ask" }).Json();
        Assert.False(refused.TryGetProperty("amendment", out var left) && left.ValueKind != JsonValueKind.Null);

        await Eventually.Until("the first use of Pia's key is kept", () => world.Current.Access.Working(made.GetProperty("id").GetString()!)?.FirstUsedAt is not null);
        await Eventually.Until(
            "the first use of the second admin's key is kept", () => world.Current.Access.Keys.Values.Count(key => key is { Role: Role.Admin, FirstUsedAt: not null }) == 1);
        silo.Time.Advance(TimeSpan.FromMinutes(1));
        var again = (await Amend(second)).GetProperty("amendment").GetProperty("review").GetString();
        Assert.NotEqual(asked, again);
        Assert.Equal(2, Revision(await pia.PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review = again }).Json()));

        static Task<JsonElement> Amend(HttpClient client) => client.PostAsJsonAsync("/api/v1/rollouts/r1/amend", new { revision = 2, reason = "too nervous" }).Json(202);
    }

    [Fact]
    public async Task Samples_of_a_new_series_are_read_at_once_after_an_amendment_and_after_a_restart()
    {
        await using var silo = await Running();
        Assert.Contains("declined", (await Push(new { requests = 1000, errors = 0, declined = 0 })).GetRawText(), StringComparison.Ordinal);
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(
            Plans.Checkout.Replace("complaints: {", "declined: { ratio: declined / requests }\n  complaints: {", StringComparison.Ordinal)
                .Replace("- { name: checkout-down", "- { name: declined, when: declined > 5%, action: rollback }\n  - { name: checkout-down", StringComparison.Ordinal), "application/yaml")).Json();
        Assert.Equal(2, Revision(await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/amend", new { revision = 2, reason = "payments matter" }).Json()));
        silo.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.DoesNotContain("declined", (await Push(new { requests = 1000, errors = 0, declined = 1 })).GetRawText(), StringComparison.Ordinal);
        await silo.Restart(TimeSpan.FromSeconds(15));
        Assert.DoesNotContain("declined", (await Push(new { requests = 1000, errors = 0, declined = 200 })).GetRawText(), StringComparison.Ordinal);
        await Eventually.Until("the new trigger rolls back", async () => (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("status").GetString() == "rolledBack");

        Task<JsonElement> Push(object counters) =>
            silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/metrics", new { samples = new[] { new { variant = "new", counters } } }).Json(202);
    }

    [Fact]
    public async Task A_missing_segment_comes_with_the_amendment_and_one_that_differs_refuses_it()
    {
        await using var silo = await Running();
        var more = Plans.Checkout.Replace("metrics:", "  eu: { title: Europe, all: [ { attribute: region, equals: eu } ] }\nmetrics:", StringComparison.Ordinal)
            .Replace("{ name: ten, percentage: 10%, hold: 1h }", "{ name: eu, segments: [eu], hold: 1h }\n      - { name: ten, percentage: 10%, hold: 1h }", StringComparison.Ordinal);
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(more, "application/yaml")).Json();
        using var asker = await silo.NewClient("admin");
        await asker.PostAsJsonAsync("/api/v1/rollouts/r1/amend", new { revision = 2, reason = "Europe first" }).Json(202);
        await silo.Admin.GetAsync("/api/v1/segments/production/eu").Json();

        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(more.Replace("equals: eu }", "equals: de }", StringComparison.Ordinal), "application/yaml")).Json();
        Assert.Equal("rollout.segment_differs", await asker.PostAsJsonAsync("/api/v1/rollouts/r1/amend", new { revision = 3, reason = "Germany" }).Problem(409));
        var effect = await silo.Admin.GetAsync("/api/v1/rollouts/r1/amendment?revision=3").Json();
        Assert.Equal("segments", Assert.Single(effect.GetProperty("refusals").EnumerateArray()).GetProperty("path").GetString());
    }

    private static async Task<SiloHost> Running()
    {
        var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        return silo;
    }

    private static Task<JsonElement> Revise(SiloHost silo, string trigger) =>
        silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plan(trigger), "application/yaml")).Json();

    private static string Plan(string trigger) => Plans.Checkout.Replace("error_rate > 0.5%, for: 5m", trigger, StringComparison.Ordinal);

    private static int Revision(JsonElement rollout) => rollout.GetProperty("plan").GetProperty("revision").GetInt32();
}
