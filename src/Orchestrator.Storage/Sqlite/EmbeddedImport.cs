using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Sqlite;

/// <summary>
/// Fills an empty folder of the embedded store with the events of an export, as they were: positions, ids, times and hashes.
/// </summary>
public static class EmbeddedImport
{
    /// <summary>
    /// Imports events. Throws, with nothing changed, when the store has events, the source fails, or the completion does.
    /// </summary>
    /// <param name="dataFolder">The folder; no process may have it.</param>
    /// <param name="fill">Hands over batches of events, in the order of the log.</param>
    /// <param name="complete">Prepares the imported log for service; gets the newest known timeline and returns the one that
    /// begins.</param>
    /// <returns>Folder of the empty store that was replaced; null when there was none.</returns>
    public static Task<string?> Run(
        string dataFolder, Func<Func<IReadOnlyList<RecordedEvent>, Task>, Task> fill, Func<IEventLog, long, Task<long>> complete) =>
        EmbeddedBackup.Replace(
            dataFolder,
            async (folder, workshop) =>
            {
                RefuseFilled(folder);
                await using var store = SqliteStore.Open(workshop, NullLogger.Instance);
                await fill(events => store.Write(session => Write(session, events))).ConfigureAwait(false);
            },
            complete);

    private static void RefuseFilled(DataFolder folder)
    {
        if (!File.Exists(folder.Database) || new FileInfo(folder.Database).Length == 0)
        {
            return;
        }

        using var session = Session.Reading(folder.Database);
        var head = EventRows.Head(session);
        if (head > 0)
        {
            throw new IOException(
                string.Create(CultureInfo.InvariantCulture, $"The store in {folder.Path} is not empty: it has events up to position {head}. Import into an empty one. Nothing was changed."));
        }
    }

    private static int Write(Session session, IReadOnlyList<RecordedEvent> events)
    {
        foreach (var e in events)
        {
            EventRows.InsertAt(session, e);
        }

        return events.Count;
    }
}
