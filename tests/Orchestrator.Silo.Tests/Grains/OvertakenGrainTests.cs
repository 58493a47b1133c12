using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Log;

namespace Orchestrator.Silo.Tests.Grains;

/// <summary>A silo that was asleep or cut off holds activations whose state others have left behind.</summary>
public sealed class OvertakenGrainTests
{
    [Fact]
    public async Task Rollback_that_seems_done_is_done_again_when_another_silo_has_restored_meanwhile()
    {
        await using var silo = await RolledBack();
        await Restored(silo);

        var again = await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "worse" }).Json();

        Assert.Equal("rolledBack", again.GetProperty("status").GetString());
        Assert.Equal(2, (await Log(silo)).Count(e => e.Type == "rollout.rolled_back"));
    }

    [Fact]
    public async Task Refusal_that_others_have_made_untrue_is_taken_back()
    {
        await using var silo = await RolledBack();
        Assert.Equal("rollout.rolled_back", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/advance", new { }).Problem(409));
        await Restored(silo);

        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/pause", new { reason = "lunch" }).Json();
        Assert.Equal("rollout.paused", (await Log(silo))[^1].Type);
    }

    private static async Task<SiloHost> RolledBack()
    {
        var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        return silo;
    }

    /// <summary>As another silo does it: in the log, and past the activation of this one.</summary>
    private static async Task Restored(SiloHost silo)
    {
        var back = RolloutEvents.Catalog.Write(new RolloutEvent.RolloutRestored("false alarm", "beta", "beta-users", 0), Guid.NewGuid());
        var by = new AppendMetadata(silo.Time.GetUtcNow(), new Actor(ActorKind.User, "someone", null), Guid.NewGuid().ToString("N"));
        // The activation still appends what follows the rollback.
        var outcome = await Eventually.Until(
            "an append without a conflict",
            async () => await silo.Services.GetRequiredService<IEventLog>().Append("rollout/r1", (await Log(silo))[^1].Version, [back], by),
            outcome => outcome is not AppendOutcome.Conflict);
        Assert.IsType<AppendOutcome.Appended>(outcome);
    }

    private static Task<IReadOnlyList<RecordedEvent>> Log(SiloHost silo) => silo.Services.GetRequiredService<IEventLog>().ReadStream("rollout/r1");
}
