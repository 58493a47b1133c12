using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Orchestrator.PostgreSql;

/// <summary>
/// A real PostgreSQL of this machine's packages, with data and port of its own. It can be stopped, killed and hung, and does not outlive
/// the process that started it, however that ends.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";
    private const string Password = "only-for-tests";

    private readonly string root = Directory.CreateTempSubdirectory("orchestrator-postgres-").FullName;
    private readonly PostgresPrograms programs;
    private readonly List<string> options;
    private ServerProcess? process;

    private PostgresServer(PostgresPrograms programs, int port, bool fsync, IEnumerable<string> settings)
    {
        this.programs = programs;
        Port = port;
        options = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "shared_buffers=32MB", "max_connections=200", $"fsync={(fsync ? "on" : "off")}", .. settings];
    }

    /// <summary>Where it listens, on 127.0.0.1; the same after each restart.</summary>
    public int Port { get; }

    /// <summary>Its data.</summary>
    public string DataFolder => Path.Combine(root, "data");

    /// <summary>Output of the server.</summary>
    public string LogFile => Path.Combine(root, "log");

    /// <summary>Makes a new, empty server and waits until it answers.</summary>
    /// <param name="fsync">False makes commits fast and not durable: not for tests of durability.</param>
    /// <param name="port">A free one when null.</param>
    /// <param name="settings">More lines of configuration, such as <c>max_connections=500</c>.</param>
    public static async Task<PostgresServer> StartAsync(bool fsync = true, int? port = null, params IEnumerable<string> settings)
    {
        var server = new PostgresServer(PostgresPrograms.Find(), port ?? FreePort(), fsync, settings);
        try
        {
            await server.Init().ConfigureAwait(false);
            await server.Start().ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Connection string of one of its databases, as its superuser by default.</summary>
    public string ConnectionString(string database = "postgres", string user = User, string password = Password) => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Database={database};Username={user};Password={password}");

    /// <summary>Makes a new database and answers how to reach it.</summary>
    public async Task<string> CreateDatabase(string? name = null)
    {
        name ??= "db_" + Guid.NewGuid().ToString("N");
        await Execute($"CREATE DATABASE \"{name}\"").ConfigureAwait(false);
        return ConnectionString(name);
    }

    /// <summary>Runs SQL as the superuser, on a connection of its own.</summary>
    public async Task Execute(string sql, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync().ConfigureAwait(false);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    /// <summary>Starts it again on the same data and port, and waits until it answers.</summary>
    public async Task Start()
    {
        process?.Dispose();
        process = ServerProcess.Start(
            programs.AsOwner(programs.Postgres, ["-D", DataFolder, "-p", Text(Port), .. options.SelectMany(o => new[] { "-c", o })]), LogFile);
        await Eventually.Until(
            "PostgreSQL answers",
            async () =>
            {
                try
                {
                    await Execute("SELECT 1").ConfigureAwait(false);
                    return null;
                }
                catch (NpgsqlException e)
                {
                    // The process that writes it may not have begun.
                    var log = File.Exists(LogFile) ? await File.ReadAllTextAsync(LogFile).ConfigureAwait(false) : "";
                    return process.HasExited ? throw new InvalidOperationException($"PostgreSQL does not start:\n{log}", e) : log;
                }
            },
            log => log is null).ConfigureAwait(false);
    }

    /// <summary>A fast, orderly stop: open sessions are ended.</summary>
    public Task Stop() => Running.Stop();

    /// <summary>SIGKILL of the postmaster; returns when the sessions that it leaves behind have ended too.</summary>
    public Task Kill() => Running.Kill();

    /// <summary>Hangs it: SIGSTOP of the postmaster and all its children. Connections stay open and nobody answers.</summary>
    public void Pause() => Running.Pause();

    /// <summary>Ends the hanging.</summary>
    public void Continue() => Running.Continue();

    /// <summary>A fast stop and a new start.</summary>
    public async Task Restart()
    {
        await Stop().ConfigureAwait(false);
        await Start().ConfigureAwait(false);
    }

    /// <summary>Ends it and deletes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await process.Kill().ConfigureAwait(false);
            process.Dispose();
        }

        Directory.Delete(root, recursive: true);
    }

    private ServerProcess Running => process ?? throw new InvalidOperationException("It was never started.");

    private async Task Init()
    {
        var passwordFile = Path.Combine(root, "password");
        await File.WriteAllTextAsync(passwordFile, Password).ConfigureAwait(false);
        await programs.Own(root).ConfigureAwait(false);
        await PostgresPrograms.Run(programs.AsOwner(
            programs.InitDb,
            ["-D", DataFolder, "-U", User, "--pwfile", passwordFile, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"])).ConfigureAwait(false);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
