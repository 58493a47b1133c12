namespace Orchestrator.Silo.Tests.Aftermath;

public sealed class ResumeTests
{
    [Fact]
    public async Task Restart_between_any_two_legs_goes_on_at_the_missing_one_and_does_nothing_twice()
    {
        await using var scene = await Scene.Start("""
            healthChecks: [ { name: legacy-answers, probe: "HEALTH", timeout: 60s } ]
            consistencyChecks: [ { name: session-state, probe: "SESSIONS", timeout: 60s } ]
            """);
        var (health, sessions) = (scene.Legacy.Health, scene.Legacy.Sessions);
        health.Hold();
        sessions.Hold();
        await scene.Serve(1000, 10);

        await scene.RollBack();
        await scene.Silo.Restart();
        await scene.UntilNext("traffic");
        await scene.Silo.Restart();
        Assert.Equal("traffic", Scene.Next(await scene.Look()));

        await scene.UntilNext("health", () => scene.Serve(0, 1000, samples: 1));
        await health.Asked();
        await scene.Silo.Restart();
        await health.Asked();
        Assert.Equal("health", Scene.Next(await scene.Look()));
        health.Release();

        await sessions.Asked();
        Assert.Equal("consistency", Scene.Next(await scene.Look()));
        await scene.Silo.Restart();
        await sessions.Asked();
        sessions.Release();
        await scene.UntilState("resolved");
        await scene.Silo.Restart();

        Assert.Equal((2, 2), (health.Calls, sessions.Calls));
        var events = await scene.Events();
        Assert.Equal(
            ["RolledBack", "IncidentOpened", "PropagationConfirmed", "TrafficVerified", "HealthVerified", "ConsistencyVerified", "IncidentResolved"],
            events[Array.IndexOf(events, "RolledBack")..]);
    }
}
