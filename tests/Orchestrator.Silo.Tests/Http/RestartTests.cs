using System.Net.Http.Json;

namespace Orchestrator.Silo.Tests.Http;

public sealed class RestartTests
{
    [Fact]
    public async Task Restart_keeps_keys_and_flags_and_adds_no_event()
    {
        await using var silo = await SiloHost.Start();
        var (_, viewer) = await silo.NewKey("viewer");
        await silo.Admin.PutAsJsonAsync("/api/v1/environments/e/flags/f", new { value = "kept" }).Json();
        var before = await Position(silo);

        await silo.Restart();

        using var client = silo.As(viewer);
        Assert.Equal("kept", (await client.GetAsync("/api/v1/environments/e/flags/f").Json()).GetProperty("value").GetString());
        Assert.Equal(before, await Position(silo));
    }

    private static async Task<long> Position(SiloHost silo) =>
        (await silo.Admin.GetAsync("/api/v1/nodes").Json()).GetProperty("nodes")[0].GetProperty("position").GetInt64();
}
