using Orchestrator.Domain.Events;
using Orchestrator.Grains.Checkpoints;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Recovery;
using Orchestrator.Silo.Settings;
using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Shared;
using Orchestrator.Storage.Sqlite;

namespace Orchestrator.Silo.Maintenance;

/// <summary>
/// Maintenance of the data by hand: <c>backup --to FILE</c>, <c>export --to FILE</c> and <c>verify [--checkpoint FILE]</c> (the silo may
/// keep running), <c>restore --from FILE [--checkpoint FILE]</c> and <c>import --from FILE [--checkpoint FILE]</c> (no process may use the
/// data). The settings are those of the server.
/// </summary>
internal static class MaintenanceCommands
{
    private static readonly string[] Names = ["backup", "restore", "verify", "export", "import"];

    /// <summary>True when the command line has one of these commands.</summary>
    public static bool Asked(string[] args) => args is [var name, ..] && Names.Contains(name, StringComparer.Ordinal);

    /// <summary>Runs the command; returns the exit code. A failure is an exception with a display text.</summary>
    public static async Task<int> Run(string[] args, TextWriter output)
    {
        var configuration = Host.CreateApplicationBuilder(args[1..]).Configuration;
        var settings = SiloSettings.Read(configuration);
        switch (args[0])
        {
            case "backup":
                var to = Needed(configuration, "to", "backup --to FILE");
                await output.WriteLineAsync((await ScheduledBackups.Take(settings, to)).ToString());
                return 0;
            case "verify":
                return await Verification.Run(configuration, settings, output);
            case "restore":
                var from = Needed(configuration, "from", "restore --from FILE [--checkpoint FILE]");
                await Restore(settings, from, await Checkpoint(configuration), output);
                return 0;
            case "export":
                var file = Needed(configuration, "to", "export --to FILE [--object STREAM]");
                await LogExport.Run(settings, file, configuration["object"], output);
                return 0;
            case "import":
                var export = Needed(configuration, "from", "import --from FILE [--checkpoint FILE]");
                await Import(settings, export, await Checkpoint(configuration), output);
                return 0;
            default:
                throw new InvalidOperationException($"No such command: {args[0]}.");
        }
    }

    private static async Task Restore(SiloSettings settings, string from, Checkpoint? checkpoint, TextWriter output)
    {
        RestoreReport? report = null;
        async Task<long> Complete(IEventLog log, long known) =>
            (report = await Completed(log, known, checkpoint, "A backup was restored")).Timeline;

        var summed = File.Exists(from) && await BackupChecksum.Agrees(from);
        var replaced = settings.Postgres is { } database
            ? await PostgresBackup.Restore(database, from, Complete)
            : await EmbeddedBackup.Restore(settings.Data, from, Complete);
        await output.WriteLineAsync($"Restored {Path.GetFullPath(from)}.");
        await output.WriteLineAsync(summed
            ? $"The checksum in {BackupChecksum.Of(from)} matches."
            : $"There is no checksum {BackupChecksum.Of(from)}: only the hash chains of events were checked, not the state of grains.");
        if (replaced is not null)
        {
            await output.WriteLineAsync($"The data before the restore is in {replaced}.");
        }

        RestoreText.Write(report!, checkpoint, output);
    }

    private static async Task Import(SiloSettings settings, string from, Checkpoint? checkpoint, TextWriter output)
    {
        RestoreReport? report = null;
        using var import = LogImport.Open(from);
        async Task<long> Complete(IEventLog log, long known) =>
            (report = await Completed(log, Math.Max(known, import.Timeline), checkpoint, "An export was imported")).Timeline;

        var replaced = settings.Postgres is { } database
            ? await PostgresImport.Run(database, import.Fill, Complete)
            : await EmbeddedImport.Run(settings.Data, import.Fill, Complete);
        await output.WriteLineAsync($"Imported {Path.GetFullPath(from)}: {import.Report.Events} events in {import.Report.Streams} streams, {import.Scope}. Every chain fits.");
        if (replaced is not null)
        {
            await output.WriteLineAsync($"The empty data before the import are in {replaced}.");
        }

        RestoreText.Write(report!, checkpoint, output);
    }

    private static async Task<RestoreReport> Completed(IEventLog log, long known, Checkpoint? checkpoint, string began)
    {
        var now = DateTimeOffset.UtcNow;
        var timeline = Restoration.NextTimeline(now, known, checkpoint?.Timeline ?? 0);
        return await Restoration.Complete(log, timeline, now, checkpoint, began: began);
    }

    private static async Task<Checkpoint?> Checkpoint(IConfiguration configuration) => configuration["checkpoint"] is { } file
        ? CheckpointFile.Read(await File.ReadAllBytesAsync(file)).Checkpoint
        : null;

    private static string Needed(IConfiguration configuration, string key, string usage) =>
        configuration[key] is { Length: > 0 } value ? value : throw new SettingsException([$"--{key} is missing: {usage}"]);
}
