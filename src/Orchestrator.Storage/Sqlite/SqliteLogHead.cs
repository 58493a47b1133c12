using System.Globalization;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Sqlite;

/// <summary>The head of the embedded log. Readers of SQLite's write-ahead log wait for nobody, so a reading takes no longer than the disk.</summary>
internal sealed class SqliteLogHead(SqliteStore store) : ILogHead
{
    // On the caller's own thread, so there is nothing to wait for.
    public LogHead Read(TimeSpan limit) =>
        store.Read(session => new LogHead(Timeline(session), EventRows.Head(session)), CancellationToken.None).GetAwaiter().GetResult();

    internal static long Timeline(Session session) =>
        SqliteMeta.Get(session, Meta.Timeline) is { } timeline ? long.Parse(timeline, CultureInfo.InvariantCulture) : 1;
}
