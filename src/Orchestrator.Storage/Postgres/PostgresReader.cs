using Orchestrator.Domain.Events;

namespace Orchestrator.Storage.Postgres;

/// <summary>The log of a cluster, opened for reading only. Its silos may run meanwhile.</summary>
public sealed class PostgresReader : IAsyncDisposable
{
    private readonly PostgresStore _store;
    private readonly PostgresEventLog _log;

    private PostgresReader(PostgresStore store, PostgresEventLog log) => (_store, _log) = (store, log);

    /// <exception cref="Grains.Log.StorageUnavailableException">The database cannot be used; the message is for the operator.</exception>
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
    public Task<long> Head(CancellationToken stop = default) => _log.Head(stop);

    /// <summary>Timeline of the log.</summary>
    public Task<long> Timeline() => Task.Run(() => PostgresBackup.Timeline(_store.Settings));

    /// <summary>Events with a position above <paramref name="afterPosition"/>, ascending, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int limit, CancellationToken stop) =>
        _log.ReadAll(afterPosition, limit, stop);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
    }
}
