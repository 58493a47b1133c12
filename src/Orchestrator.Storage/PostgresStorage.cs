using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Metrics.Signals;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World.Snapshots;
using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Shared;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;

namespace Orchestrator.Storage;

/// <summary>Registration of the store of a cluster: one PostgreSQL database, shared by any number of processes.</summary>
public static class PostgresStorage
{
    /// <summary>
    /// Registers <see cref="IEventLog"/>, <see cref="ILogHead"/>, <see cref="IGuardStore"/>, <see cref="INodeRegistry"/>, <see
    /// cref="IPeopleStore"/>, <see cref="ISnapshotStore"/>, <see cref="ISignalStore"/>, <see cref="IStoreClock"/>, <see cref="InstallationFacts"/> and the default grain storage, all in schema
    /// <c>orchestrator</c> of the database. The schema is upgraded to this build first. A host fails to start with <see cref="StorageUnavailableException"/>, whose
    /// message is for the operator, before anything else starts.
    /// </summary>
    public static IServiceCollection AddPostgresStorage(this IServiceCollection services, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);

        // The first service that needs the store opens it, on threads of the pool: a caller with a scheduler of its own would wait for
        // itself.
        services.AddSingleton(_ => Task.Run(() => PostgresStore.Open(connectionString)).GetAwaiter().GetResult());
        services.AddSingleton(provider => Task.Run(
            () => PostgresEventLog.On(provider.GetRequiredService<PostgresStore>(), TimeProvider.System)).GetAwaiter().GetResult());
        services.AddSingleton<IEventLog>(provider => provider.GetRequiredService<PostgresEventLog>());
        services.AddSingleton<ILogHead>(provider => new PostgresLogHead(provider.GetRequiredService<PostgresStore>().Settings));
        services.AddSingleton(provider => new PostgresInstallationFacts(provider.GetRequiredService<PostgresStore>()));
        services.AddSingleton<InstallationFacts>(provider => provider.GetRequiredService<PostgresInstallationFacts>());
        services.AddSingleton<ILogProbe>(provider => provider.GetRequiredService<PostgresInstallationFacts>());
        services.AddSingleton<IStoreClock>(provider => new PostgresClock(provider.GetRequiredService<PostgresStore>()));
        services.AddSingleton<IGuardStore>(provider => new PostgresGuardStore(provider.GetRequiredService<PostgresStore>()));
        services.AddSingleton<INodeRegistry>(provider => new PostgresNodeRegistry(provider.GetRequiredService<PostgresStore>()));
        services.AddSingleton<ISnapshotStore>(provider => new PostgresSnapshots(provider.GetRequiredService<PostgresStore>()));
        services.AddSingleton<ISignalStore>(provider => new PostgresSignals(provider.GetRequiredService<PostgresStore>()));
        services.AddSingleton<IPeopleStore>(provider => new PostgresPeopleStore(provider.GetRequiredService<PostgresStore>()));
        services.AddGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (provider, _) => new MartenGrainStorage(
            provider.GetRequiredService<PostgresStore>(), provider.GetRequiredService<IActivatorProvider>()));
        return services.AddHostedService<OpenStoreAtStart>();
    }

    /// <summary>Opens the store before any service starts: a host makes all its services first, and this one needs the store.</summary>
    private sealed class OpenStoreAtStart(PostgresStore store) : IHostedService
    {
        private readonly PostgresStore _store = store;

        public Task StartAsync(CancellationToken cancellationToken) => _store.Query("SELECT 1", row => row.GetInt32(0), cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
