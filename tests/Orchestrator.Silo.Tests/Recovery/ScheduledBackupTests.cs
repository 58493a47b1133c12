using System.Text.Json;
using Orchestrator.Silo.Maintenance;
using Orchestrator.Silo.Settings;
using Orchestrator.Storage.Sqlite;

namespace Orchestrator.Silo.Tests.Recovery;

/// <summary>Backups by the clock, what a backup says of itself, and the checksum over all of it.</summary>
public sealed class ScheduledBackupTests : IDisposable
{
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("backups-");

    public void Dispose() => _place.Delete(recursive: true);

    [Fact]
    public async Task Backup_is_taken_after_a_start_and_each_hour_and_the_newest_two_are_kept()
    {
        await using var silo = await SiloHost.Start(
            settings: [$"--Orchestrator:Backup:Folder={_place.FullName}", "--Orchestrator:Backup:Every=1h", "--Orchestrator:Backup:Keep=2"]);
        await Eventually.Until("a backup after the start", () => Backups().Length == 1);
        var first = Backups().Single();
        silo.Time.Advance(TimeSpan.FromHours(1));
        await Eventually.Until("a second backup", () => Backups().Length == 2);
        Assert.Contains(first, Backups());
        silo.Time.Advance(TimeSpan.FromHours(1));
        await Eventually.Until("the oldest backup is deleted once a third one is written", () => Backups() is { Length: 2 } kept && !kept.Contains(first) && !File.Exists(first + ".sha256"));
        foreach (var backup in Backups())
        {
            Assert.True(await Storage.Shared.BackupChecksum.Agrees(backup));
        }
    }

    [Fact]
    public async Task Backup_that_fails_is_an_alarm_until_one_succeeds()
    {
        var folder = Path.Combine(_place.FullName, "taken");
        await File.WriteAllTextAsync(folder, "a file where the folder should be");
        await using var silo = await SiloHost.Start(settings: [$"--Orchestrator:Backup:Folder={folder}", "--Orchestrator:Backup:Every=1h"]);
        await Eventually.Until("the alarm", async () => (await Alarms(silo)).Any(alarm => alarm.Contains($"The backup to {folder} failed", StringComparison.Ordinal)));
        File.Delete(folder);
        silo.Time.Advance(TimeSpan.FromHours(1));
        await Eventually.Until("no alarm", async () => !(await Alarms(silo)).Any(alarm => alarm.Contains("The backup to", StringComparison.Ordinal)));
        Assert.Single(Directory.GetFiles(folder, "*.backup"));
    }

    [Fact]
    public async Task Backup_says_its_position_and_its_checksum_finds_a_changed_byte_of_grain_state()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        var file = Path.Combine(_place.FullName, "monday.backup");
        var said = await Maintain("backup", "--to", file, $"--Orchestrator:Data={silo.Folder}");
        var report = await EmbeddedBackup.Take(silo.Folder, Path.Combine(_place.FullName, "tuesday.backup"));
        Assert.True(report is { Position: > 0, Events: > 0, Streams: > 1 }, report.ToString());
        Assert.Contains($"{report.Events} events of {report.Streams} streams up to position {report.Position}", said, StringComparison.Ordinal);
        var other = Path.Combine(_place.FullName, "restored");
        Assert.Contains("matches", await Maintain("restore", "--from", file, $"--Orchestrator:Data={other}"), StringComparison.Ordinal);

        var bytes = await File.ReadAllBytesAsync(file);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        var damaged = await Assert.ThrowsAsync<InvalidDataException>(() => Maintain("restore", "--from", file, $"--Orchestrator:Data={other}"));
        Assert.Contains("The backup is damaged: its SHA-256 is", damaged.Message, StringComparison.Ordinal);
        File.Delete(file + ".sha256");
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        Assert.Contains("There is no checksum", await Maintain("restore", "--from", file, $"--Orchestrator:Data={other}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_that_are_wrong_end_the_start_with_every_error()
    {
        var refused = await Assert.ThrowsAsync<SettingsException>(() => SiloHost.Start(settings: ["--Orchestrator:Backup:Every=5s", "--Orchestrator:Backup:Keep=0"]));
        Assert.Equal(
            ["Orchestrator:Backup:Every must be a duration from 1m to 30d, but is '5s'", "Orchestrator:Backup:Keep must be a whole number from 1 to 1000, but is '0'",
             "Orchestrator:Backup:Folder is missing: Orchestrator:Backup:Every and Orchestrator:Backup:Keep do nothing without it"],
            refused.Errors);
    }

    private string[] Backups() => Directory.GetFiles(_place.FullName, "*.backup");

    private static async Task<IEnumerable<string>> Alarms(SiloHost silo) =>
        (await silo.Admin.GetAsync("/api/v1/nodes").Json()).GetProperty("nodes")[0].TryGetProperty("alarms", out var alarms)
            ? alarms.EnumerateArray().Select(alarm => alarm.ValueKind == JsonValueKind.String ? alarm.GetString()! : alarm.GetRawText())
            : [];

    private static async Task<string> Maintain(params string[] args)
    {
        var output = new StringWriter();
        Assert.Equal(0, await MaintenanceCommands.Run(args, output));
        return output.ToString();
    }
}
