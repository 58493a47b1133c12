using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Orchestrator.Storage.Sqlite;

/// <summary>
/// One connection with its prepared statements. Parameters are <c>$0</c>, <c>$1</c>, ... in the order of the values. Not thread-safe.
/// </summary>
internal sealed class Session : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    private Session(SqliteConnection connection) => _connection = connection;

    /// <summary>False when SQLite rolled the whole transaction back by itself, as it may when the disk is full or fails.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    public static Session Writing(string database)
    {
        var session = Open(database, SqliteOpenMode.ReadWriteCreate);
        session.Execute("PRAGMA journal_mode = WAL");

        // With WAL only FULL syncs on every commit; NORMAL would lose acknowledged events in a power cut.
        session.Execute("PRAGMA synchronous = FULL");
        return session;
    }

    public static Session Reading(string database) => Open(database, SqliteOpenMode.ReadOnly);

    public int Execute(string sql, params ReadOnlySpan<object?> values) => Command(sql, values).ExecuteNonQuery();

    public object? Scalar(string sql, params ReadOnlySpan<object?> values) =>
        Command(sql, values).ExecuteScalar() is var found and not DBNull ? found : null;

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> row, CancellationToken stop, params ReadOnlySpan<object?> values)
    {
        var rows = new List<T>();
        using var reader = Command(sql, values).ExecuteReader();
        while (reader.Read())
        {
            stop.ThrowIfCancellationRequested();
            rows.Add(row(reader));
        }

        return rows;
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private static Session Open(string database, SqliteOpenMode mode)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = database, Mode = mode, Pooling = false, DefaultTimeout = 5 };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            return new Session(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = "$" + i.ToString(CultureInfo.InvariantCulture) });
            }

            _prepared.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }
}
