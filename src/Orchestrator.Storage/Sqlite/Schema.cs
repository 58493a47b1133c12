using System.Globalization;

namespace Orchestrator.Storage.Sqlite;

/// <summary>The tables of the file, and the version of their schema.</summary>
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

    /// <summary>
    /// Refuses a database of another program, with a read-only session: a writing session changes the journal mode of the file.
    /// </summary>
    /// <exception cref="StoreRefusedException">The file has tables of another program.</exception>
    public static void RefuseForeign(Session session, string database)
    {
        if (IsForeign(session))
        {
            throw new StoreRefusedException(
                $"{database} is a database of another program: give the process a folder of its own (Orchestrator:Data). "
                + "Nothing was changed.");
        }
    }

    /// <summary>Creates the tables when they are missing.</summary>
    /// <exception cref="StoreRefusedException">A newer build has written the file.</exception>
    public static void Ensure(Session session, string database)
    {
        session.Execute("BEGIN IMMEDIATE");
        session.Execute("CREATE TABLE IF NOT EXISTS meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT");
        var found = SqliteInstallationFacts.Get(session, VersionKey);
        if (found is null)
        {
            session.Execute(Tables);
            SqliteInstallationFacts.Set(session, VersionKey, Current.ToString(CultureInfo.InvariantCulture));
        }
        else if (!int.TryParse(found, CultureInfo.InvariantCulture, out var version) || version != Current)
        {
            throw new StoreRefusedException(
                $"The store {database} has schema version {found}, and this build knows versions up to {Current}: a newer build has written it. "
                + "Nothing was changed. Start that build again, or open a copy from before the upgrade.");
        }

        session.Execute("COMMIT");
    }

    /// <summary>True when the file has tables and none of this product.</summary>
    private static bool IsForeign(Session session) =>
        (long)session.Scalar("SELECT count(*) FROM sqlite_master")! > 0
        && (long)session.Scalar("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('meta', 'events')")! < 2;

    public static bool Owns(string key) => key is VersionKey or FenceKey;

    /// <summary>
    /// Writes a value without meaning. A commit that failed may still be complete in the write-ahead log, and the next recovery would
    /// apply it. The commit of this write overwrites it, so that later readers see the same as readers now.
    /// </summary>
    public static void Fence(Session session) => SqliteInstallationFacts.Set(session, FenceKey, Guid.NewGuid().ToString("N"));
}
