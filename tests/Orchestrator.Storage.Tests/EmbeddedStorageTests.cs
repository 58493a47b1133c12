using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Shared;
using Orchestrator.Storage.Sqlite;
using Orleans.Serialization;
using Orleans.Storage;

namespace Orchestrator.Storage.Tests;

/// <summary>The one door, and that one process at a time goes through it.</summary>
public sealed class EmbeddedStorageTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_second_process_is_refused_with_the_folder_and_the_holder()
    {
        await using var services = Services();
        services.GetRequiredService<IEventLog>();

        using var second = WriterProcess.Start(_folder.Path, "open");
        var (code, errors) = await second.Ended();

        Assert.Equal(3, code);
        Assert.StartsWith(
            $"The data folder {_folder.Path} is in use by process {Environment.ProcessId}. One process owns it", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_is_refused_while_another_has_the_folder_and_let_in_after_it_was_killed()
    {
        using var first = WriterProcess.Start(_folder.Path, "append", "1");
        Assert.NotNull(await first.Output.ReadLineAsync().WaitAsync(Some.Patience));

        await using (var refused = Services())
        {
            var e = Assert.Throws<DataFolderInUseException>(refused.GetRequiredService<IEventLog>);
            Assert.Equal((_folder.Path, (int?)first.Id), (e.Folder, e.Holder));
        }

        first.Kill();
        await first.Output.ReadToEndAsync().WaitAsync(Some.Patience);
        await first.Ended();
        await using var services = Services();
        Assert.True(await services.GetRequiredService<IEventLog>().Head() > 0);
    }

    [Fact]
    public async Task A_host_without_the_folder_does_not_start()
    {
        await using var holder = Services();
        holder.GetRequiredService<IEventLog>();
        var started = false;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHostedService(_ => new Starting(() => started = true));
        builder.Services.AddEmbeddedStorage(_folder.Path);
        using var host = builder.Build();

        await Assert.ThrowsAsync<DataFolderInUseException>(() => host.StartAsync());

        Assert.False(started);
    }

    [Fact]
    public async Task Disposing_the_services_frees_the_folder()
    {
        for (var i = 0; i < 2; i++)
        {
            await using var services = Services();
            await services.GetRequiredService<IEventLog>().Appended("rollout/a", i, Some.Events(1));
        }

        using var synchronously = Services();
        Assert.Equal(2, await synchronously.GetRequiredService<IEventLog>().Head());
    }

    [Fact]
    public async Task The_grain_storage_is_the_default_one()
    {
        await using var services = Services();

        Assert.IsType<SqliteGrainStorage>(services.GetRequiredKeyedService<IGrainStorage>("Default"));
        Assert.Same(services.GetRequiredKeyedService<IGrainStorage>("Default"), services.GetRequiredService<IGrainStorage>());
    }

    [Fact]
    public async Task A_folder_that_is_missing_is_made()
    {
        var deep = Path.Combine(_folder.Path, "a", "b");
        await using var services = new ServiceCollection().AddEmbeddedStorage(deep).BuildServiceProvider();
        services.GetRequiredService<InstallationFacts>();

        Assert.True(File.Exists(Path.Combine(deep, "orchestrator.db")));
    }

    private ServiceProvider Services() => new ServiceCollection().AddSerializer().AddEmbeddedStorage(_folder.Path).BuildServiceProvider();

    private sealed class Starting(Action start) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            start();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
