using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.Time;
using Orchestrator.Silo;

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
        DateTimeOffset reached;
        await using (var silo = await SiloHost.Start(folder: folder, settings: "--Orchestrator:Clock:Speed=3600"))
        {
            silo.Time.Advance(TimeSpan.FromMinutes(1));
            reached = Now(silo);
        }

        var refused = await Assert.ThrowsAsync<SettingsException>(() => SiloHost.Start(folder: folder));
        Assert.Contains("Orchestrator:Clock:Speed=3600", refused.Message, StringComparison.Ordinal);

        // This host's real time starts anew at the anchor's moment, before what was reached: the anchor decides, not the wall.
        await using (var silo = await SiloHost.Start(folder: folder, settings: "--Orchestrator:Clock:Speed=7200"))
        {
            silo.Time.Advance(TimeSpan.FromMinutes(1));
            Assert.True(Now(silo) >= reached);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static DateTimeOffset Now(SiloHost silo) => silo.Services.GetRequiredService<OrchestratorClock>().GetUtcNow();
}
