using System.ComponentModel;
using System.Data;
using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Orchestrator.Grains.Files;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Postgres;

/// <summary>
/// Copies of a cluster's database by PostgreSQL's own <c>pg_dump</c> and <c>pg_restore</c>: taken while the cluster runs, put back while no
/// silo does. A restore goes into a database of its own and takes the name of the old one when it is complete.
/// </summary>
public static class PostgresBackup
{
    private static readonly TimeSpan HeadLimit = TimeSpan.FromSeconds(5);

    // What silos and nodes said of themselves is of the time of the backup.
    private const string Forget =
        """
        TRUNCATE orchestrator.nodes, orchestrator.guards;
        DO $$ BEGIN
          IF to_regclass('orchestrator.cluster_member') IS NOT NULL THEN DELETE FROM orchestrator.cluster_member; END IF;
        END $$;
        """;

    /// <summary>Writes the database, as of one moment, into a new <paramref name="file"/> (pg_dump's custom format).</summary>
    /// <exception cref="IOException">The file exists already, or the program failed; its own message is in it.</exception>
    public static async Task<BackupReport> Take(string connectionString, string file)
    {
        if (File.Exists(file))
        {
            throw new IOException($"{file} exists already; a backup never replaces one.");
        }

        PrivateFiles.MakeFolder(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var fresh = file + ".new";

        // pg_dump keeps the rights of a file that is there.
        File.Delete(fresh);
        PrivateFiles.Touch(fresh);
        var settings = PostgresSettings.Parse(connectionString);

        // Counting a long log takes as long as it takes.
        await using var connection = await Opened(connectionString, settings.Database, commandSeconds: 0).ConfigureAwait(false);

        // What is counted and what is copied are of one snapshot.
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead).ConfigureAwait(false);
        var name = (string)(await Scalar(connection, "SELECT pg_export_snapshot()").ConfigureAwait(false))!;
        async Task<long> Count(string sql) => (long)(await Scalar(connection, sql).ConfigureAwait(false))!;
        var (position, events) = (await Count(Listener.Head).ConfigureAwait(false), await Count($"SELECT count(*) FROM {PostgresSettings.Schema}.mt_events").ConfigureAwait(false));
        var streams = await Count($"SELECT count(DISTINCT stream_id) FROM {PostgresSettings.Schema}.mt_events").ConfigureAwait(false);
        await Run(
            "pg_dump", connectionString, settings.Database, "--format=custom", $"--schema={PostgresSettings.Schema}", $"--snapshot={name}", "--no-owner",
            "--no-privileges", "--file", fresh).ConfigureAwait(false);
        var sum = await BackupChecksum.Write(fresh, file).ConfigureAwait(false);
        File.Move(fresh, file);
        return new BackupReport(Path.GetFullPath(file), position, events, streams, new FileInfo(file).Length, sum);
    }

    /// <summary>
    /// Puts a backup in the place of the database. Throws, with the old one untouched, when a silo runs on it, the backup is damaged, or the
    /// completion fails.
    /// </summary>
    /// <param name="connectionString">Of the database that is replaced; its user may create databases. It may not exist.</param>
    /// <param name="backup">A file that <see cref="Take"/> wrote.</param>
    /// <param name="complete">Makes the restored log fit to be served; gets the newest timeline known and gives the one that begins.</param>
    /// <returns>The name that the replaced database has now; null when there was none.</returns>
    public static async Task<string?> Restore(string connectionString, string backup, Func<IEventLog, long, Task<long>> complete)
    {
        if (!File.Exists(backup))
        {
            throw new IOException($"There is no backup {backup}.");
        }

        var settings = PostgresSettings.Parse(connectionString);
        var stamp = DateTimeOffset.UtcNow.ToString("yyyyMMdd't'HHmmssfff", CultureInfo.InvariantCulture);
        var fresh = $"{settings.Database}_restoring_{stamp}";
        var replaced = $"{settings.Database}_replaced_{stamp}";
        var freshly = new NpgsqlConnectionStringBuilder(connectionString) { Database = fresh }.ConnectionString;
        await using var server = await Maintenance(connectionString).ConfigureAwait(false);
        var exists = await Scalar(server, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", settings.Database).ConfigureAwait(false) is true;
        var known = exists ? await Timeline(connectionString, settings).ConfigureAwait(false) : 0;
        await Execute(server, $"CREATE DATABASE {Quoted(fresh)}").ConfigureAwait(false);
        try
        {
            await Run("pg_restore", connectionString, fresh, "--exit-on-error", "--no-owner", "--no-privileges", backup).ConfigureAwait(false);
            await Complete(freshly, known, complete).ConfigureAwait(false);
            await Swap(server, settings.Database, fresh, exists ? replaced : null).ConfigureAwait(false);
        }
        catch
        {
            await Execute(server, $"DROP DATABASE IF EXISTS {Quoted(fresh)} WITH (FORCE)").ConfigureAwait(false);
            throw;
        }

        return exists ? replaced : null;
    }

    private static async Task Complete(string restored, long known, Func<IEventLog, long, Task<long>> complete)
    {
        await using var store = await PostgresStore.Open(restored).ConfigureAwait(false);
        var own = Timeline(store.Settings);
        await using (var log = await PostgresEventLog.On(store, TimeProvider.System).ConfigureAwait(false))
        {
            var timeline = await complete(log, Math.Max(known, own)).ConfigureAwait(false);
            await using var command = store.Source.CreateCommand($"UPDATE orchestrator.meta SET value = $1 WHERE key = '{Meta.Timeline}'")
                .With(timeline.ToString(CultureInfo.InvariantCulture));
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        }

        await using var forget = store.Source.CreateCommand(Forget);
        await forget.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    /// <summary>The timeline of the database that is replaced; 0 when it cannot be read, which may be why it is replaced.</summary>
    /// <exception cref="IOException">A silo runs on it.</exception>
    private static async Task<long> Timeline(string connectionString, PostgresSettings settings)
    {
        List<string> silos;
        try
        {
            await using var store = await PostgresStore.Open(connectionString).ConfigureAwait(false);
            silos = await store.Query(
                "SELECT id FROM orchestrator.nodes WHERE report ->> 'Role' = 'silo' AND reported > now() - interval '15 seconds' ORDER BY id",
                row => row.GetString(0), CancellationToken.None).ConfigureAwait(false);
            if (silos.Count == 0)
            {
                return Timeline(settings);
            }
        }
        catch (Exception e) when (e is StorageUnavailableException or NpgsqlException)
        {
            return 0;
        }

        throw new IOException(
            $"These silos run on the database {settings.Database}: {string.Join(", ", silos)}. Stop them first; evaluation nodes may go on. Nothing was changed.");
    }

    private static long Timeline(PostgresSettings settings)
    {
        using var head = new PostgresLogHead(settings);
        return head.Read(HeadLimit).Timeline;
    }

    /// <summary>Both names change at once; nobody can come between, because the old one takes no connections any more.</summary>
    private static async Task Swap(NpgsqlConnection server, string name, string fresh, string? replaced)
    {
        if (replaced is not null)
        {
            await Execute(server, $"ALTER DATABASE {Quoted(name)} WITH ALLOW_CONNECTIONS false").ConfigureAwait(false);
        }

        await Scalar(server, "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = $1 OR datname = $2", name, fresh).ConfigureAwait(false);
        await using (var both = await server.BeginTransactionAsync().ConfigureAwait(false))
        {
            if (replaced is not null)
            {
                await Execute(server, $"ALTER DATABASE {Quoted(name)} RENAME TO {Quoted(replaced)}").ConfigureAwait(false);
            }

            await Execute(server, $"ALTER DATABASE {Quoted(fresh)} RENAME TO {Quoted(name)}").ConfigureAwait(false);
            await both.CommitAsync().ConfigureAwait(false);
        }

        if (replaced is not null)
        {
            await Execute(server, $"ALTER DATABASE {Quoted(replaced)} WITH ALLOW_CONNECTIONS true").ConfigureAwait(false);
        }
    }

    private static Task<NpgsqlConnection> Maintenance(string connectionString) => Opened(connectionString, "postgres", commandSeconds: 120);

    private static async Task<NpgsqlConnection> Opened(string connectionString, string? database, int commandSeconds)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Database = database, Pooling = false, CommandTimeout = commandSeconds }.ConnectionString);
        try
        {
            await connection.OpenAsync().ConfigureAwait(false);
            return connection;
        }
        catch (Exception e) when (Trouble.Of(e) is { } trouble)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw Trouble.AtStart(trouble, PostgresSettings.Parse(connectionString));
        }
    }

    private static async Task Run(string program, string connectionString, string database, params string[] arguments)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])["--no-password", "--host", given.Host ?? "localhost", "--port", given.Port.ToString(CultureInfo.InvariantCulture),
            "--username", given.Username ?? Environment.UserName, "--dbname", database, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["PGPASSWORD"] = given.Password;
        try
        {
            using var process = Process.Start(start)!;
            var said = await process.StandardError.ReadToEndAsync().ConfigureAwait(false);
            await process.WaitForExitAsync().ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                throw new IOException($"{program} failed: {said.Trim()}");
            }
        }
        catch (Win32Exception e)
        {
            throw new IOException($"{program} cannot be run; it comes with PostgreSQL's client programs (Debian: postgresql-client).", e);
        }
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    private static async Task<object?> Scalar(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection).With(values);
        return await command.ExecuteScalarAsync().ConfigureAwait(false);
    }

    private static string Quoted(string name) => '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
}
