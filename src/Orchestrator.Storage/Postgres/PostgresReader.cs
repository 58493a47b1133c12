using Orchestrator.Domain.Events;

namespace Orchestrator.Storage.Postgres;

/// <summary>The log of a cluster, only read: its silos may go on meanwhile.</summary>
public sealed class PostgresReader : IAsyncDisposable
{
    private readonly PostgresStore store;
    private readonly PostgresEventLog log;

    private PostgresReader(PostgresStore store, PostgresEventLog log) => (this.store, this.log) = (store, log);

    /// <exception cref="Grains.Log.StorageUnavailableException">With a sentence for the operator.</exception>
    public static async Task<PostgresReader> Open(string connectionString, CancellationToken stop = default)
    {
        var store = await PostgresStore.Open(connectionString, stop).ConfigureAwait(false);
        try
        {
            return new PostgresReader(store, await PostgresEventLog.On(store, TimeProvider.System, stop: stop).ConfigureAwait(false));
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Position of the newest event; 0 for an empty log.</summary>
    public Task<long> Head(CancellationToken stop = default) => log.Head(stop);

    /// <summary>Events with a position above <paramref name="afterPosition"/>, ascending, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int limit, CancellationToken stop) => log.ReadAll(afterPosition, limit, stop);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await log.DisposeAsync().ConfigureAwait(false);
        await store.DisposeAsync().ConfigureAwait(false);
    }
}
