using System.ComponentModel;
using System.Data;
using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Orchestrator.Grains.Files;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Shared;

namespace Orchestrator.Storage.Postgres;

/// <summary>
/// Backups of a cluster's database by PostgreSQL's own <c>pg_dump</c> and <c>pg_restore</c>: taken while the cluster runs, restored while
/// no silo runs. A restore fills a database of its own, which takes the name of the old one when it is complete.
/// </summary>
public static class PostgresBackup
{
    private static readonly TimeSpan HeadLimit = TimeSpan.FromSeconds(5);

    // The reports of silos and nodes are as old as the backup, and no backup has sketches of users or snapshots.
    private const string Forget =
        """
        TRUNCATE orchestrator.nodes, orchestrator.guards, orchestrator.people;
        DO $$ BEGIN
          IF to_regclass('orchestrator.cluster_member') IS NOT NULL THEN DELETE FROM orchestrator.cluster_member; END IF;
        END $$;
        """;

    /// <summary>Writes one snapshot of the database into a new <paramref name="file"/> (custom format of pg_dump).</summary>
    /// <exception cref="IOException">The file exists already, or the program failed; the text has the message of the program.</exception>
    public static async Task<BackupReport> Take(string connectionString, string file)
    {
        if (File.Exists(file))
        {
            throw new IOException($"{file} exists already; a backup replaces no file.");
        }

        PrivateFiles.MakeFolder(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var fresh = file + ".new";

        // pg_dump keeps the permissions of an existing file.
        File.Delete(fresh);
        PrivateFiles.Touch(fresh);
        var settings = PostgresSettings.Parse(connectionString);

        // Counting a long log has no limit of time.
        await using var connection = await Opened(connectionString, settings.Database, commandSeconds: 0).ConfigureAwait(false);

        // The counts and the copy are of one snapshot.
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead).ConfigureAwait(false);
        var name = (string)(await Scalar(connection, "SELECT pg_export_snapshot()").ConfigureAwait(false))!;
        async Task<long> Count(string sql) => (long)(await Scalar(connection, sql).ConfigureAwait(false))!;
        var position = await Count(Listener.Head).ConfigureAwait(false);
        var events = await Count($"SELECT count(*) FROM {PostgresSettings.Schema}.mt_events").ConfigureAwait(false);
        var streams = await Count($"SELECT count(DISTINCT stream_id) FROM {PostgresSettings.Schema}.mt_events").ConfigureAwait(false);
        await Run(
            "pg_dump", connectionString, settings.Database, "--format=custom", $"--schema={PostgresSettings.Schema}", $"--snapshot={name}",
            "--no-owner", "--no-privileges", $"--exclude-table-data={PostgresSettings.Schema}.people",
            $"--exclude-table-data={PostgresSettings.Schema}.snapshot*", "--file", fresh).ConfigureAwait(false);
        var sum = await BackupChecksum.Write(fresh, file).ConfigureAwait(false);
        File.Move(fresh, file);
        return new BackupReport(Path.GetFullPath(file), position, events, streams, new FileInfo(file).Length, sum);
    }

    /// <summary>
    /// Replaces the database by a backup. Throws, with the old database untouched, when a silo runs on it, the backup is damaged, or the
    /// completion fails.
    /// </summary>
    /// <param name="connectionString">Connection string of the database that is replaced; its user can create databases. The database
    /// need not exist.</param>
    /// <param name="backup">A file that <see cref="Take"/> wrote.</param>
    /// <param name="complete">Prepares the restored log for service; gets the newest known timeline and returns the one that
    /// begins.</param>
    /// <returns>The new name of the replaced database; null when there was none.</returns>
    public static async Task<string?> Restore(string connectionString, string backup, Func<IEventLog, long, Task<long>> complete)
    {
        if (!File.Exists(backup))
        {
            throw new IOException($"There is no backup {backup}.");
        }

        return await Replace(
            connectionString,
            fresh => Run("pg_restore", connectionString, Database(fresh), "--exit-on-error", "--no-owner", "--no-privileges", backup), complete)
            .ConfigureAwait(false);
    }

    /// <summary>Replaces the database by one that is filled and completed beside it.</summary>
    /// <param name="connectionString">Connection string of the database that is replaced; its user can create databases. The database
    /// need not exist.</param>
    /// <param name="fill">Fills the database of a connection string.</param>
    /// <param name="complete">Prepares its log for service; gets the newest known timeline and returns the one that begins.</param>
    /// <returns>The new name of the replaced database; null when there was none.</returns>
    internal static async Task<string?> Replace(
        string connectionString, Func<string, Task> fill, Func<IEventLog, long, Task<long>> complete)
    {
        var settings = PostgresSettings.Parse(connectionString);
        var stamp = DateTimeOffset.UtcNow.ToString("yyyyMMdd't'HHmmssfff", CultureInfo.InvariantCulture);
        var fresh = $"{settings.Database}_restoring_{stamp}";
        var replaced = $"{settings.Database}_replaced_{stamp}";
        var freshly = new NpgsqlConnectionStringBuilder(connectionString) { Database = fresh }.ConnectionString;
        await using var server = await Maintenance(connectionString).ConfigureAwait(false);
        var exists = await Scalar(server, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", settings.Database)
            .ConfigureAwait(false) is true;
        var known = exists ? await Timeline(connectionString, settings).ConfigureAwait(false) : 0;
        await Execute(server, $"CREATE DATABASE {Quoted(fresh)}").ConfigureAwait(false);
        try
        {
            await fill(freshly).ConfigureAwait(false);
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
            await using var command = store.Source
                .CreateCommand($"UPDATE orchestrator.meta SET value = $1 WHERE key = '{InstallationFacts.Timeline}'")
                .With(timeline.ToString(CultureInfo.InvariantCulture));
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        }

        await using var forget = store.Source.CreateCommand(Forget);
        await forget.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    /// <summary>Timeline of the database that is replaced; 0 when it cannot be read, which may be the reason for the restore.</summary>
    /// <exception cref="IOException">A silo runs on it.</exception>
    private static async Task<long> Timeline(string connectionString, PostgresSettings settings)
    {
        List<string> silos;
        try
        {
            await using var store = await PostgresStore.Open(connectionString).ConfigureAwait(false);
            silos = await store.Query(
                """
                SELECT id FROM orchestrator.nodes
                WHERE report ->> 'Role' = 'silo' AND reported > now() - interval '15 seconds' ORDER BY id
                """,
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
            $"These silos run on the database {settings.Database}: {string.Join(", ", silos)}. "
            + "Stop them first; evaluation nodes may keep running. Nothing was changed.");
    }

    internal static long Timeline(PostgresSettings settings)
    {
        using var head = new PostgresLogHead(settings);
        return head.Read(HeadLimit).Timeline;
    }

    /// <summary>
    /// Renames both databases in one transaction. No process can connect in between, because the old one accepts no connections any more.
    /// </summary>
    private static async Task Swap(NpgsqlConnection server, string name, string fresh, string? replaced)
    {
        if (replaced is not null)
        {
            await Execute(server, $"ALTER DATABASE {Quoted(name)} WITH ALLOW_CONNECTIONS false").ConfigureAwait(false);
        }

        await Scalar(
            server, "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = $1 OR datname = $2", name, fresh)
            .ConfigureAwait(false);
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

    private static string Database(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Database!;

    internal static Task<NpgsqlConnection> Maintenance(string connectionString) => Opened(connectionString, "postgres", commandSeconds: 120);

    private static async Task<NpgsqlConnection> Opened(string connectionString, string? database, int commandSeconds)
    {
        var one = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Database = database,
            Pooling = false,
            CommandTimeout = commandSeconds,
        };
        var connection = new NpgsqlConnection(one.ConnectionString);
        try
        {
            await connection.OpenAsync().ConfigureAwait(false);
            return connection;
        }
        catch (Exception e) when (PostgresErrors.Of(e) is { } trouble)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw PostgresErrors.AtStart(trouble, PostgresSettings.Parse(connectionString));
        }
    }

    private static async Task Run(string program, string connectionString, string database, params string[] arguments)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, UseShellExecute = false };
        string[] connection =
        [
            "--no-password", "--host", given.Host ?? "localhost", "--port", given.Port.ToString(CultureInfo.InvariantCulture),
            "--username", given.Username ?? Environment.UserName, "--dbname", database,
        ];
        foreach (var argument in connection.Concat(arguments))
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
            throw new IOException(
                $"{program} cannot be started: install the client programs of PostgreSQL (Debian: postgresql-client).", e);
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
