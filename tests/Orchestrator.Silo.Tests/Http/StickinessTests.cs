using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.Log;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Users who are first at the second attempt too, and users who are kept together.</summary>
public sealed class StickinessTests
{
    private const string Plan = """
        plan: search
        flag: newSearch
        metrics: { error_rate: { ratio: errors / requests } }
        triggers: [ { name: errors, when: error_rate > 1%, action: rollback } ]
        phases: [ { name: p, steps: [ { name: half, percentage: 50%, hold: 30d } ], success: [ error_rate < 1% over 1h ] } ]
        """;

    [Fact]
    public async Task Second_rollout_of_a_plan_that_keeps_its_salt_exposes_the_same_users()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/search", Yaml("stickiness: plan")).Json(201);
        using var service = await silo.NewClient("evaluation", "production");
        var first = await Begin(silo, "r1", "production");
        var exposed = await New(service);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/abort", new { reason = "again" }).Json();
        Assert.Empty(await New(service));
        await silo.Restart();
        using var again = await silo.NewClient("evaluation", "production");

        var second = await Begin(silo, "r2", "production");

        Assert.Equal("plan", second.GetProperty("stickiness").GetString());
        Assert.Equal(first.GetProperty("salt").GetString(), second.GetProperty("salt").GetString());
        Assert.InRange(exposed.Length, 1, 39);
        Assert.Equal(exposed, await New(again));
        var explained = await silo.Admin.PostAsJsonAsync("/api/v1/environments/production/explain", new { flag = "newSearch", context = new { targetingKey = "user-1" } }).Json();
        Assert.Equal("plan", explained.GetProperty("stickiness").GetString());
        Assert.Single(await silo.Services.GetRequiredService<IEventLog>().ReadStream("environment/production"), one => one.Type == "environment.plan_salted");
    }

    [Fact]
    public async Task Salt_that_a_plan_keeps_is_its_own_in_each_environment_and_no_other_plans()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/search", Yaml("stickiness: plan")).Json(201);
        await silo.Admin.PutAsync("/api/v1/plans/find",
            Answers.Text((Plan + "\nstickiness: plan").Replace("search", "find", StringComparison.Ordinal).Replace("newSearch", "newFind", StringComparison.Ordinal), "application/yaml")).Json(201);

        string?[] salts =
        [
            (await Begin(silo, "r1", "production")).GetProperty("salt").GetString(), (await Begin(silo, "r2", "staging")).GetProperty("salt").GetString(),
            (await Begin(silo, "r3", "production", "find")).GetProperty("salt").GetString(),
        ];

        Assert.Equal(3, salts.Distinct().Count());
        Assert.All(salts, salt => Assert.Equal(32, salt!.Length));
    }

    [Fact]
    public async Task Rollouts_draw_their_own_salt_unless_the_plan_says_otherwise()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/search", Yaml("")).Json(201);
        var first = await Begin(silo, "r1", "production");
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/abort", new { reason = "again" }).Json();

        var second = await Begin(silo, "r2", "production");

        Assert.Equal(("rollout", "targetingKey"), (second.GetProperty("stickiness").GetString(), second.GetProperty("stickyBy").GetString()));
        Assert.NotEqual(first.GetProperty("salt").GetString(), second.GetProperty("salt").GetString());
        Assert.DoesNotContain(await silo.Services.GetRequiredService<IEventLog>().ReadStream("environment/production"), one => one.Type == "environment.plan_salted");
    }

    [Fact]
    public async Task Accounts_are_together_over_OFREP_and_a_context_without_one_is_refused_by_name()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/search", Yaml("stickyBy: accountId")).Json(201);
        Assert.Equal("accountId", (await Begin(silo, "r1", "production")).GetProperty("stickyBy").GetString());
        using var service = await silo.NewClient("evaluation", "production");
        const string one = "/ofrep/v1/evaluate/flags/newSearch";

        foreach (var account in (string[])["1", "2", "1152921504606846977", "\"acme\"", "\"globex\""])
        {
            var answers = new List<(string?, string?, int)>();
            foreach (var user in (string[])["\"u1\"", "\"u2\"", "null"])
            {
                var answer = await service.PostAsync(one, Answers.Text($$$"""{"context":{"targetingKey":{{{user}}},"accountId":{{{account}}}}}""")).Json();
                answers.Add((answer.GetProperty("variant").GetString(), answer.GetProperty("reason").GetString(),
                    answer.GetProperty("metadata").GetProperty("bucket").GetInt32()));
            }

            Assert.Equal("SPLIT", Assert.Single(answers.Distinct()).Item2);
        }

        foreach (var context in (string[])["""{"targetingKey":"u1"}""", """{"targetingKey":"u1","accountId":null}""", """{"targetingKey":"u1","accountId":1.5}""", """{"targetingKey":"u1","accountId":""}"""])
        {
            var refused = await service.PostAsync(one, Answers.Text($$"""{"context":{{context}}}""")).Json(400);
            Assert.Equal("INVALID_CONTEXT", refused.GetProperty("errorCode").GetString());
            Assert.Contains("accountId", refused.GetProperty("errorDetails").GetString(), StringComparison.Ordinal);
        }

        var bulk = await service.PostAsync("/ofrep/v1/evaluate/flags", Answers.Text("""{"context":{"targetingKey":"u1"}}""")).Json();
        Assert.Equal("INVALID_CONTEXT", bulk.GetProperty("flags")[0].GetProperty("errorCode").GetString());
        var explained = await silo.Admin.PostAsync("/api/v1/environments/production/explain", Answers.Text("""{"flag":"newSearch","context":{"targetingKey":"u1","accountId":"acme"}}""")).Json();
        Assert.Equal("accountId", explained.GetProperty("stickyBy").GetString());
        Assert.Contains("bucket of accountId below 50 %", explained.GetProperty("rules").ToString(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> Begin(SiloHost silo, string id, string environment, string plan = "search")
    {
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id, plan, environment }).Json(201);
        return await silo.Admin.PostAsJsonAsync($"/api/v1/rollouts/{id}/start", new { }).Json();
    }

    private static async Task<string[]> New(HttpClient service)
    {
        var exposed = new List<string>();
        foreach (var user in Enumerable.Range(0, 40).Select(i => $"user-{i}"))
        {
            var answer = await service.PostAsJsonAsync("/ofrep/v1/evaluate/flags/newSearch", new { context = new { targetingKey = user } }).Json();
            if (answer.GetProperty("value").GetBoolean())
            {
                exposed.Add(user);
            }
        }

        return [.. exposed];
    }

    private static StringContent Yaml(string more) => Answers.Text($"{Plan}\n{more}\n", "application/yaml");
}
