using System.Data;
using Marten.Services;
using Npgsql;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Postgres;

/// <summary>
/// The event log on PostgreSQL. Appends take turns by a lock that their transaction holds until it is visible, so positions become visible in
/// the order in which they are given (decision 7). Marten writes; reading is plain SQL on its table.
/// </summary>
internal sealed class PostgresEventLog : IEventLog, IAsyncDisposable, IDisposable
{
    // Of this product, in this database. Held exclusively by an append, shared by who must know how the last appends ended.
    private const long AppendLock = 0x524f_4c4c_0000_0002;

    // More would only wait for the lock, each with a connection of the pool.
    private const int AppendsAtOnce = 4;

    private const string Events = $"{PostgresSettings.Schema}.mt_events";

    private readonly SemaphoreSlim turns = new(AppendsAtOnce);
    private readonly PostgresStore store;
    private readonly News news;
    private readonly Listener listener;
    private readonly Func<NpgsqlTransaction, CancellationToken, Task> commit;

    private PostgresEventLog(PostgresStore store, News news, Func<NpgsqlTransaction, CancellationToken, Task> commit)
    {
        this.store = store;
        this.news = news;
        this.commit = commit;
        listener = Listener.Start(store.Settings, news, News.Poll);
    }

    /// <param name="store">The open database.</param>
    /// <param name="time">Real time: a poll is about this machine, not about the orchestrator's clock.</param>
    /// <param name="commit">Replaces the commit; tests put faults here.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<PostgresEventLog> On(
        PostgresStore store, TimeProvider time, Func<NpgsqlTransaction, CancellationToken, Task>? commit = null, CancellationToken stop = default) =>
        new(store, new News(time, await Head(store, stop).ConfigureAwait(false)), commit ?? ((transaction, limit) => transaction.CommitAsync(limit)));

    public async Task<AppendOutcome> Append(
        string stream, long expectedVersion, IReadOnlyList<NewEvent> events, AppendMetadata metadata, CancellationToken stop = default)
    {
        var append = new ChainedAppend(StoredEvent.Kept(stream), expectedVersion, events, metadata);
        _ = append.After(HashChain.Origin).Select(StoredEvent.Of).Count();
        stop.ThrowIfCancellationRequested();
        var outcome = await store.Ask(() => Append(append, stop)).ConfigureAwait(false);
        if (outcome is AppendOutcome.Appended appended)
        {
            news.Publish(appended.Events[^1].Position);
        }

        return outcome;
    }

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion = 0, int limit = int.MaxValue, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return Read($"SELECT {StoredEvent.Columns} FROM {Events} WHERE stream_id = $1 AND version > $2 ORDER BY version LIMIT $3", stop, stream, afterVersion, limit);
    }

    /// <remarks>
    /// Waits until the appends that are under way have ended: "not found" is then the truth, even just after a commit whose answer was lost.
    /// </remarks>
    public Task<IReadOnlyList<RecordedEvent>> FindCommand(string stream, string commandId, CancellationToken stop = default) => store.Ask<IReadOnlyList<RecordedEvent>>(
        async () =>
        {
            await using var connection = await store.Source.OpenConnectionAsync(stop).ConfigureAwait(false);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop).ConfigureAwait(false);
            await using (var settle = new NpgsqlCommand($"SELECT pg_advisory_xact_lock_shared({AppendLock})", connection))
            {
                await settle.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
            }

            await using var find = new NpgsqlCommand(
                $"SELECT {StoredEvent.Columns} FROM {Events} WHERE stream_id = $1 AND data ->> 'CommandId' = $2 ORDER BY version", connection).With(stream, commandId);
            return await find.All(StoredEvent.Read, stop).ConfigureAwait(false);
        });

    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int limit, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return Read($"SELECT {StoredEvent.Columns} FROM {Events} WHERE seq_id > $1 ORDER BY seq_id LIMIT $2", stop, afterPosition, limit);
    }

    public Task<long> Head(CancellationToken stop = default) => Head(store, stop);

    public Task WaitForNews(long afterPosition, CancellationToken stop = default) => news.WaitFor(afterPosition, stop);

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public ValueTask DisposeAsync() => listener.DisposeAsync();

    private static async Task<long> Head(PostgresStore store, CancellationToken stop) =>
        (await store.Query(Listener.Head, row => row.GetInt64(0), stop).ConfigureAwait(false))[0];

    private async Task<IReadOnlyList<RecordedEvent>> Read(string sql, CancellationToken stop, params object[] values) =>
        await store.Query(sql, StoredEvent.Read, stop, values).ConfigureAwait(false);

    private async Task<AppendOutcome> Append(ChainedAppend append, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(store.Settings.AppendLimit);
        try
        {
            await turns.WaitAsync(limit.Token).ConfigureAwait(false);
            try
            {
                await using var connection = await store.Source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, limit.Token).ConfigureAwait(false);
                return await Append(append, connection, transaction, limit.Token).ConfigureAwait(false);
            }
            finally
            {
                turns.Release();
            }
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new TimeoutException($"the append took longer than {store.Settings.AppendLimit.TotalSeconds} s", e);
        }
    }

    private async Task<AppendOutcome> Append(ChainedAppend append, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken stop)
    {
        var (version, hash) = await Tip(append.Stream, connection, stop).ConfigureAwait(false);
        if (version != append.ExpectedVersion)
        {
            return new AppendOutcome.Conflict(version);
        }

        var recorded = await Write(append, append.After(hash), transaction, stop).ConfigureAwait(false);
        try
        {
            // From here on a caller who gives up would not know what became of it.
            using var limit = new CancellationTokenSource(store.Settings.AppendLimit);
            await commit(transaction, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            return new AppendOutcome.Unknown($"The commit failed, and its outcome is unknown: {e.Message}");
        }

        return new AppendOutcome.Appended(recorded);
    }

    /// <summary>Takes the turn, says that there will be news, and reads where the stream ends: one round trip.</summary>
    private static async Task<(long Version, ReadOnlyMemory<byte> Hash)> Tip(string stream, NpgsqlConnection connection, CancellationToken stop)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"SELECT pg_advisory_xact_lock({AppendLock})"),
                new($"SELECT version, data ->> 'Hash' FROM {Events} WHERE stream_id = $1 ORDER BY version DESC LIMIT 1") { Parameters = { new() { Value = stream } } },
                new($"NOTIFY {Listener.Channel}"),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(stop).ConfigureAwait(false);
        await reader.NextResultAsync(stop).ConfigureAwait(false);
        return await reader.ReadAsync(stop).ConfigureAwait(false)
            ? (reader.GetInt64(0), Convert.FromBase64String(reader.GetString(1)))
            : (0, HashChain.Origin);
    }

    private async Task<RecordedEvent[]> Write(ChainedAppend append, RecordedEvent[] chained, NpgsqlTransaction transaction, CancellationToken stop)
    {
        await using var session = store.Documents.LightweightSession(SessionOptions.ForTransaction(transaction));
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
