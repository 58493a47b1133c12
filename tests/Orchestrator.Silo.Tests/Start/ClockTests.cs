using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Grains.Time;
using Orchestrator.Silo.Settings;

namespace Orchestrator.Silo.Tests.Start;

public sealed class ClockTests
{
    [Fact]
    public async Task Clock_restarted_at_its_speed_continues_and_says_how_fast_it_is()
    {
        await using var silo = await SiloHost.Start(settings: "--Orchestrator:Clock:Speed=3600");
        var began = Now(silo);
        silo.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(began + TimeSpan.FromHours(10), Now(silo));

        await silo.Restart();

        Assert.Equal(began + TimeSpan.FromHours(10), Now(silo));
        var clock = (await silo.Admin.GetAsync("/api/v1/nodes").Json()).GetProperty("nodes")[0].GetProperty("clock");
        Assert.Equal(3600, clock.GetProperty("speed").GetDouble());
    }

    [Fact]
    public async Task Clock_at_another_speed_goes_on_from_where_it_was_but_never_back()
    {
        var folder = Directory.CreateTempSubdirectory("silo-").FullName;
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
        DateTimeOffset reached;
        await using (var silo = await SiloHost.Start(folder: folder, time: time, settings: "--Orchestrator:Clock:Speed=3600"))
        {
            time.Advance(TimeSpan.FromMinutes(1));
            reached = Now(silo);
        }

        var refused = await Assert.ThrowsAsync<SettingsException>(() => SiloHost.Start(folder: folder, time: time));
        Assert.Contains("Orchestrator:Clock:Speed=3600", refused.Message, StringComparison.Ordinal);

        await using (var silo = await SiloHost.Start(folder: folder, time: time, settings: "--Orchestrator:Clock:Speed=2"))
        {
            Assert.Equal(reached, Now(silo));
            time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(reached + TimeSpan.FromMinutes(2), Now(silo));
        }

        Directory.Delete(folder, recursive: true);
    }

    private static DateTimeOffset Now(SiloHost silo) => silo.Services.GetRequiredService<OrchestratorClock>().GetUtcNow();
}
