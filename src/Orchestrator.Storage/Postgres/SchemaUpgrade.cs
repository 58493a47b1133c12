using System.Reflection;
using JasperFx;
using Npgsql;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Postgres;

/// <summary>
/// Upgrades the schema of the database to this build: steps in order, each applied once and recorded. One process at a time upgrades; the
/// others find nothing left to do, and need no permission to change the schema.
/// </summary>
internal static class SchemaUpgrade
{
    /// <summary>Step in which Marten creates its objects. The number changes when a build configures Marten otherwise.</summary>
    private const string Marten = "000-marten-1";

    // A number of this product, in this database.
    private const long UpgradeLock = 0x524f_4c4c_0000_0001;

    /// <summary>All steps of this build: Marten's, then the scripts of the folder Schema by name.</summary>
    public static IReadOnlyList<string> Steps { get; } = [Marten, .. Scripts.Keys.Order(StringComparer.Ordinal)];

    private static Dictionary<string, string> Scripts => Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
        .ToDictionary(name => string.Join('.', name.Split('.')[^2..])[..^4]);

    /// <exception cref="StorageUnavailableException">A newer build has upgraded the database, or another program owns the
    /// schema.</exception>
    public static async Task Run(PostgresSettings settings, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(settings.Upgrade);
        await using var connection = await source.OpenConnectionAsync(stop).ConfigureAwait(false);

        // The lock ends with the session.
        await Execute(connection, $"SELECT pg_advisory_lock({UpgradeLock})", stop).ConfigureAwait(false);
        var applied = await Applied(connection, settings, stop).ConfigureAwait(false);
        if (applied.Except(Steps).ToList() is { Count: > 0 } unknown)
        {
            throw PostgresErrors.NewerSchema(unknown, settings);
        }

        var scripts = Scripts;
        foreach (var step in Steps.Except(applied))
        {
            await using var transaction = await connection.BeginTransactionAsync(stop).ConfigureAwait(false);
            if (step == Marten)
            {
                await Prepare(connection, source, stop).ConfigureAwait(false);
            }
            else
            {
                await Execute(connection, await Text(scripts[step]).ConfigureAwait(false), stop).ConfigureAwait(false);
            }

            await Execute(connection, $"INSERT INTO {PostgresSettings.Schema}.schema_steps (name) VALUES ('{step}')", stop)
                .ConfigureAwait(false);
            await transaction.CommitAsync(stop).ConfigureAwait(false);
        }
    }

    private static async Task<HashSet<string>> Applied(NpgsqlConnection connection, PostgresSettings settings, CancellationToken stop)
    {
        await using var look = new NpgsqlCommand(
            """
            SELECT EXISTS (
                       SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                       WHERE n.nspname = $1 AND c.relname = 'schema_steps'),
                   EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1)
            """, connection)
        { Parameters = { new() { Value = PostgresSettings.Schema } } };
        var (ours, anything) = await look.One(row => (row.GetBoolean(0), row.GetBoolean(1)), stop).ConfigureAwait(false);
        if (!ours)
        {
            return anything ? throw PostgresErrors.ForeignSchema(settings) : [];
        }

        await using var names = new NpgsqlCommand($"SELECT name FROM {PostgresSettings.Schema}.schema_steps", connection);
        return [.. await names.All(row => row.GetString(0), stop).ConfigureAwait(false)];
    }

    /// <summary>
    /// Creates the table of steps first, because Marten uses connections of its own: after a crash in between, the next start recognizes
    /// the schema.
    /// </summary>
    private static async Task Prepare(NpgsqlConnection connection, NpgsqlDataSource source, CancellationToken stop)
    {
        await using (var first = await source.OpenConnectionAsync(stop).ConfigureAwait(false))
        {
            await Execute(
                first,
                $"""
                DO $$ BEGIN
                  IF to_regnamespace('{PostgresSettings.Schema}') IS NULL THEN CREATE SCHEMA {PostgresSettings.Schema}; END IF;
                END $$;
                CREATE TABLE IF NOT EXISTS {PostgresSettings.Schema}.schema_steps (
                    name text NOT NULL PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now());
                """, stop).ConfigureAwait(false);
        }

        using var documents = Documents.Open(source);
        await documents.Storage.ApplyAllConfiguredChangesToDatabaseAsync(AutoCreate.CreateOrUpdate).ConfigureAwait(false);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
    }

    private static async Task<string> Text(string resource)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!);
        return await reader.ReadToEndAsync().ConfigureAwait(false);
    }
}
