using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Snapshots;
using Orchestrator.Silo.Tests.Integrity;

namespace Orchestrator.Silo.Tests.Snapshots;

/// <summary>A node with snapshots, as its clients see it.</summary>
public sealed class SnapshotStartTests
{
    private static Task<SiloHost> Start() =>
        SiloHost.StartWith(services => services.AddSingleton(new SnapshotSettings(First: 5, LogShare: 100)));

    [Fact]
    public async Task Node_starts_from_a_snapshot_and_answers_as_one_that_folds_everything()
    {
        await using var silo = await Start();
        var (_, evaluation) = await Everything.Make(silo);
        var began = silo.Time.GetUtcNow();
        silo.Time.Advance(TimeSpan.FromMinutes(10));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        silo.Time.Advance(TimeSpan.FromMinutes(10));
        await Written(silo);

        await silo.Restart();

        Assert.True(From(silo) > 0, "The node read its whole log.");
        var past = await Answer(silo, began);
        Assert.Equal("new", JsonDocument.Parse(past).RootElement.GetProperty("variant").GetString());
        Assert.False(await Everything.OnNew(silo, evaluation));
        var view = await silo.Admin.GetStringAsync("/api/v1/rollouts/r1?version=3");
        await silo.Stopped(folder => Directory.Delete(Path.Combine(folder, "snapshots"), recursive: true));

        Assert.Equal(0, From(silo));
        Assert.Equal(past, await Answer(silo, began));
        Assert.False(await Everything.OnNew(silo, evaluation));
        Assert.Equal(view, await silo.Admin.GetStringAsync("/api/v1/rollouts/r1?version=3"));
    }

    [Fact]
    public async Task Edit_below_a_snapshot_is_found_by_the_verification_that_begins_at_once()
    {
        await using var silo = await Start();
        var (_, evaluation) = await Everything.Make(silo);
        await Written(silo);

        await silo.Stopped(folder => Tampering.Sqlite(folder, "rollout/r1", Change.Edit));

        Assert.True(From(silo) > 0, "The node read its whole log.");
        await Eventually.Until("the stream is quarantined", async () =>
            (await Everything.Alarms(silo.Admin)).Any(alarm => alarm.Contains("Stream rollout/r1 was changed", StringComparison.Ordinal)));
        Assert.False(await Everything.OnNew(silo, evaluation));
    }

    [Fact]
    public async Task Edit_of_a_key_below_the_snapshot_is_found_at_the_start()
    {
        await using var silo = await Start();
        await Everything.Make(silo);
        await Written(silo);

        await silo.Stopped(folder => Tampering.Sqlite(folder, "access", Change.Edit));

        Assert.Equal(0, From(silo));
        Assert.Contains(await Everything.Alarms(silo.Admin), alarm => alarm.Contains("Stream access was changed", StringComparison.Ordinal));
    }

    private static long From(SiloHost silo) => silo.Services.GetRequiredService<WorldSnapshots>().StartedFrom;

    private static async Task<string> Answer(SiloHost silo, DateTimeOffset at) => (await silo.Admin.PostAsJsonAsync(
        "/api/v1/environments/production/explain",
        new { flag = "useNewCheckout", context = new { targetingKey = "u", @internal = true }, at }).Json()).GetRawText();

    /// <summary>A snapshot is written that has the newest event but four at most.</summary>
    private static async Task Written(SiloHost silo)
    {
        var position = silo.Services.GetRequiredService<IWorld>().Current.Position;
        await Eventually.Until("a snapshot is written", async () => (await silo.Services.GetRequiredService<ISnapshotStore>().List())
            .Select(SnapshotName.Read).Any(name => name!.Position > position - 5));
    }
}
