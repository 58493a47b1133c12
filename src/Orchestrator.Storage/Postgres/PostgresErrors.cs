using System.Net.Sockets;
using Npgsql;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Postgres;

/// <summary>Errors of PostgreSQL, each as one sentence for the operator. No sentence has a password.</summary>
internal static class PostgresErrors
{
    private const string Setting = "ConnectionStrings:Orchestrator";

    /// <summary>The exception of the database, which Marten may have wrapped; null when the cause is a bug.</summary>
    public static Exception? Of(Exception? e) => e switch
    {
        null or StorageUnavailableException or OperationCanceledException => null,

        // Wrong SQL and wrong data are bugs of the product; a missing permission is not.
        PostgresException { SqlState: ['2', '2', ..] or ['4', '2', ..] and not PostgresErrorCodes.InsufficientPrivilege } => null,
        NpgsqlException or SocketException or TimeoutException => e,
        _ => Of(e.InnerException),
    };

    public static StorageUnavailableException NoConnectionString(ArgumentException e) => new(
        $"{Setting} is no connection string for PostgreSQL ({Unquoted(e)}): write for example "
        + "Host=db;Database=orchestrator;Username=orchestrator;Password=…");

    public static StorageUnavailableException AtStart(Exception e, PostgresSettings settings) => new(
        e is PostgresException refused ? Refusal(refused, settings)
            : $"PostgreSQL at {settings.Server} ({Setting}) cannot be reached: {(e.InnerException ?? e).Message}", e);

    public static StorageUnavailableException Later(Exception e, PostgresSettings settings) =>
        new($"PostgreSQL at {settings.Server} failed: {e.Message}", e);

    public static StorageUnavailableException NewerSchema(IEnumerable<string> unknown, PostgresSettings settings) => new(
        $"The database {settings.Database} ({Setting}) was upgraded by a newer build, which also applied {string.Join(", ", unknown)}: "
        + "start that build, or restore a backup from before the upgrade. Nothing was changed.");

    public static StorageUnavailableException ForeignSchema(PostgresSettings settings) => new(
        $"The database {settings.Database} ({Setting}) has a schema '{PostgresSettings.Schema}' of another program, or of a build before "
        + "the first release: give it another database, or rename that schema. Nothing was changed.");

    private static string Refusal(PostgresException e, PostgresSettings settings) => e.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            $"PostgreSQL at {settings.Server} refuses the user '{settings.User}': user or password in {Setting} is wrong "
            + $"({e.MessageText}).",
        PostgresErrorCodes.InvalidCatalogName =>
            $"PostgreSQL at {settings.Server} has no database '{settings.Database}': create it, or correct {Setting}.",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"The user '{settings.User}' of {Setting} lacks rights in the database {settings.Database} ({e.MessageText}): let it own the "
            + $"schema, CREATE SCHEMA {PostgresSettings.Schema} AUTHORIZATION \"{settings.User}\".",
        PostgresErrorCodes.TooManyConnections =>
            $"PostgreSQL at {settings.Server} ({Setting}) has no connection left: raise its max_connections or lower Maximum Pool Size.",
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            $"PostgreSQL at {settings.Server} ({Setting}) is read-only, probably a replica: name the primary.",
        _ => $"PostgreSQL at {settings.Server} ({Setting}) refuses: {e.MessageText} ({e.SqlState}).",
    };

    // The message of the parser may quote the text that it could not read, and that may be the password.
    private static string Unquoted(ArgumentException e) =>
        e.ParamName is { Length: > 0 } name && !name.Contains('=', StringComparison.Ordinal) ? $"see '{name}'" : "it cannot be read";
}
