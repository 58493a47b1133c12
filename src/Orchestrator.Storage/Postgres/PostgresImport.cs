using System.Globalization;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Postgres;

/// <summary>
/// Fills an empty database of a cluster with the events of an export, as they were: positions, ids, times and hashes. The events go into a
/// database of its own, which takes the name of the empty one when it is complete.
/// </summary>
public static class PostgresImport
{
    private const string Events = $"{PostgresSettings.Schema}.mt_events";

    /// <summary>
    /// Imports events. Throws, with nothing changed, when the database has events, the source fails, or the completion does.
    /// </summary>
    /// <param name="connectionString">Connection string of the database; its user can create databases. The database need not
    /// exist.</param>
    /// <param name="fill">Hands over batches of events, in the order of the log.</param>
    /// <param name="complete">Prepares the imported log for service; gets the newest known timeline and returns the one that
    /// begins.</param>
    /// <returns>The new name of the empty database; null when there was none.</returns>
    public static async Task<string?> Run(
        string connectionString, Func<Func<IReadOnlyList<RecordedEvent>, Task>, Task> fill, Func<IEventLog, long, Task<long>> complete)
    {
        await RefuseFilled(connectionString).ConfigureAwait(false);
        return await PostgresBackup.Replace(
            connectionString,
            async fresh =>
            {
                await using var store = await PostgresStore.Open(fresh).ConfigureAwait(false);
                await fill(events => Write(store.Source, events)).ConfigureAwait(false);
                await using var sequence = store.Source.CreateCommand(
                    $"SELECT setval('{PostgresSettings.Schema}.mt_events_sequence', greatest(({Listener.Head}), 1), ({Listener.Head}) > 0)");
                await sequence.ExecuteNonQueryAsync().ConfigureAwait(false);
            },
            complete).ConfigureAwait(false);
    }

    private static async Task RefuseFilled(string connectionString)
    {
        var settings = PostgresSettings.Parse(connectionString);
        await using var server = await PostgresBackup.Maintenance(connectionString).ConfigureAwait(false);
        await using var exists = new NpgsqlCommand("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", server)
            .With(settings.Database);
        if (await exists.ExecuteScalarAsync().ConfigureAwait(false) is not true)
        {
            return;
        }

        await using var store = await PostgresStore.Open(connectionString).ConfigureAwait(false);
        var head = (await store.Query(Listener.Head, row => row.GetInt64(0), CancellationToken.None).ConfigureAwait(false))[0];
        if (head > 0)
        {
            throw new IOException(
                string.Create(CultureInfo.InvariantCulture, $"The database {settings.Database} is not empty: it has events up to position {head}. Import into an empty one. Nothing was changed."));
        }
    }

    private static async Task Write(NpgsqlDataSource source, IReadOnlyList<RecordedEvent> events)
    {
        await using var connection = await source.OpenConnectionAsync().ConfigureAwait(false);
        var ends = events.GroupBy(e => e.Stream, StringComparer.Ordinal).ToDictionary(one => one.Key, one => one.Max(e => e.Version));
        await using (var streams = new NpgsqlCommand(
            $"""
            INSERT INTO {PostgresSettings.Schema}.mt_streams (id, version) SELECT * FROM unnest($1::varchar[], $2::bigint[])
            ON CONFLICT (id) DO UPDATE SET version = excluded.version
            """, connection).With(ends.Keys.ToArray(), ends.Values.ToArray()))
        {
            await streams.ExecuteNonQueryAsync().ConfigureAwait(false);
        }

        var (now, type) = (DateTime.UtcNow, $"{typeof(StoredEvent).FullName}, {typeof(StoredEvent).Assembly.GetName().Name}");
        await using var copy = await connection.BeginBinaryImportAsync(
            $"COPY {Events} (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type) FROM STDIN (FORMAT BINARY)")
            .ConfigureAwait(false);
        foreach (var e in events)
        {
            await copy.StartRowAsync().ConfigureAwait(false);
            await copy.WriteAsync(e.Position, NpgsqlDbType.Bigint).ConfigureAwait(false);
            await copy.WriteAsync(e.Id, NpgsqlDbType.Uuid).ConfigureAwait(false);
            await copy.WriteAsync(StoredEvent.Kept(e.Stream), NpgsqlDbType.Varchar).ConfigureAwait(false);
            await copy.WriteAsync(e.Version, NpgsqlDbType.Bigint).ConfigureAwait(false);
            await copy.WriteAsync(JsonSerializer.Serialize(StoredEvent.Of(e)), NpgsqlDbType.Jsonb).ConfigureAwait(false);
            await copy.WriteAsync(StoredEvent.Kept(e.Type), NpgsqlDbType.Varchar).ConfigureAwait(false);
            await copy.WriteAsync(now, NpgsqlDbType.TimestampTz).ConfigureAwait(false);
            await copy.WriteAsync(type, NpgsqlDbType.Varchar).ConfigureAwait(false);
        }

        await copy.CompleteAsync().ConfigureAwait(false);
    }
}
