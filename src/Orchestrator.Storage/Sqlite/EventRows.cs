using Microsoft.Data.Sqlite;
using Orchestrator.Domain.Events;

namespace Orchestrator.Storage.Sqlite;

/// <summary>Events to rows of SQLite, and back.</summary>
internal static class EventRows
{
    private const string Columns =
        "position, stream, version, id, type, schema, at, actor_kind, actor_id, actor_role, cause, correlation, command_id, data, hash";

    public static long Head(Session session) => (long?)session.Scalar("SELECT max(position) FROM events") ?? 0;

    /// <summary>Version and hash of the last event of a stream; version 0 and the origin of the hash chain when it has none.</summary>
    public static (long Version, ReadOnlyMemory<byte> Hash) Tip(Session session, string stream)
    {
        var found = session.Query(
            "SELECT version, hash FROM events WHERE stream = $0 ORDER BY version DESC LIMIT 1",
            row => (row.GetInt64(0), (ReadOnlyMemory<byte>)row.GetFieldValue<byte[]>(1)), CancellationToken.None, stream);
        return found.Count == 0 ? (0, HashChain.Origin) : found[0];
    }

    public static RecordedEvent Insert(Session session, RecordedEvent e)
    {
        var position = session.Scalar(
            """
            INSERT INTO events
                (stream, version, id, type, schema, at, actor_kind, actor_id, actor_role, cause, correlation, command_id, data, hash)
            VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            RETURNING position
            """,
            e.Stream, e.Version, e.Id.ToByteArray(bigEndian: true), e.Type, e.Schema, e.At.UtcTicks, (int)e.Actor.Kind, e.Actor.Id,
            e.Actor.Role, e.Cause, e.Correlation, e.CommandId, e.Data.ToArray(), e.Hash.ToArray());
        return e with { Position = (long)position! };
    }

    /// <summary>Inserts an event at its own position.</summary>
    public static void InsertAt(Session session, RecordedEvent e) => session.Execute(
        $"INSERT INTO events ({Columns}) VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        e.Position, e.Stream, e.Version, e.Id.ToByteArray(bigEndian: true), e.Type, e.Schema, e.At.UtcTicks, (int)e.Actor.Kind, e.Actor.Id,
        e.Actor.Role, e.Cause, e.Correlation, e.CommandId, e.Data.ToArray(), e.Hash.ToArray());

    public static IReadOnlyList<RecordedEvent> OfStream(
        Session session, string stream, long afterVersion, int limit, CancellationToken stop) =>
        session.Query(
            $"SELECT {Columns} FROM events WHERE stream = $0 AND version > $1 ORDER BY version LIMIT $2", Read, stop,
            stream, afterVersion, limit);

    public static IReadOnlyList<RecordedEvent> OfCommand(Session session, string stream, string commandId, CancellationToken stop) =>
        session.Query(
            $"SELECT {Columns} FROM events WHERE stream = $0 AND command_id = $1 ORDER BY version", Read, stop, stream, commandId);

    public static IReadOnlyList<RecordedEvent> OfAll(Session session, long afterPosition, int limit, CancellationToken stop) =>
        session.Query($"SELECT {Columns} FROM events WHERE position > $0 ORDER BY position LIMIT $1", Read, stop, afterPosition, limit);

    private static RecordedEvent Read(SqliteDataReader row) => new()
    {
        Position = row.GetInt64(0),
        Stream = row.GetString(1),
        Version = row.GetInt64(2),
        Id = Id(row.GetFieldValue<byte[]>(3)),
        Type = row.GetString(4),
        Schema = unchecked((int)row.GetInt64(5)),
        At = new DateTimeOffset(Math.Clamp(row.GetInt64(6), DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero),
        Actor = new Actor((ActorKind)unchecked((int)row.GetInt64(7)), row.GetString(8), Text(row, 9)),
        Cause = Text(row, 10),
        Correlation = Text(row, 11),
        CommandId = row.GetString(12),
        Data = row.GetFieldValue<byte[]>(13),
        Hash = row.GetFieldValue<byte[]>(14),
    };

    // An edited row must be readable too: its hash does not match, and the other streams go on.
    private static Guid Id(byte[] bytes) => bytes.Length == 16 ? new Guid(bytes, bigEndian: true) : Guid.Empty;

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
