using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;
using Orchestrator.Storage.Postgres;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;

namespace Orchestrator.Storage;

/// <summary>The door to the store of a cluster: one PostgreSQL database, shared by any number of processes.</summary>
public static class PostgresStorage
{
    /// <summary>
    /// Registers <see cref="IEventLog"/>, <see cref="ILogHead"/>, <see cref="IGuardStore"/>, <see cref="INodeRegistry"/>, <see cref="IStoreClock"/>, <see cref="Meta"/> and the
    /// default grain storage, all in schema <c>orchestrator</c> of the database, which is brought to this build first. A host fails to start
    /// with <see cref="StorageUnavailableException"/>, whose message is for the operator, before anything else starts.
    /// </summary>
    public static IServiceCollection AddPostgresStorage(this IServiceCollection services, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);

        // Opened by whoever needs it first, on threads of the pool: a caller with a scheduler of its own must not wait for itself.
        services.AddSingleton(_ => Task.Run(() => PostgresStore.Open(connectionString)).GetAwaiter().GetResult());
        services.AddSingleton(provider => Task.Run(() => PostgresEventLog.On(provider.GetRequiredService<PostgresStore>(), TimeProvider.System)).GetAwaiter().GetResult());
        services.AddSingleton<IEventLog>(provider => provider.GetRequiredService<PostgresEventLog>());
        services.AddSingleton<ILogHead>(provider => new PostgresLogHead(provider.GetRequiredService<PostgresStore>().Settings));
        services.AddSingleton(provider => new PostgresMeta(provider.GetRequiredService<PostgresStore>()));
        services.AddSingleton<Meta>(provider => provider.GetRequiredService<PostgresMeta>());
        services.AddSingleton<ILogProbe>(provider => provider.GetRequiredService<PostgresMeta>());
        services.AddSingleton<IStoreClock>(provider => new PostgresClock(provider.GetRequiredService<PostgresStore>()));
        services.AddSingleton<IGuardStore>(provider => new PostgresGuardStore(provider.GetRequiredService<PostgresStore>()));
        services.AddSingleton<INodeRegistry>(provider => new PostgresNodeRegistry(provider.GetRequiredService<PostgresStore>()));
        services.AddGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (provider, _) => new MartenGrainStorage(
            provider.GetRequiredService<PostgresStore>(), provider.GetRequiredService<IActivatorProvider>()));
        return services.AddHostedService<Opening>();
    }

    /// <summary>A host makes its services before it starts the first of them: needing the store here opens it that early.</summary>
    private sealed class Opening(PostgresStore store) : IHostedService
    {
        private readonly PostgresStore store = store;

        public Task StartAsync(CancellationToken cancellationToken) => store.Query("SELECT 1", row => row.GetInt32(0), cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
