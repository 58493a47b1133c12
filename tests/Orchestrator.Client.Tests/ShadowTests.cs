using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Client.Metrics;
using Orchestrator.Client.Shadow;
using Orchestrator.Client.Table;

namespace Orchestrator.Client.Tests;

public sealed class ShadowTests
{
    private readonly TableHolder _holder = HotPathTests.Holder(TimeProvider.System, TimeSpan.FromHours(1), HotPathTests.Split("9f3b2c71", 0));

    [Fact]
    public async Task Caller_gets_legacy_before_the_new_path_begins_and_whatever_it_does()
    {
        var meters = new Meters(_holder, counts: true);
        var shadow = Runner(meters, 32);
        var never = new TaskCompletionSource<int>();
        var began = new TaskCompletionSource();

        Assert.Equal(1, await shadow.RunAsync("flag", () => Task.FromResult(1), _ => Task.FromResult(1)));
        Assert.Equal(2, await shadow.RunAsync("flag", () => Task.FromResult(2), _ => Task.FromResult(3)));
        Assert.Equal(4, await shadow.RunAsync("flag", () => Task.FromResult(4), _ => throw new InvalidOperationException("new is broken")));
        Assert.Equal(5, await shadow.RunAsync(
            "flag", () => Task.FromResult(5), _ => Task.FromResult(5), (_, _) => throw new InvalidOperationException("so is the comparison")));
        Assert.Equal(6, await shadow.RunAsync(
            "flag", () => Task.FromResult(6),
            _ =>
            {
                began.SetResult();
                return never.Task;
            }));
        await began.Task.WaitAsync(TimeSpan.FromSeconds(60));

        var counted = new Dictionary<string, long>();
        await Eventually.Until(() =>
        {
            Add(counted, meters);
            return counted.GetValueOrDefault("requests") == 4;
        });
        Assert.Equal((2, 2, 1), (counted["errors"], counted["comparisons"], counted["mismatches"]));
        never.SetResult(0);
    }

    [Fact]
    public async Task Failure_of_legacy_is_the_callers_and_no_shadow_runs()
    {
        var meters = new Meters(_holder, counts: true);
        var ran = false;

        await Assert.ThrowsAsync<InvalidDataException>(() => Runner(meters, 32).RunAsync<int>(
            "flag", () => throw new InvalidDataException("legacy's own"),
            _ =>
            {
                ran = true;
                return Task.FromResult(1);
            }));

        Assert.False(ran);
        Assert.Empty(meters.Take());
    }

    [Fact]
    public async Task More_runs_than_places_are_left_out_and_counted()
    {
        var shadow = Runner(new Meters(_holder, counts: true), 1);
        var hold = new TaskCompletionSource<int>();

        await shadow.RunAsync("flag", () => Task.FromResult(1), _ => hold.Task);
        Assert.Equal(2, await shadow.RunAsync("flag", () => Task.FromResult(2), _ => hold.Task));

        Assert.Equal(1, shadow.Skipped);
        hold.SetResult(1);
    }

    [Fact]
    public async Task Run_that_does_not_end_when_told_to_keeps_its_place()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var meters = new Meters(_holder, counts: true);
        var shadow = new ShadowRunner(
            new TableRouter(_holder), meters, new OrchestratorOptions { ShadowRuns = 1 }, time, NullLogger<ShadowRunner>.Instance);
        var hold = new TaskCompletionSource<int>();
        await shadow.RunAsync("flag", () => Task.FromResult(1), _ => hold.Task, null);
        var counted = new Dictionary<string, long>();
        await Eventually.Until(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            Add(counted, meters);
            return counted.GetValueOrDefault("errors") == 1;
        });

        await shadow.RunAsync("flag", () => Task.FromResult(2), _ => Task.FromResult(2), null);

        Assert.Equal(1, shadow.Skipped);
        hold.SetResult(1);
        await Eventually.Until(() =>
        {
            _ = shadow.RunAsync("flag", () => Task.FromResult(3), _ => Task.FromResult(3), null);
            Add(counted, meters);
            return counted["comparisons"] > 0;
        });
    }

    private static void Add(Dictionary<string, long> counted, Meters meters)
    {
        foreach (var (key, meter) in meters.Take().SelectMany(one => one))
        {
            Assert.True(key.Shadow);
            foreach (var (name, count) in meter.Take().Counters)
            {
                counted[name] = counted.GetValueOrDefault(name) + count;
            }
        }
    }

    private IRolloutShadow Runner(Meters meters, int places) =>
        new ShadowRunner(new TableRouter(_holder), meters, new OrchestratorOptions { ShadowRuns = places }, TimeProvider.System,
            NullLogger<ShadowRunner>.Instance);
}
