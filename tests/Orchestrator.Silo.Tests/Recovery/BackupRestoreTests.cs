using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Silo.Maintenance;
using Orchestrator.Storage.Sqlite;

namespace Orchestrator.Silo.Tests.Recovery;

/// <summary>A backup taken while the product runs, a rollback after it, and the backup put back.</summary>
public sealed class BackupRestoreTests : IAsyncDisposable
{
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("backup-");
    private SiloHost _silo = null!;

    [Fact]
    public async Task A_rollback_that_came_after_the_backup_never_comes_back_as_running()
    {
        await Begin();
        await Make("r1");
        var before = await NodeTimeline();
        await EmbeddedBackup.Take(_silo.Folder, Backup);
        await Verb("r1", "rollback", new { reason = "bad" });
        await File.WriteAllTextAsync(Checkpoint, await _silo.Admin.GetStringAsync("/api/v1/checkpoint"));
        Assert.True((await Verify()).GetProperty("intact").GetBoolean());

        var said = await Restored("--checkpoint", Checkpoint);

        // The rollback, its incident, and what followed until the checkpoint was taken.
        var lost = Regex.Match(said, @"rollout/r1: (\d+) of ").Groups[1].Value;
        Assert.InRange(int.Parse(lost, CultureInfo.InvariantCulture), 2, 5);
        Assert.Contains("Held at legacy until an operator confirms", said, StringComparison.Ordinal);
        var rollout = await _silo.Admin.GetAsync("/api/v1/rollouts/r1").Json();
        Assert.Equal("paused", rollout.GetProperty("status").GetString());
        Assert.Contains($"At least {lost} later events of this rollout are lost.", rollout.GetProperty("held").GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(["confirm"], rollout.GetProperty("next").GetProperty("waitingForGates").EnumerateArray().Select(one => one.GetString()));
        Assert.False(await OnNew());
        Assert.Equal("rollout.held", await _silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/resume", new { }).Problem(409));
        Assert.True(await NodeTimeline() > before);
        var verified = await Verify();
        Assert.False(verified.GetProperty("intact").GetBoolean());
        Assert.True(verified.GetProperty("signed").GetBoolean());

        await Verb("r1", "confirm", new { reason = "Looked at: it was healthy." });

        Assert.True(await OnNew());
        Assert.Equal("running", (await _silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("status").GetString());
        Assert.True((await _silo.Admin.GetAsync("/api/v1/rollouts/r1/verify").Json()).GetProperty("intact").GetBoolean());
    }

    [Fact]
    public async Task A_rolled_back_rollout_stays_rolled_back_and_one_not_started_is_left_alone()
    {
        await Begin();
        await Make("r1");
        await Verb("r1", "rollback", new { reason = "bad" });
        await EmbeddedBackup.Take(_silo.Folder, Backup);

        var said = await Restored();

        Assert.Contains("No checkpoint was given", said, StringComparison.Ordinal);
        Assert.Contains("there is nothing to confirm", said, StringComparison.Ordinal);
        Assert.Equal("rolledBack", (await _silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("status").GetString());
        Assert.False(await OnNew());
    }

    [Fact]
    public async Task What_is_replaced_is_kept_and_two_restores_of_one_backup_begin_two_timelines()
    {
        await Begin();
        await Make("r1");
        await EmbeddedBackup.Take(_silo.Folder, Backup);
        await Restored();
        var first = await NodeTimeline();
        await Restored();

        Assert.True(await NodeTimeline() > first);
        Assert.Equal(2, Directory.GetDirectories(_silo.Folder, "replaced-*").Length);
        Assert.Empty(Directory.GetDirectories(_silo.Folder, "restoring"));
    }

    [Fact]
    public async Task A_damaged_backup_a_missing_one_and_a_folder_in_use_change_nothing()
    {
        await Begin();
        await Make("r1");
        await EmbeddedBackup.Take(_silo.Folder, Backup);
        await Assert.ThrowsAsync<IOException>(() => EmbeddedBackup.Take(_silo.Folder, Backup));
        await Assert.ThrowsAsync<DataFolderInUseException>(() => Restore(Backup));

        var bytes = await File.ReadAllBytesAsync(Backup);
        var at = bytes.AsSpan().LastIndexOf("useNewCheckout"u8);
        bytes[at] ^= 1;
        var damaged = Path.Combine(_place.FullName, "damaged.db");
        await File.WriteAllBytesAsync(damaged, bytes);
        await _silo.Stopped(_ =>
        {
            Assert.Contains("damaged", Assert.ThrowsAsync<InvalidDataException>(() => Restore(damaged)).GetAwaiter().GetResult().Message,
                StringComparison.Ordinal);
            Assert.ThrowsAsync<IOException>(() => Restore(Path.Combine(_place.FullName, "none.db"))).GetAwaiter().GetResult();
        });

        Assert.Equal("running", (await _silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("status").GetString());
        Assert.True(await OnNew());
    }

    [Fact]
    public async Task A_restore_that_was_cut_off_keeps_the_silo_from_starting_on_half_of_it()
    {
        await Begin();
        await Make("r1");
        await _silo.Stopped(folder =>
        {
            var marker = Path.Combine(folder, "restore.interrupted");
            File.WriteAllText(marker, "elsewhere");
            var refused = Assert.ThrowsAny<InvalidOperationException>(() => SiloApplication.Build([$"--Orchestrator:Data={folder}", "--urls", "http://127.0.0.1:0"]));
            Assert.Contains("was interrupted", refused.Message, StringComparison.Ordinal);
            File.Delete(marker);
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        _place.Delete(recursive: true);
    }

    private string Backup => Path.Combine(_place.FullName, "backup.db");

    private string Checkpoint => Path.Combine(_place.FullName, "checkpoint.json");

    private async Task Begin() => _silo = await SiloHost.Start();

    private async Task Make(string id)
    {
        await _silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await _silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id, plan = "checkout", environment = "production" }).Json(201);
        await Verb(id, "start", new { });
    }

    private Task<JsonElement> Verb(string id, string verb, object body) => _silo.Admin.PostAsJsonAsync($"/api/v1/rollouts/{id}/{verb}", body).Json();

    /// <summary>True when the answer to a service puts a beta user on new.</summary>
    private async Task<bool> OnNew()
    {
        using var service = await _silo.NewClient("evaluation", "production");
        var answer = await service.PostAsJsonAsync(
            "/ofrep/v1/evaluate/flags/useNewCheckout", new { context = new { targetingKey = "u", @internal = true } }).Json();
        return answer.GetProperty("value").GetBoolean();
    }

    private async Task<long> NodeTimeline() =>
        (await _silo.Admin.GetAsync("/api/v1/nodes").Json()).GetProperty("nodes")[0].GetProperty("timeline").GetInt64();

    private async Task<JsonElement> Verify() =>
        await _silo.Admin.PostAsync("/api/v1/checkpoint/verify", Answers.Text(await File.ReadAllTextAsync(Checkpoint))).Json();

    private async Task<string> Restored(params string[] more)
    {
        var said = "";
        await _silo.Stopped(_ => said = Restore(Backup, more).GetAwaiter().GetResult());
        return said;
    }

    private async Task<string> Restore(string file, params string[] more)
    {
        var output = new StringWriter();
        Assert.Equal(0, await MaintenanceCommands.Run(["restore", "--from", file, $"--Orchestrator:Data={_silo.Folder}", .. more], output));
        return output.ToString();
    }
}
