using System.Globalization;

namespace Orchestrator.Storage.Sqlite;

/// <summary>The tables of the file and the number of their shape.</summary>
internal static class Schema
{
    public const int Current = 1;

    private const string VersionKey = "schema";
    private const string FenceKey = "fence";

    private const string Tables =
        """
        CREATE TABLE events (
            position    INTEGER PRIMARY KEY AUTOINCREMENT,
            stream      TEXT    NOT NULL,
            version     INTEGER NOT NULL,
            id          BLOB    NOT NULL,
            type        TEXT    NOT NULL,
            schema      INTEGER NOT NULL,
            at          INTEGER NOT NULL,
            actor_kind  INTEGER NOT NULL,
            actor_id    TEXT    NOT NULL,
            actor_role  TEXT,
            cause       TEXT,
            correlation TEXT,
            command_id  TEXT    NOT NULL,
            data        BLOB    NOT NULL,
            hash        BLOB    NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX events_by_stream ON events (stream, version);
        CREATE INDEX events_by_command ON events (stream, command_id);

        CREATE TABLE grain_state (
            grain TEXT NOT NULL,
            name  TEXT NOT NULL,
            etag  TEXT NOT NULL,
            data  BLOB NOT NULL,
            PRIMARY KEY (grain, name)
        ) STRICT;
        """;

    /// <summary>Refuses a database of another program, with a session that changes nothing: choosing the journal already would.</summary>
    /// <exception cref="StoreRefusedException">The file has tables, and they are not ours.</exception>
    public static void RefuseForeign(Session session, string database)
    {
        if (IsForeign(session))
        {
            throw new StoreRefusedException(
                $"{database} is a database of another program: give the process a folder of its own (Orchestrator:Data). Nothing was changed.");
        }
    }

    /// <summary>Creates what is missing.</summary>
    /// <exception cref="StoreRefusedException">The file is newer than this program, or is not ours.</exception>
    public static void Ensure(Session session, string database)
    {
        session.Execute("BEGIN IMMEDIATE");
        session.Execute("CREATE TABLE IF NOT EXISTS meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT");
        var found = SqliteMeta.Get(session, VersionKey);
        if (found is null)
        {
            session.Execute(Tables);
            SqliteMeta.Set(session, VersionKey, Current.ToString(CultureInfo.InvariantCulture));
        }
        else if (!int.TryParse(found, CultureInfo.InvariantCulture, out var version) || version != Current)
        {
            throw new StoreRefusedException(
                $"The store {database} has schema version {found}, and this program knows versions up to {Current}: it was written by a newer one. "
                + "Nothing was changed. Start that version again, or open a copy from before the upgrade.");
        }

        session.Execute("COMMIT");
    }

    /// <summary>Tables there are, and none of them is ours.</summary>
    private static bool IsForeign(Session session) =>
        (long)session.Scalar("SELECT count(*) FROM sqlite_master")! > 0
        && (long)session.Scalar("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('meta', 'events')")! < 2;

    public static bool Owns(string key) => key is VersionKey or FenceKey;

    /// <summary>
    /// A commit of no meaning. A commit that failed may still lie complete in the write-ahead log, to be found by the next
    /// recovery; a commit after it takes its place, so that what readers see now is what will be.
    /// </summary>
    public static void Fence(Session session) => SqliteMeta.Set(session, FenceKey, Guid.NewGuid().ToString("N"));
}
