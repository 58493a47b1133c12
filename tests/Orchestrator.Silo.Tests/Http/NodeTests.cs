using System.Net.Http.Json;

namespace Orchestrator.Silo.Tests.Http;

public sealed class NodeTests
{
    [Fact]
    public async Task Nodes_have_their_uptime_and_watched_rollouts_their_guard()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        var before = await silo.Admin.GetAsync("/api/v1/nodes").Json();
        Assert.Empty(before.GetProperty("guards").EnumerateArray());
        var up = before.GetProperty("nodes")[0].GetProperty("uptime").GetDouble();
        Assert.True(up >= 0, $"{up} s");

        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        var guards = await Eventually.Until(
            "the guard of r1 is renewed", async () => (await silo.Admin.GetAsync("/api/v1/nodes").Json()).GetProperty("guards"),
            found => found.EnumerateArray().Any(one => one.TryGetProperty("renewed", out _)));
        var guard = Assert.Single(guards.EnumerateArray());
        Assert.Equal(("r1", false), (guard.GetProperty("rollout").GetString(), guard.GetProperty("unwatched").GetBoolean()));
        Assert.True(guard.GetProperty("renewed").GetDouble() >= 0, guard.ToString());
    }
}
