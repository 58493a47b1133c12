using Microsoft.Extensions.Options;
using Orchestrator.Silo.Tests;
using Orchestrator.Silo.Tests.Lease;

namespace Orchestrator.Client.Tests;

/// <summary>A service that starts without its orchestrator.</summary>
public sealed class KeptTableTests : IDisposable
{
    private const string Flag = "useNewCheckout";
    private readonly string _folder = Directory.CreateTempSubdirectory("kept-").FullName;

    private string File => Path.Combine(_folder, "table");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Service_without_orchestrator_and_kept_table_is_on_legacy_and_says_why()
    {
        await using var service = await Service.Start(
            new Uri("http://127.0.0.1:1"), "key", new Wire { Cut = true }, configure: options => options.StartWait = TimeSpan.FromMilliseconds(1));

        var answer = service.Router.Route(Flag, "user-1");

        Assert.Equal((false, RouteError.NotReady, "PROVIDER_NOT_READY"), (answer.IsNew, answer.Error, answer.ErrorCode));
        Assert.Equal((false, true), (service.Router.Status.Ready, service.Router.Status.Stale));
        Assert.False(await service.Router.WaitUntilReadyAsync(TimeSpan.Zero));
    }

    [Theory]
    [InlineData("last", 1, true)]
    [InlineData("\"last for 5m, then legacy\"", 4, true)]
    [InlineData("\"last for 5m, then legacy\"", 6, false)]
    [InlineData("legacy", 1, false)]
    public async Task Kept_table_is_a_stale_one(string onStale, int minutesLater, bool isNew)
    {
        await using var silo = await SiloHost.Start();
        await silo.Begin("{ percentage: 100%, hold: 1h }", onStale);
        var key = (await silo.NewKey("evaluation", "production")).Text;
        var clocks = new TwoClocks();
        await using (var first = await Service.Start(silo.Address, key, new Wire(), clocks, options => options.CacheFile = File))
        {
            await Eventually.Until(() => System.IO.File.Exists(File));
        }

        clocks.Advance(TimeSpan.FromMinutes(minutesLater));
        var wire = new Wire { Cut = true };
        await using var second = await Service.Start(silo.Address, key, wire, clocks, options => options.CacheFile = File);

        var answer = second.Router.Route(Flag, "user-1");
        Assert.Equal((isNew, RouteReason.Stale), (answer.IsNew, answer.Reason));
        wire.Cut = false;
        await Eventually.Until(() => second.Router.Route(Flag, "user-1").Reason == RouteReason.Static);
    }

    [Fact]
    public async Task Kept_table_of_another_key_or_broken_is_none()
    {
        await using var silo = await SiloHost.Start();
        await silo.Begin("{ percentage: 100%, hold: 1h }", "last");
        var key = (await silo.NewKey("evaluation", "production")).Text;
        await using (await Service.Start(silo.Address, key, new Wire(), configure: options => options.CacheFile = File))
        {
            await Eventually.Until(() => System.IO.File.Exists(File));
        }

        Assert.False(await Keeps("another-key"));
        Assert.True(await Keeps(key));
        var bytes = await System.IO.File.ReadAllBytesAsync(File);
        bytes[^20] ^= 1;
        await System.IO.File.WriteAllBytesAsync(File, bytes);
        Assert.False(await Keeps(key));

        async Task<bool> Keeps(string with)
        {
            await using var service =
                await Service.Start(silo.Address, with, new Wire { Cut = true }, configure: options => options.CacheFile = File);
            return service.Router.Status.Ready;
        }
    }

    [Fact]
    public async Task Wrong_options_end_the_start_with_all_errors()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => Service.Start(new Uri("ftp://here"), "two words", new Wire()));

        Assert.Equal(2, failure.Failures.Count());
    }
}
