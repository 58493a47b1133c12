using System.Globalization;
using Orchestrator.Grains.Files;
using Orchestrator.Grains.Telemetry;
using Orchestrator.Silo.Settings;
using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Shared;
using Orchestrator.Storage.Sqlite;

namespace Orchestrator.Silo.Maintenance;

/// <summary>
/// Takes a backup at the start and then at an interval. A failed backup is an alarm of the node until one succeeds, and deletes none of
/// those that are kept. Names have the time of the wall clock; the oldest backup is found by name, never by a comparison with now.
/// </summary>
internal sealed partial class ScheduledBackups(
    SiloSettings silo, BackupSettings settings, RaisedAlarms alarms, TimeProvider time, ILogger<ScheduledBackups> logger)
    : BackgroundService
{
    private const string Cause = "backup";
    private const string Prefix = "orchestrator-";
    private const string Suffix = ".backup";

    /// <summary>Writes a backup of the store that the settings name.</summary>
    public static Task<BackupReport> Take(SiloSettings silo, string file) =>
        silo.Postgres is { } database ? PostgresBackup.Take(database, file) : EmbeddedBackup.Take(silo.Data, file);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Folder is not { } folder)
        {
            return;
        }

        using var timer = new PeriodicTimer(settings.Every, time);
        do
        {
            await Take(folder);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Take(string folder)
    {
        try
        {
            PrivateFiles.MakeFolder(folder);
            var name = Prefix + time.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture) + Suffix;
            LogTaken(await Take(silo, Path.Combine(folder, name)));
            alarms.Clear(Cause);
            DeleteOld(folder, name);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            var sentence = $"The backup to {folder} failed; retrying in {Orchestrator.Domain.Quantities.Durations.Format(settings.Every)}: {failure.Message}";
            alarms.Raise(Cause, sentence);
            LogFailed(sentence);
        }
    }

    /// <summary>
    /// Deletes the oldest beyond the number that is kept; never the one just written, also when a clock that was ahead named others later.
    /// </summary>
    private void DeleteOld(string folder, string newest)
    {
        var old = Directory.GetFiles(folder, Prefix + "*" + Suffix).Where(file => Path.GetFileName(file) != newest)
            .OrderDescending(StringComparer.Ordinal).Skip(settings.Keep - 1);
        foreach (var file in old)
        {
            File.Delete(file);
            File.Delete(BackupChecksum.Of(file));
            LogDeleted(file, settings.Keep);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Report}")]
    private partial void LogTaken(BackupReport report);

    [LoggerMessage(LogLevel.Information, "Old backup {File} deleted; {Keep} backups are kept")]
    private partial void LogDeleted(string file, int keep);

    [LoggerMessage(LogLevel.Critical, "{Sentence}")]
    private partial void LogFailed(string sentence);
}
