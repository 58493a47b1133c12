using Microsoft.Data.Sqlite;
using Npgsql;

namespace Orchestrator.Silo.Tests.Integrity;

/// <summary>Changes to a stream with a tool of the database, behind the product's back.</summary>
public enum Change
{
    /// <summary>The data of version 2 get a blank more.</summary>
    Edit,

    /// <summary>Version 2 is taken out.</summary>
    Drop,

    /// <summary>Versions 2 and 3 change places.</summary>
    Reorder,

    /// <summary>A copy of version 2 is put behind it, and all that follow move up.</summary>
    Insert,

    /// <summary>The last event is taken away.</summary>
    Cut,
}

/// <summary>The rows of a log, edited by hand.</summary>
internal static class Tampering
{
    /// <summary>In the file of the embedded store.</summary>
    public static void Sqlite(string folder, string stream, Change change) => Sqlite(folder, SqliteStatements(stream, change));

    /// <summary>Any statements on that file.</summary>
    public static void Sqlite(string folder, params string[] statements)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "orchestrator.db")};Pooling=False");
        connection.Open();
        foreach (var sql in statements)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            Assert.True(command.ExecuteNonQuery() > 0, $"Nothing was changed by: {sql}");
        }
    }

    /// <summary>In the database of a cluster.</summary>
    public static async Task Postgres(string connectionString, string stream, Change change)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        foreach (var sql in PostgresStatements(stream, change))
        {
            await using var command = new NpgsqlCommand(sql, connection);
            Assert.True(await command.ExecuteNonQueryAsync() > 0, $"Nothing was changed by: {sql}");
        }
    }

    private static string[] SqliteStatements(string stream, Change change) => change switch
    {
        Change.Edit => [$"UPDATE events SET data = CAST(CAST(data AS TEXT) || ' ' AS BLOB) WHERE stream = '{stream}' AND version = 2"],
        Change.Drop => [$"DELETE FROM events WHERE stream = '{stream}' AND version = 2"],
        Change.Reorder =>
        [
            $"UPDATE events SET version = 9002 WHERE stream = '{stream}' AND version = 2",
            $"UPDATE events SET version = 2 WHERE stream = '{stream}' AND version = 3",
            $"UPDATE events SET version = 3 WHERE stream = '{stream}' AND version = 9002",
        ],
        Change.Insert =>
        [
            $"UPDATE events SET version = version + 9000 WHERE stream = '{stream}' AND version > 2",
            $"UPDATE events SET version = version - 8999 WHERE stream = '{stream}' AND version > 9000",
            $"""
            INSERT INTO events (stream, version, id, type, schema, at, actor_kind, actor_id, actor_role, cause, correlation, command_id, data, hash)
            SELECT stream, 3, randomblob(16), type, schema, at, actor_kind, actor_id, actor_role, cause, correlation, command_id, data, hash
            FROM events WHERE stream = '{stream}' AND version = 2
            """,
        ],
        _ => [$"DELETE FROM events WHERE stream = '{stream}' AND version = (SELECT max(version) FROM events WHERE stream = '{stream}')"],
    };

    private static string[] PostgresStatements(string stream, Change change)
    {
        const string Events = "orchestrator.mt_events";
        return change switch
        {
            Change.Edit => [$$"""UPDATE {{Events}} SET data = jsonb_set(data, '{Json}', to_jsonb((data ->> 'Json') || ' ')) WHERE stream_id = '{{stream}}' AND version = 2"""],
            Change.Drop => [$"DELETE FROM {Events} WHERE stream_id = '{stream}' AND version = 2"],
            Change.Reorder =>
            [
                $"UPDATE {Events} SET version = 9002 WHERE stream_id = '{stream}' AND version = 2",
                $"UPDATE {Events} SET version = 2 WHERE stream_id = '{stream}' AND version = 3",
                $"UPDATE {Events} SET version = 3 WHERE stream_id = '{stream}' AND version = 9002",
            ],
            Change.Insert =>
            [
                $"UPDATE {Events} SET version = version + 9000 WHERE stream_id = '{stream}' AND version > 2",
                $"UPDATE {Events} SET version = version - 8999 WHERE stream_id = '{stream}' AND version > 9000",
                $"""
                INSERT INTO {Events} SELECT (e).* FROM (
                    SELECT jsonb_populate_record(one, jsonb_build_object('version', 3, 'id', gen_random_uuid(), 'seq_id', nextval('orchestrator.mt_events_sequence'))) AS e
                    FROM {Events} one WHERE stream_id = '{stream}' AND version = 2) copy
                """,
            ],
            _ => [$"DELETE FROM {Events} WHERE stream_id = '{stream}' AND version = (SELECT max(version) FROM {Events} WHERE stream_id = '{stream}')"],
        };
    }
}
