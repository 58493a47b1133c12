using System.Globalization;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Shared;

namespace Orchestrator.Storage.Sqlite;

/// <summary>
/// The head of the embedded log. Readers never wait for the writer of SQLite's write-ahead log, so a reading takes as long as the disk.
/// </summary>
internal sealed class SqliteLogHead(SqliteStore store) : ILogHead
{
    // The read runs on the thread of the caller, so there is nothing to wait for.
    public LogHead Read(TimeSpan limit) =>
        store.Read(session => new LogHead(Timeline(session), EventRows.Head(session)), CancellationToken.None).GetAwaiter().GetResult();

    internal static long Timeline(Session session) =>
        SqliteInstallationFacts.Get(session, InstallationFacts.Timeline) is { } timeline
            ? long.Parse(timeline, CultureInfo.InvariantCulture)
            : 1;
}
