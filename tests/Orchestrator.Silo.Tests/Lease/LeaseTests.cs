using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Api.Streams;
using Orchestrator.Grains.Routing;

namespace Orchestrator.Silo.Tests.Lease;

/// <summary>A silo whose store cannot be asked where the log stands.</summary>
public sealed class LeaseTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    [Fact]
    public async Task Silo_whose_head_cannot_be_read_is_stale_past_its_lease_and_returns_gradually()
    {
        await using var cut = await CutOffSilo.Start();
        Assert.Equal(("new", "STATIC"), await cut.Ask());
        cut.Reading = _ => throw new TimeoutException("the database is away");

        // A reading of the thread may have been under way.
        cut.Clocks.Advance(CutOffSilo.Lease - cut.Node.Age!.Value);
        Assert.Equal(("new", "STATIC"), await cut.Ask());
        cut.Clocks.Advance(Tick);
        Assert.Equal(("legacy", "STALE"), await cut.Ask());
        Assert.Equal(("legacy", "STALE"), await cut.Ask("user-1"));

        var view = await cut.View();
        Assert.True(view.GetProperty("stale").GetBoolean());
        Assert.NotEqual(0, view.GetProperty("alarms").GetArrayLength());
        var ready = await cut.Silo.Admin.GetAsync("/health/ready").Json();
        Assert.Equal(("ready", true), (ready.GetProperty("status").GetString(), ready.GetProperty("stale").GetBoolean()));
        var explained = await Explain(cut);
        Assert.Equal("STALE", explained.GetProperty("reason").GetString());
        Assert.Contains(explained.GetProperty("rules").EnumerateArray(),
            rule => rule.GetProperty("rule").GetString() == "stale table: legacy" && rule.GetProperty("matched").GetBoolean());

        cut.Reading = head => head;
        cut.Node.Read();
        Assert.False((await cut.View()).GetProperty("stale").GetBoolean());
        Assert.Equal(("legacy", "STALE"), await cut.Ask());
        cut.Pass(30);
        Assert.Equal(("new", "STATIC"), await cut.Ask());
        Assert.Equal("STATIC", (await Explain(cut)).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Silo_whose_reading_hangs_is_stale_without_its_end()
    {
        await using var cut = await CutOffSilo.Start();
        var hangs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var goOn = new ManualResetEventSlim();
        cut.Reading = head =>
        {
            hangs.TrySetResult();
            goOn.Wait();
            return head;
        };
        await hangs.Task.WaitAsync(SiloHost.Patience);

        cut.Clocks.Advance(CutOffSilo.Lease + Tick);

        Assert.Equal(("legacy", "STALE"), await cut.Ask());
        cut.Reading = head => head;
        goOn.Set();
    }

    [Fact]
    public async Task Wall_clock_that_jumps_forward_takes_users_off_new()
    {
        await using var cut = await CutOffSilo.Start();

        cut.Clocks.Jump(TimeSpan.FromHours(1));

        // Whether or not the lease is renewed already: without a key nobody is back.
        Assert.Equal(("legacy", "STALE"), await cut.Ask());
    }

    [Fact]
    public async Task Unwatched_rollout_is_on_legacy_until_it_is_watched()
    {
        await using var cut = await CutOffSilo.Start();
        var guards = cut.Silo.Services.GetRequiredService<GuardFollower>();
        var news = cut.Silo.Services.GetRequiredService<TableChangeSignal>();
        var told = news.Next;
        cut.Guarded = false;
        for (var passed = 0; passed <= 35; passed += 5)
        {
            cut.Pass(5);
            told = cut.Node.Unwatched.Count == 0 ? news.Next : told;
            await guards.Read(default);
        }

        Assert.True(told.IsCompleted, "streams hear of it");

        Assert.Equal(("legacy", "STALE"), await cut.Ask("user-1"));
        var view = await cut.View();
        Assert.Equal("r1", view.GetProperty("unwatched")[0].GetString());
        Assert.Contains("r1", view.GetProperty("alarms")[0].GetString(), StringComparison.Ordinal);
        Assert.False(view.GetProperty("stale").GetBoolean());

        cut.Guarded = true;
        await cut.Silo.Services.GetRequiredService<IGuardStore>().Renew(["r1"]);
        told = news.Next;
        await guards.Read(default);
        Assert.True(told.IsCompleted);
        Assert.Equal(("new", "STATIC"), await cut.Ask("user-1"));
    }

    [Fact]
    public async Task Node_without_grains_reads_a_restored_log_from_its_start()
    {
        await using var cut = await CutOffSilo.Start(holdsGrains: false);
        var before = await cut.View();

        cut.Reading = head => head with { Timeline = 2 };
        cut.Node.Read();
        await Eventually.Until(() => cut.Silo.Services.GetRequiredService<IRoutingTables>().Current.Timeline == 2);
        cut.Node.Read();

        var after = await cut.View();
        Assert.Equal((2, before.GetProperty("position").GetInt64(), false),
            (after.GetProperty("timeline").GetInt64(), after.GetProperty("position").GetInt64(), after.GetProperty("stale").GetBoolean()));
        Assert.Equal(("new", "STATIC"), await cut.Ask());
    }

    [Fact]
    public async Task Silo_ends_when_its_log_was_restored()
    {
        await using var cut = await CutOffSilo.Start();
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cut.Silo.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);

        cut.Reading = head => head with { Timeline = 2 };
        cut.Node.Read();

        await stopping.Task.WaitAsync(SiloHost.Patience);
    }

    [Fact]
    public async Task Log_that_lost_its_end_holds_the_node_stale_and_says_so()
    {
        await using var cut = await CutOffSilo.Start();

        cut.Reading = head => head with { Position = head.Position - 1 };
        cut.Node.Read();
        cut.Reading = head => head;
        cut.Node.Read();

        Assert.Equal(("legacy", "STALE"), await cut.Ask());
        Assert.Contains("The log was cut", (await cut.View()).GetProperty("alarms")[0].GetString(), StringComparison.Ordinal);
    }

    private static Task<JsonElement> Explain(CutOffSilo cut) =>
        cut.Silo.Admin.PostAsJsonAsync("/api/v1/environments/production/explain", new { flag = "useNewCheckout", context = new { } }).Json();
}
