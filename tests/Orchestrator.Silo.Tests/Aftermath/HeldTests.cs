using System.Net.Http.Json;
using Orchestrator.Silo.Tests.Notifications;
using static Orchestrator.Silo.Tests.Notifications.Telling;

namespace Orchestrator.Silo.Tests.Aftermath;

/// <summary>Nothing slow stands before the route change.</summary>
public sealed class HeldTests
{
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Webhook_and_probe_that_hang_for_a_minute_delay_no_route_change_in_it()
    {
        await using var hook = await Receiver.Start();
        hook.Hangs = true;
        await using var scene = await Scene.Start($"""
            healthChecks: [ {"{"} name: legacy-answers, probe: "HEALTH", timeout: 60s {"}"} ]
            channels: [ {Channel("hook", hook.Address)} ]
            """);
        var evaluation = await scene.Silo.NewClient("evaluation", "production");
        scene.Legacy.Health.Hold();
        await hook.Heard(1);
        Assert.Equal("new", await Scene.Variant(evaluation));
        var began = scene.Silo.Time.GetUtcNow();

        await scene.RollBack();
        Assert.Equal(("legacy", began), (await Scene.Variant(evaluation), scene.Silo.Time.GetUtcNow()));
        await scene.Legacy.Health.Asked();

        // From here on both are held. Orchestrator time goes on, and routes change whenever somebody says so.
        while (scene.Silo.Time.GetUtcNow() - began < Held)
        {
            scene.Silo.Time.Advance(Held / 4);
            await scene.Silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/restore", new { reason = "false alarm" }).Json();
            Assert.Equal("new", await Scene.Variant(evaluation));
            await scene.RollBack();
            Assert.Equal("legacy", await Scene.Variant(evaluation));
            Assert.Empty(hook.Taken);
            await scene.Legacy.Health.Asked();
        }

        Assert.Equal(began + Held, scene.Silo.Time.GetUtcNow());
        Assert.Equal("health", Scene.Next(await scene.Look("r1-5")));
        Assert.DoesNotContain("HealthVerified", await scene.Events());
        Assert.DoesNotContain("HealthFailed", await scene.Events());

        // Let go, both end as if nothing had been.
        hook.Hangs = false;
        hook.Release();
        scene.Legacy.Health.Release();
        Assert.Equal("resolved", (await scene.Until(i => Scene.Next(i) is null, incident: "r1-5")).GetProperty("state").GetString());
        await hook.HeardOf("IncidentResolved");
    }
}
