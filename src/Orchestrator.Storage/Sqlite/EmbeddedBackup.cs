using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Grains.Files;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Shared;

namespace Orchestrator.Storage.Sqlite;

/// <summary>Backups of the embedded store: taken while it runs, restored while it does not.</summary>
public static class EmbeddedBackup
{
    private const string Marker = "restore.interrupted";

    /// <summary>
    /// Writes one snapshot of the whole store into a new <paramref name="file"/>. The process that owns the folder may run meanwhile.
    /// </summary>
    /// <exception cref="IOException">There is no store, or the file exists already.</exception>
    public static async Task<BackupReport> Take(string dataFolder, string file)
    {
        var database = Path.Combine(Path.GetFullPath(dataFolder), "orchestrator.db");
        if (!File.Exists(database))
        {
            throw new IOException($"There is no store in {Path.GetFullPath(dataFolder)}.");
        }

        if (File.Exists(file))
        {
            throw new IOException($"{file} exists already; a backup replaces no file.");
        }

        PrivateFiles.MakeFolder(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var fresh = file + ".new";
        File.Delete(fresh);
        try
        {
            // SQLite fills an empty file and leaves its permissions as they are.
            PrivateFiles.Touch(fresh);
            using var session = Session.Reading(database);
            session.Execute("VACUUM INTO $0", fresh);
        }
        catch (Exception e) when (StoreFile.Refusal(database, e) is { } refusal)
        {
            File.Delete(fresh);
            throw new IOException($"The backup could not be taken: {refusal.Message}", e);
        }

        using (var written = new FileStream(fresh, FileMode.Open, FileAccess.ReadWrite))
        {
            PrivateFiles.Sync(written);
        }

        var (position, events, streams) = Held(fresh);

        // The checksum first: only a backup of an earlier build has none.
        var sum = await BackupChecksum.Write(fresh, file).ConfigureAwait(false);
        File.Move(fresh, file);
        return new BackupReport(Path.GetFullPath(file), position, events, streams, new FileInfo(file).Length, sum);
    }

    /// <summary>
    /// Replaces the store of the folder by a backup. The copy is completed before it replaces the store; the old store is kept beside it.
    /// Throws, with nothing changed, when the backup is damaged or the completion fails.
    /// </summary>
    /// <param name="dataFolder">The folder; no process may have it.</param>
    /// <param name="backup">A file that <see cref="Take"/> wrote.</param>
    /// <param name="complete">Prepares the restored log for service; gets the newest known timeline and returns the one that
    /// begins.</param>
    /// <returns>Folder of the replaced store; null when there was none.</returns>
    public static async Task<string?> Restore(string dataFolder, string backup, Func<IEventLog, long, Task<long>> complete)
    {
        if (!File.Exists(backup))
        {
            throw new IOException($"There is no backup {backup}.");
        }

        Task Copy(DataFolder folder, string workshop)
        {
            File.Copy(backup, Path.Combine(workshop, DataFolder.DatabaseName), overwrite: true);
            PrivateFiles.Tighten(workshop, names: null);
            return Task.CompletedTask;
        }

        return await Replace(dataFolder, Copy, complete).ConfigureAwait(false);
    }

    /// <summary>Replaces the store of the folder by one that is filled and completed beside it.</summary>
    /// <param name="dataFolder">The folder; no process may have it.</param>
    /// <param name="fill">Makes the store in the workshop, the second folder.</param>
    /// <param name="complete">Prepares its log for service; gets the newest known timeline and returns the one that begins.</param>
    /// <returns>Folder of the replaced store; null when there was none.</returns>
    internal static async Task<string?> Replace(
        string dataFolder, Func<DataFolder, string, Task> fill, Func<IEventLog, long, Task<long>> complete)
    {
        using var folder = DataFolder.Claim(dataFolder);
        var workshop = new DirectoryInfo(Path.Combine(folder.Path, "restoring"));
        PrivateFiles.MakeFolder(workshop.FullName);
        try
        {
            var copy = Path.Combine(workshop.FullName, DataFolder.DatabaseName);
            await fill(folder, workshop.FullName).ConfigureAwait(false);
            await Complete(workshop.FullName, Timeline(folder.Database), complete).ConfigureAwait(false);
            var replaced = Keep(folder);
            var marker = Path.Combine(folder.Path, Marker);
            PrivateFiles.Write(marker, System.Text.Encoding.UTF8.GetBytes(replaced ?? ""));
            File.Delete(folder.Database + "-wal");
            File.Delete(folder.Database + "-shm");
            File.Move(copy, folder.Database, overwrite: true);
            File.Delete(marker);
            return replaced;
        }
        finally
        {
            workshop.Delete(recursive: true);
        }
    }

    /// <summary>Refuses a folder in which a restore was interrupted while it replaced the store.</summary>
    internal static void Check(DataFolder folder)
    {
        var marker = Path.Combine(folder.Path, Marker);
        if (File.Exists(marker))
        {
            throw new StoreRefusedException(
                $"A restore into {folder.Path} was interrupted: the folder has neither the old store nor the backup. Delete {marker} and "
                + $"run the restore again; the old store is in {File.ReadAllText(marker)}.");
        }
    }

    private static async Task Complete(string workshop, long known, Func<IEventLog, long, Task<long>> complete)
    {
        await using var store = Opened(workshop);
        var check = await store.Read(session => (string?)session.Scalar("PRAGMA integrity_check"), CancellationToken.None)
            .ConfigureAwait(false);
        if (check != "ok")
        {
            throw new InvalidDataException($"The backup is damaged: {check}. Nothing was changed.");
        }

        var own = await store.Read(SqliteLogHead.Timeline, CancellationToken.None).ConfigureAwait(false);
        var timeline = await complete(SqliteEventLog.On(store, TimeProvider.System), Math.Max(known, own)).ConfigureAwait(false);
        var text = timeline.ToString(CultureInfo.InvariantCulture);
        await store.Write(session => SqliteInstallationFacts.Set(session, InstallationFacts.Timeline, text)).ConfigureAwait(false);
    }

    private static SqliteStore Opened(string workshop)
    {
        try
        {
            return SqliteStore.Open(workshop, NullLogger.Instance);
        }
        catch (StoreRefusedException e)
        {
            throw new InvalidDataException($"The backup is damaged or of another program: {e.Message} Nothing was changed.", e);
        }
    }

    private static (long Position, long Events, long Streams) Held(string copy)
    {
        using var session = Session.Reading(copy);
        long Count(string sql) => (long?)session.Scalar(sql) ?? 0;
        return (EventRows.Head(session), Count("SELECT count(*) FROM events"), Count("SELECT count(DISTINCT stream) FROM events"));
    }

    /// <summary>
    /// Timeline of the store that is replaced; 0 when there is none, or when it cannot be read, which may be the reason for the restore.
    /// </summary>
    private static long Timeline(string database)
    {
        if (!File.Exists(database))
        {
            return 0;
        }

        try
        {
            using var session = Session.Reading(database);
            return SqliteLogHead.Timeline(session);
        }
        catch (SqliteException)
        {
            return 0;
        }
    }

    private static string? Keep(DataFolder folder)
    {
        if (!File.Exists(folder.Database))
        {
            return null;
        }

        var place = new DirectoryInfo(Path.Combine(
            folder.Path, "replaced-" + DateTimeOffset.UtcNow.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)));
        PrivateFiles.MakeFolder(place.FullName);
        foreach (var file in new[] { folder.Database, folder.Database + "-wal" }.Where(File.Exists))
        {
            File.Copy(file, Path.Combine(place.FullName, Path.GetFileName(file)));
        }

        PrivateFiles.Tighten(place.FullName, names: null);
        return place.FullName;
    }
}
