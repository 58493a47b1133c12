using Marten;
using Npgsql;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Postgres;

/// <summary>The open database: its pool of connections, and Marten on it. Its schema is that of this build.</summary>
internal sealed class PostgresStore : IAsyncDisposable, IDisposable
{
    private PostgresStore(PostgresSettings settings, NpgsqlDataSource source)
    {
        Settings = settings;
        Source = source;
        Documents = Postgres.Documents.Open(source);
    }

    public PostgresSettings Settings { get; }

    public NpgsqlDataSource Source { get; }

    public DocumentStore Documents { get; }

    /// <summary>Opens the database and upgrades its schema to this build.</summary>
    /// <exception cref="StorageUnavailableException">The database cannot be used; the message is for the operator.</exception>
    public static async Task<PostgresStore> Open(string connectionString, CancellationToken stop = default)
    {
        PostgresSettings settings;
        try
        {
            settings = PostgresSettings.Parse(connectionString);
        }
        catch (ArgumentException e)
        {
            throw PostgresErrors.NoConnectionString(e);
        }

        try
        {
            await SchemaUpgrade.Run(settings, stop).ConfigureAwait(false);
            return new PostgresStore(settings, NpgsqlDataSource.Create(settings.Everyday));
        }
        catch (Exception e) when (PostgresErrors.Of(e) is { } trouble)
        {
            throw PostgresErrors.AtStart(trouble, settings);
        }
    }

    /// <summary>Runs a command on a pooled connection and reads its rows.</summary>
    /// <exception cref="StorageUnavailableException">The database did not answer in time, or answered with an error.</exception>
    public Task<List<T>> Query<T>(string sql, Func<NpgsqlDataReader, T> row, CancellationToken stop, params object[] values) => Ask(
        async () =>
        {
            await using var command = Source.CreateCommand(sql).With(values);
            return await command.All(row, stop).ConfigureAwait(false);
        });

    /// <summary>Runs some work; all errors of the database become one type of exception.</summary>
    public async Task<T> Ask<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (PostgresErrors.Of(e) is { } trouble)
        {
            throw PostgresErrors.Later(trouble, Settings);
        }
    }

    public void Dispose()
    {
        Documents.Dispose();
        Source.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await Documents.DisposeAsync().ConfigureAwait(false);
        await Source.DisposeAsync().ConfigureAwait(false);
    }
}
