using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Flags in force: what decides each, and the answers and requests that were counted.</summary>
public sealed class InForceTests
{
    private const string Address = "/api/v1/environments/production/in-force";

    [Fact]
    public async Task Empty_environment_has_no_flag_in_force()
    {
        await using var silo = await SiloHost.Start();
        var body = await silo.Admin.GetAsync(Address).Json();
        Assert.Empty(body.GetProperty("flags").EnumerateArray());
        Assert.Single(body.GetProperty("counted").GetProperty("nodes").EnumerateArray());
    }

    [Fact]
    public async Task Static_flag_has_its_value_author_and_time()
    {
        await using var silo = await SiloHost.Start();
        var devops = await silo.NewClient("devops");
        await devops.PutAsJsonAsync("/api/v1/environments/production/flags/banner", new { value = "hi" }).Json();
        var flag = await Flag(silo, "banner");
        Assert.Equal(("static", "hi"), (Text(flag, "kind"), Text(flag, "value")));
        Assert.Equal("devops", Text(flag.GetProperty("changed").GetProperty("by"), "role"));
        Assert.Equal(silo.Time.GetUtcNow(), flag.GetProperty("changed").GetProperty("at").GetDateTimeOffset());
        await devops.DeleteAsync("/api/v1/environments/production/flags/banner");
        Assert.Empty((await silo.Admin.GetAsync(Address).Json()).GetProperty("flags").EnumerateArray());
    }

    [Fact]
    public async Task Routed_flag_has_decision_last_move_and_counted_answers()
    {
        await using var silo = await Started();
        var flag = await Flag(silo, "useNewCheckout");
        Assert.Equal(("routed", "r1", "beta", "beta-users"), (Text(flag, "kind"), Text(flag, "rollout"), Text(flag, "phase"), Text(flag, "step")));
        Assert.Equal("split", Text(flag.GetProperty("decided"), "mode"));
        Assert.Equal(100, flag.GetProperty("decided").GetProperty("segments")[0].GetProperty("percentage").GetInt32());
        Assert.Contains("beta", Text(flag.GetProperty("changed"), "text"), StringComparison.Ordinal);
        Assert.Equal(0, Served(flag, "new") + Served(flag, "legacy"));

        var evaluation = await silo.NewClient("evaluation", "production");
        foreach (var user in (object[])[new { targetingKey = "a", @internal = true }, new { targetingKey = "b" }, new { targetingKey = "c" }])
        {
            await evaluation.PostAsJsonAsync("/ofrep/v1/evaluate/flags/useNewCheckout", new { context = user }).Json();
        }

        flag = await Flag(silo, "useNewCheckout");
        Assert.Equal((1, 2), (Served(flag, "new"), Served(flag, "legacy")));
        var node = (await silo.Admin.GetAsync("/api/v1/nodes").Json()).GetProperty("nodes")[0];
        Assert.Equal(3, node.GetProperty("answers").GetProperty("count").GetInt32());

        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        flag = await Flag(silo, "useNewCheckout");
        Assert.Equal(("off", 0), (Text(flag.GetProperty("decided"), "mode"), flag.GetProperty("decided").GetProperty("percentage").GetInt32()));
        Assert.Contains("bad", Text(flag.GetProperty("changed"), "text"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reported_requests_are_those_of_samples()
    {
        await using var silo = await Started();
        var none = await Flag(silo, "useNewCheckout");
        Assert.False(none.GetProperty("reported").TryGetProperty("new", out _));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/metrics", new
        {
            samples = new[]
            {
                new { variant = "new", counters = new { requests = 30, errors = 0 } },
                new { variant = "legacy", counters = new { requests = 70, errors = 0 } },
            },
        }).Json(202);
        var reported = (await Flag(silo, "useNewCheckout")).GetProperty("reported");
        Assert.Equal((30, 70), (reported.GetProperty("new").GetDouble(), reported.GetProperty("legacy").GetDouble()));
    }

    [Fact]
    public async Task Stored_value_under_a_phase_is_a_difference()
    {
        await using var silo = await Started();
        var flag = await Flag(silo, "checkoutLogging");
        Assert.Equal(("static", "verbose", "r1", "beta"), (Text(flag, "kind"), Text(flag, "value"), Text(flag, "rollout"), Text(flag, "phase")));
        Assert.False(flag.TryGetProperty("differences", out _));
        await silo.Admin.PutAsJsonAsync("/api/v1/environments/production/flags/checkoutLogging", new { value = false }).Json();
        var difference = Assert.Single((await Flag(silo, "checkoutLogging")).GetProperty("differences").EnumerateArray()).GetString()!;
        Assert.StartsWith("Stored value is false, in force is \"verbose\" by phase beta of rollout r1", difference, StringComparison.Ordinal);
    }

    private static async Task<SiloHost> Started()
    {
        var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        return silo;
    }

    private static async Task<JsonElement> Flag(SiloHost silo, string key) =>
        (await silo.Admin.GetAsync(Address).Json()).GetProperty("flags").EnumerateArray().Single(flag => Text(flag, "key") == key);

    private static int Served(JsonElement flag, string variant) => flag.GetProperty("served").GetProperty(variant).GetInt32();

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
