using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;

namespace Orchestrator.Silo.Tests.Recovery;

/// <summary>In a rolling upgrade an older silo meets what a newer one wrote.</summary>
public sealed class NewerBuildEventTests
{
    [Fact]
    public async Task Holds_its_rollout_tells_everyone_and_touches_no_other()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await silo.Admin.PutAsync("/api/v1/plans/other", Answers.Text(
            Plans.Checkout.Replace("plan: checkout", "plan: other", StringComparison.Ordinal).Replace("useNewCheckout", "useOther", StringComparison.Ordinal), "application/yaml")).Json(201);
        foreach (var (id, plan) in new[] { ("r1", "checkout"), ("r2", "other") })
        {
            await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id, plan, environment = "production" }).Json(201);
            await silo.Admin.PostAsJsonAsync($"/api/v1/rollouts/{id}/start", new { }).Json();
        }

        var (log, world) = (silo.Services.GetRequiredService<IEventLog>(), silo.Services.GetRequiredService<IWorld>());
        var version = world.Current.Rollouts["r1"].Version;
        var written = Assert.IsType<AppendOutcome.Appended>(await log.Append(
            RolloutEvents.Stream("r1"), version, [new NewEvent(Guid.CreateVersion7(), "rollout.from_the_future", 1, "{}"u8.ToArray())],
            new AppendMetadata(silo.Time.GetUtcNow(), Actor.Timer, "c")));
        Assert.True(await world.WaitFor(written.Events[0].Position, SiloHost.Patience));

        // Twice: the second lands on an activation that reads the stream anew.
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("stream.held", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Problem(409));
        }

        var node = (await silo.Admin.GetAsync("/api/v1/nodes").Json()).GetProperty("nodes")[0];
        Assert.Contains("rollout.from_the_future", node.GetProperty("held")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains("r1", node.GetProperty("alarms").ToString(), StringComparison.Ordinal);
        var answer = await Answer(silo, "useNewCheckout");
        Assert.Equal((false, "STALE"), (answer.GetProperty("value").GetBoolean(), answer.GetProperty("reason").GetString()));
        Assert.Equal(version + 1, (await silo.Admin.GetAsync("/api/v1/rollouts/r1/verify").Json()).GetProperty("events").GetInt64());

        Assert.True((await Answer(silo, "useOther")).GetProperty("value").GetBoolean());
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r2/rollback", new { reason = "bad" }).Json();
        Assert.False((await Answer(silo, "useOther")).GetProperty("value").GetBoolean());
    }

    private static async Task<JsonElement> Answer(SiloHost silo, string flag)
    {
        using var service = await silo.NewClient("evaluation", "production");
        return await service.PostAsJsonAsync($"/ofrep/v1/evaluate/flags/{flag}", new { context = new { targetingKey = "u", @internal = true } }).Json();
    }
}
