using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Domain.Metrics.Kept;
using Orchestrator.Grains.Metrics.Signals;
using Orchestrator.Silo.Tests.Show;
using Orchestrator.Testing;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Series reach back at their first resolution, and a store of signals that fails takes nothing but the past.</summary>
public sealed class KeptSignalTests
{
    private const string Plan = """
        plan: checkout
        title: The new checkout
        flag: useNewCheckout
        metrics:
          error_rate: { ratio: errors / requests, title: Errors, tier: primary, baseline: legacy, target: < 1% }
        judgement: { sampling: 1m, window: 5m }
        triggers:
          - { name: spike, when: error_rate > 5%, for: 5m, action: rollback }
        phases:
          - name: gradual
            steps: [ { name: ten, percentage: 10%, hold: 3d }, { name: all, percentage: 100%, hold: 3d } ]
        """;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Old_points_are_exact_and_survive_a_restart()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Keep(3 * Hour, new Measured { Errors = 4 });
        await Stored(rollout, 6);

        var range = "?metric=error_rate&variant=new&from=2026-03-02T09:00:00Z&to=2026-03-02T10:00:00Z&resolution=1m";
        var before = (await Get(rollout, range)).GetProperty("series")[0];
        Assert.Equal("exact", Text(Assert.Single(before.GetProperty("tiers").EnumerateArray()), "kept"));
        Assert.Equal(60, before.GetProperty("points").EnumerateArray().Count(point => point.GetProperty("samples").GetInt64() == 1000));
        Assert.Empty(before.GetProperty("gaps").EnumerateArray());

        await rollout.Restart();
        Assert.Equal(before.GetProperty("points").GetRawText(), (await Get(rollout, range)).GetProperty("series")[0].GetProperty("points").GetRawText());
    }

    [Fact]
    public async Task Damaged_block_is_a_gap_that_says_so()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Keep(3 * Hour, new Measured { Errors = 4 });
        await Stored(rollout, 6);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(rollout.Silo.Folder, "signals", Driving.Id)));
        var bytes = await File.ReadAllBytesAsync(file);
        var before = SignalCodec.Find(bytes).Take(3).Sum(block => block.Bytes.Length);
        bytes[before + 50] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);

        var series = (await Get(rollout, "?metric=error_rate&variant=new&from=2026-03-02T09:00:00Z&to=2026-03-02T11:00:00Z")).GetProperty("series")[0];
        var gap = Assert.Single(series.GetProperty("gaps").EnumerateArray());
        Assert.Equal("notKept", Text(gap, "kind"));
        Assert.NotEmpty(series.GetProperty("points").EnumerateArray());
    }

    [Fact]
    public async Task Rollout_is_rolled_back_while_the_store_of_signals_fails()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Keep(Hour, new Measured { Errors = 4 });

        // A file where the folder of the rollout should be: every write and read fails.
        var folder = Path.Combine(rollout.Silo.Folder, "signals", Driving.Id);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        await File.WriteAllTextAsync(folder, "");
        await rollout.Keep(Hour, new Measured { Errors = 4 });
        await rollout.Keep(TimeSpan.FromMinutes(12), new Measured { Errors = 100 });

        Assert.Equal("rolledBack", Text(await rollout.Read(), "status"));
        var series = (await Get(rollout, "?metric=error_rate&variant=new&from=3h")).GetProperty("series")[0];
        Assert.NotEmpty(series.GetProperty("points").EnumerateArray());
    }

    /// <summary>Waits until so many blocks of half an hour are on the disk.</summary>
    private static async Task Stored(Driving rollout, int blocks)
    {
        var store = rollout.Silo.Services.GetRequiredService<ISignalStore>();
        await Eventually.Until($"{blocks} blocks are stored", async () =>
        {
            var found = 0;
            await foreach (var piece in store.Read(Driving.Id, 0, long.MaxValue))
            {
                found += SignalCodec.Find(piece).Count();
            }

            return found >= blocks;
        });
    }

    private static Task<JsonElement> Get(Driving rollout, string query) =>
        rollout.As("product").GetAsync($"/api/v1/rollouts/{Driving.Id}/series{query}").Json();

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
