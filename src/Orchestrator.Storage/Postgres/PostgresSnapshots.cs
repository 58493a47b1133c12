using Npgsql;
using Orchestrator.Grains.World.Snapshots;

namespace Orchestrator.Storage.Postgres;

/// <summary>Snapshots of a cluster, for all of its nodes. The turn to write is a lock of a session, so it ends with its holder.</summary>
internal sealed class PostgresSnapshots(PostgresStore store) : ISnapshotStore
{
    // A number of this product, in this database.
    private const long WriteLock = 0x524f_4c4c_0000_0003;

    private const string Table = $"{PostgresSettings.Schema}.snapshots";
    private const string PartTable = $"{PostgresSettings.Schema}.snapshot_parts";

    public async Task<IReadOnlyList<string>> List(CancellationToken stop = default) =>
        await store.Query($"SELECT name FROM {Table}", row => row.GetString(0), stop).ConfigureAwait(false);

    public async Task<string?> Read(string name, CancellationToken stop = default) =>
        (await store.Query($"SELECT content FROM {Table} WHERE name = $1", row => row.GetString(0), stop, name).ConfigureAwait(false))
        .SingleOrDefault();

    public async Task<byte[]?> Part(string name, CancellationToken stop = default) =>
        (await store.Query($"SELECT content FROM {PartTable} WHERE name = $1", row => row.GetFieldValue<byte[]>(0), stop, name)
            .ConfigureAwait(false)).SingleOrDefault();

    public async Task<long> LogBytes(CancellationToken stop = default) =>
        (await store.Query($"SELECT pg_total_relation_size('{PostgresSettings.Schema}.mt_events')", row => row.GetInt64(0), stop)
            .ConfigureAwait(false))[0];

    public Task<ISnapshotTurn?> Turn(CancellationToken stop = default) => store.Ask(async () =>
    {
        var connection = await store.Source.OpenConnectionAsync(stop).ConfigureAwait(false);
        try
        {
            await using var ask = new NpgsqlCommand($"SELECT pg_try_advisory_lock({WriteLock})", connection);
            if (await ask.ExecuteScalarAsync(stop).ConfigureAwait(false) is true)
            {
                return new LockedTurn(store, connection);
            }
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await connection.DisposeAsync().ConfigureAwait(false);
        return (ISnapshotTurn?)null;
    });

    /// <summary>Writes on other connections of the pool: the lock only keeps other nodes from doing the same work.</summary>
    private sealed class LockedTurn(PostgresStore store, NpgsqlConnection locked) : ISnapshotTurn
    {
        public async Task<IReadOnlyDictionary<string, long>> Parts(CancellationToken stop = default) =>
            (await store.Query(
                $"SELECT name, octet_length(content)::bigint FROM {PartTable}", row => (row.GetString(0), row.GetInt64(1)), stop)
                .ConfigureAwait(false)).ToDictionary(part => part.Item1, part => part.Item2);

        public Task Put(string name, ReadOnlyMemory<byte> part, CancellationToken stop = default) =>
            Write(PartTable, name, part.ToArray(), stop);

        public Task Commit(string name, string text, CancellationToken stop = default) => Write(Table, name, text, stop);

        public Task Remove(IReadOnlyCollection<string> names, CancellationToken stop = default) => Delete(Table, names, stop);

        public Task Sweep(IReadOnlyCollection<string> parts, CancellationToken stop = default) => Delete(PartTable, parts, stop);

        public async ValueTask DisposeAsync()
        {
            try
            {
                await using var unlock = new NpgsqlCommand($"SELECT pg_advisory_unlock({WriteLock})", locked);
                await unlock.ExecuteNonQueryAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (PostgresErrors.Of(e) is not null)
            {
                // The session is over, and its lock with it.
            }
            finally
            {
                await locked.DisposeAsync().ConfigureAwait(false);
            }
        }

        private Task Write(string table, string name, object content, CancellationToken stop) => store.Query(
            $"INSERT INTO {table} (name, content) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET content = excluded.content", _ => 0, stop,
            name, content);

        private Task Delete(string table, IReadOnlyCollection<string> names, CancellationToken stop) => names.Count == 0
            ? Task.CompletedTask
            : store.Query($"DELETE FROM {table} WHERE name = ANY($1)", _ => 0, stop, names.ToArray());
    }
}
