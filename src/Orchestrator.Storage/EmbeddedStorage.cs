using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Metrics.Signals;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World.Snapshots;
using Orchestrator.Storage.Memory;
using Orchestrator.Storage.Shared;
using Orchestrator.Storage.Sqlite;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;

namespace Orchestrator.Storage;

/// <summary>Registration of the embedded store: a folder with one SQLite file, owned by one process.</summary>
public static class EmbeddedStorage
{
    /// <summary>
    /// Registers <see cref="IEventLog"/>, <see cref="ILogHead"/>, <see cref="InstallationFacts"/> and the default grain storage, all in
    /// <c>orchestrator.db</c> of <paramref name="dataFolder"/>, which is created when missing;
    /// <see cref="ISnapshotStore"/> and <see cref="ISignalStore"/> in files beside it; and, in memory, <see cref="IGuardStore"/>,
    /// <see cref="INodeRegistry"/> and <see cref="IPeopleStore"/>. A host fails to start with <see cref="DataFolderInUseException"/> when another process has the
    /// folder, before anything else starts. Disposing the services closes the file and releases the folder.
    /// </summary>
    public static IServiceCollection AddEmbeddedStorage(this IServiceCollection services, string dataFolder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(dataFolder);
        services.AddSingleton(provider => SqliteStore.Open(
            dataFolder, provider.GetService<ILogger<SqliteStore>>() ?? NullLogger<SqliteStore>.Instance));
        services.AddSingleton(provider => new SqliteInstallationFacts(provider.GetRequiredService<SqliteStore>()));
        services.AddSingleton<InstallationFacts>(provider => provider.GetRequiredService<SqliteInstallationFacts>());
        services.AddSingleton<ILogProbe>(provider => provider.GetRequiredService<SqliteInstallationFacts>());
        services.AddSingleton<IEventLog>(provider => SqliteEventLog.On(provider.GetRequiredService<SqliteStore>(), TimeProvider.System));
        services.AddSingleton<ILogHead>(provider => new SqliteLogHead(provider.GetRequiredService<SqliteStore>()));
        services.AddSingleton<ISnapshotStore>(provider => new SnapshotFiles(provider.GetRequiredService<SqliteStore>().Folder));
        services.AddSingleton<ISignalStore>(provider => new SignalFiles(provider.GetRequiredService<SqliteStore>().Folder));
        services.AddSingleton<IGuardStore>(new MemoryGuardStore(TimeProvider.System));
        services.AddSingleton<INodeRegistry>(new MemoryNodeRegistry(TimeProvider.System));
        services.AddSingleton<IPeopleStore>(new MemoryPeopleStore());
        services.AddGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (provider, _) => new SqliteGrainStorage(
            provider.GetRequiredService<SqliteStore>(), provider.GetRequiredService<IActivatorProvider>()));
        return services.AddHostedService<OpenStoreAtStart>();
    }

    /// <summary>Opens the store before any service starts: a host makes all its services first, and this one needs the store.</summary>
    private sealed class OpenStoreAtStart(SqliteStore store) : IHostedService
    {
        private readonly SqliteStore _store = store;

        public Task StartAsync(CancellationToken cancellationToken) => _store.Read(EventRows.Head, cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
