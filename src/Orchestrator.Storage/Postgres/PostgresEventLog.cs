using System.Data;
using Marten.Services;
using Npgsql;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Shared;

namespace Orchestrator.Storage.Postgres;

/// <summary>
/// The event log on PostgreSQL. Appends take turns by a lock that each transaction holds until it is visible, so positions become visible
/// in the order in which they are assigned (decision 7). Marten writes; plain SQL on its table reads.
/// </summary>
internal sealed class PostgresEventLog : IEventLog, IAsyncDisposable, IDisposable
{
    // A number of this product, in this database. An append holds the lock exclusively; a search for a command shares it, to wait for
    // running appends.
    private const long AppendLock = 0x524f_4c4c_0000_0002;

    // More appends would only wait for the lock, each with a connection of the pool.
    private const int AppendsAtOnce = 4;

    private const string Events = $"{PostgresSettings.Schema}.mt_events";

    private readonly SemaphoreSlim _turns = new(AppendsAtOnce);
    private readonly PostgresStore _store;
    private readonly AppendSignal _signal;
    private readonly Listener _listener;
    private readonly Func<NpgsqlTransaction, CancellationToken, Task> _commit;

    private PostgresEventLog(PostgresStore store, AppendSignal signal, Func<NpgsqlTransaction, CancellationToken, Task> commit)
    {
        _store = store;
        _signal = signal;
        _commit = commit;
        _listener = Listener.Start(store.Settings, signal, AppendSignal.Poll);
    }

    /// <param name="store">The open database.</param>
    /// <param name="time">Real time: a poll follows this machine, not the orchestrator's clock.</param>
    /// <param name="commit">Replaces the commit; tests put faults here.</param>
    /// <param name="stop">Ends the wait for the database.</param>
    public static async Task<PostgresEventLog> On(
        PostgresStore store, TimeProvider time, Func<NpgsqlTransaction, CancellationToken, Task>? commit = null,
        CancellationToken stop = default) =>
        new(
            store, new AppendSignal(time, await Head(store, stop).ConfigureAwait(false)),
            commit ?? ((transaction, limit) => transaction.CommitAsync(limit)));

    public async Task<AppendOutcome> Append(
        string stream, long expectedVersion, IReadOnlyList<NewEvent> events, AppendMetadata metadata, CancellationToken stop = default)
    {
        var append = new ChainedAppend(StoredEvent.Kept(stream), expectedVersion, events, metadata);
        _ = append.After(HashChain.Origin).Select(StoredEvent.Of).Count();
        stop.ThrowIfCancellationRequested();
        var outcome = await _store.Ask(() => Append(append, stop)).ConfigureAwait(false);
        if (outcome is AppendOutcome.Appended appended)
        {
            _signal.Publish(appended.Events[^1].Position);
        }

        return outcome;
    }

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(
        string stream, long afterVersion = 0, int limit = int.MaxValue, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return Read(
            $"SELECT {StoredEvent.Columns} FROM {Events} WHERE stream_id = $1 AND version > $2 ORDER BY version LIMIT $3", stop,
            stream, afterVersion, limit);
    }

    /// <remarks>
    /// Waits until the running appends have ended. An empty answer is then certain, even just after a commit whose answer was lost.
    /// </remarks>
    public Task<IReadOnlyList<RecordedEvent>> FindCommand(string stream, string commandId, CancellationToken stop = default) =>
        _store.Ask<IReadOnlyList<RecordedEvent>>(async () =>
        {
            await using var connection = await _store.Source.OpenConnectionAsync(stop).ConfigureAwait(false);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop).ConfigureAwait(false);
            await using (var wait = new NpgsqlCommand($"SELECT pg_advisory_xact_lock_shared({AppendLock})", connection))
            {
                await wait.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
            }

            const string Sql =
                $"SELECT {StoredEvent.Columns} FROM {Events} WHERE stream_id = $1 AND data ->> 'CommandId' = $2 ORDER BY version";
            await using var find = new NpgsqlCommand(Sql, connection).With(stream, commandId);
            return await find.All(StoredEvent.Read, stop).ConfigureAwait(false);
        });

    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int limit, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return Read($"SELECT {StoredEvent.Columns} FROM {Events} WHERE seq_id > $1 ORDER BY seq_id LIMIT $2", stop, afterPosition, limit);
    }

    public Task<long> Head(CancellationToken stop = default) => Head(_store, stop);

    public Task WaitForNews(long afterPosition, CancellationToken stop = default) => _signal.WaitFor(afterPosition, stop);

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private static async Task<long> Head(PostgresStore store, CancellationToken stop) =>
        (await store.Query(Listener.Head, row => row.GetInt64(0), stop).ConfigureAwait(false))[0];

    private async Task<IReadOnlyList<RecordedEvent>> Read(string sql, CancellationToken stop, params object[] values) =>
        await _store.Query(sql, StoredEvent.Read, stop, values).ConfigureAwait(false);

    private async Task<AppendOutcome> Append(ChainedAppend append, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(_store.Settings.AppendLimit);
        try
        {
            await _turns.WaitAsync(limit.Token).ConfigureAwait(false);
            try
            {
                await using var connection = await _store.Source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, limit.Token)
                    .ConfigureAwait(false);
                return await Append(append, connection, transaction, limit.Token).ConfigureAwait(false);
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new TimeoutException($"the append took longer than {_store.Settings.AppendLimit.TotalSeconds} s", e);
        }
    }

    private async Task<AppendOutcome> Append(
        ChainedAppend append, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken stop)
    {
        var (version, hash) = await Tip(append.Stream, connection, stop).ConfigureAwait(false);
        if (version != append.ExpectedVersion)
        {
            return new AppendOutcome.Conflict(version);
        }

        var recorded = await Write(append, append.After(hash), transaction, stop).ConfigureAwait(false);
        try
        {
            // A caller that gave up from here on would not know the outcome.
            using var limit = new CancellationTokenSource(_store.Settings.AppendLimit);
            await _commit(transaction, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            return new AppendOutcome.Unknown($"The commit failed, and its outcome is unknown: {e.Message}");
        }

        return new AppendOutcome.Appended(recorded);
    }

    /// <summary>
    /// Takes the lock of appends, notifies the followers of the commit to come, and reads the end of the stream: one round trip.
    /// </summary>
    private static async Task<(long Version, ReadOnlyMemory<byte> Hash)> Tip(
        string stream, NpgsqlConnection connection, CancellationToken stop)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"SELECT pg_advisory_xact_lock({AppendLock})"),
                new($"SELECT version, data ->> 'Hash' FROM {Events} WHERE stream_id = $1 ORDER BY version DESC LIMIT 1")
                {
                    Parameters = { new() { Value = stream } },
                },
                new($"NOTIFY {Listener.Channel}"),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(stop).ConfigureAwait(false);
        await reader.NextResultAsync(stop).ConfigureAwait(false);
        return await reader.ReadAsync(stop).ConfigureAwait(false)
            ? (reader.GetInt64(0), Convert.FromBase64String(reader.GetString(1)))
            : (0, HashChain.Origin);
    }

    private async Task<RecordedEvent[]> Write(
        ChainedAppend append, RecordedEvent[] chained, NpgsqlTransaction transaction, CancellationToken stop)
    {
        await using var session = _store.Documents.LightweightSession(SessionOptions.ForTransaction(transaction));
        var written = session.Events.Append(append.Stream, chained[^1].Version, chained.Select(object (e) => StoredEvent.Of(e))).Events;
        for (var i = 0; i < chained.Length; i++)
        {
            written[i].Id = chained[i].Id;
            written[i].EventTypeName = StoredEvent.Kept(chained[i].Type);
        }

        await session.SaveChangesAsync(stop).ConfigureAwait(false);
        return [.. chained.Zip(written, (e, w) => e with { Position = w.Sequence })];
    }
}
