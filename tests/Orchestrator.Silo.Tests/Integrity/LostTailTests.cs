using System.Net.Http.Json;
using System.Security.Cryptography;
using Orchestrator.Domain.Events;
using Orchestrator.Silo.Maintenance;
using Orchestrator.Silo.Tests.Cluster;
using Orchestrator.Silo.Tests.Notifications;

namespace Orchestrator.Silo.Tests.Integrity;

/// <summary>
/// A tail that was cut off shows only against a checkpoint, so no checkpoint may give way to a log that lacks something of it.
/// </summary>
public sealed class LostTailTests : IDisposable
{
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("checkpoints-");

    private string File => Path.Combine(_place.FullName, "checkpoint.json");

    private string[] Settings => [$"--Orchestrator:Checkpoints:Folder={_place.FullName}", "--Orchestrator:Checkpoints:Every=1s"];

    public void Dispose() => _place.Delete(recursive: true);

    [Fact]
    public async Task A_cut_log_keeps_its_old_checkpoint_alarms_and_holds_what_lacks_its_end()
    {
        await using var silo = await SiloHost.Start(settings: Settings);
        var (_, evaluation) = await Everything.Make(silo);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        await Exported(silo, "rollout/r1");
        var before = "";

        await silo.Stopped(folder =>
        {
            before = System.IO.File.ReadAllText(File);
            Tampering.Sqlite(folder, "DELETE FROM events WHERE stream = 'rollout/r1' AND version >= (SELECT min(version) FROM events WHERE stream = 'rollout/r1' AND type = 'rollout.rolled_back')");
        });
        await Alarmed(silo, "The log lacks events of the checkpoint");

        Assert.Contains(await Everything.Alarms(silo.Admin), alarm => alarm.Contains("Stream rollout/r1 was cut", StringComparison.Ordinal));
        Assert.False(await Everything.OnNew(silo, evaluation));
        Assert.Equal("stream.broken", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/pause", new { }).Problem(409));
        await silo.Restart();
        await Alarmed(silo, "The log lacks events of the checkpoint");
        Assert.Equal(before, await System.IO.File.ReadAllTextAsync(File));
    }

    [Fact]
    public async Task Keys_whose_last_events_were_cut_open_nothing_that_moves_users_forward()
    {
        await using var silo = await SiloHost.Start(settings: Settings);
        var (id, text) = await silo.NewKey("engineering");
        await Everything.Make(silo);
        (await silo.Admin.DeleteAsync($"/api/v1/keys/{id}")).EnsureSuccessStatusCode();
        await Exported(silo, "access");

        await silo.Stopped(folder => Tampering.Sqlite(folder, "access", Change.Cut));
        await Alarmed(silo, "Stream access was cut");

        using var revoked = silo.As(text);
        Assert.Equal("access.broken", await revoked.PostAsJsonAsync("/api/v1/rollouts/r1/advance", new { reason = "on" }).Problem(409));
    }

    [Fact]
    public async Task A_tail_cut_and_written_again_with_hashes_that_fit_is_another_history()
    {
        await using var silo = await SiloHost.Start(settings: Settings);
        await Everything.Make(silo);
        await Exported(silo, "environment/production");
        var kept = "";
        await silo.Stopped(folder =>
        {
            kept = System.IO.File.ReadAllText(File);
            System.IO.File.Delete(File);
            Tampering.Sqlite(folder, "environment/production", Change.Cut);
        });
        await silo.Admin.PutAsJsonAsync("/api/v1/environments/production/flags/other", new { value = 1 }).Json();

        var compared = await silo.Admin.PostAsync("/api/v1/checkpoint/verify", Answers.Text(kept)).Json();
        Assert.False(compared.GetProperty("intact").GetBoolean());
        Assert.False(Assert.Single(compared.GetProperty("missing").EnumerateArray()).GetProperty("cut").GetBoolean());
        await silo.Stopped(_ => System.IO.File.WriteAllText(File, kept));
        await Alarmed(silo, "differs from the checkpoint");
        Assert.Equal(kept, await System.IO.File.ReadAllTextAsync(File));
    }

    [Fact]
    public async Task A_stored_hash_that_was_not_computed_from_its_event_satisfies_no_checkpoint()
    {
        await using var silo = await SiloHost.Start();
        await Everything.Make(silo);
        var checkpoint = await silo.Admin.GetStringAsync("/api/v1/checkpoint");
        Tampering.Sqlite(silo.Folder, "UPDATE events SET data = CAST(CAST(data AS TEXT) || ' ' AS BLOB) WHERE stream = 'access' AND version = (SELECT max(version) FROM events WHERE stream = 'access')");

        var compared = await silo.Admin.PostAsync("/api/v1/checkpoint/verify", Answers.Text(checkpoint)).Json();

        Assert.False(compared.GetProperty("intact").GetBoolean());
        Assert.Equal("access", Assert.Single(compared.GetProperty("missing").EnumerateArray()).GetProperty("stream").GetString());
        Assert.Equal("access", Assert.Single(compared.GetProperty("broken").EnumerateArray()).GetProperty("stream").GetString());
    }

    [Fact]
    public async Task A_file_that_is_no_checkpoint_is_not_overwritten()
    {
        await System.IO.File.WriteAllTextAsync(File, "{ half");
        await using var silo = await SiloHost.Start(settings: Settings);

        await Alarmed(silo, "Writing the checkpoint to");

        Assert.Equal("{ half", await System.IO.File.ReadAllTextAsync(File));
    }

    [Fact]
    public async Task A_webhook_gets_signed_checkpoints_that_the_command_checks_offline()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var secret = "whsec_" + Convert.ToBase64String(key);
        await using var receiver = await Receiver.Start();
        await using var silo = await SiloHost.Start(settings:
            [$"--Orchestrator:Checkpoints:Webhook={receiver.Address}", $"--Orchestrator:Checkpoints:Secret={secret}", "--Orchestrator:Checkpoints:Every=1s"]);
        await Everything.Make(silo);
        await receiver.Heard(receiver.Calls.Count + 2);
        var call = receiver.Calls.Last();
        Assert.True(call.IsSignedBy(key, DateTimeOffset.UtcNow));
        var all = receiver.Calls.Select(one => CheckpointFile.Read(System.Text.Encoding.UTF8.GetBytes(one.Body)).Checkpoint).ToArray();
        Assert.Null(all[0].Previous);
        Assert.All(all.Zip(all.Skip(1)), pair => Assert.Equal(pair.First.Digest(), pair.Second.Previous));
        var body = Path.Combine(_place.FullName, "body.json");
        await System.IO.File.WriteAllTextAsync(body, call.Body);

        var (exit, said) = await Verify(silo, "--checkpoint", body);
        Assert.Equal(0, exit);
        Assert.Contains("and nothing of the checkpoint", said, StringComparison.Ordinal);
        await System.IO.File.WriteAllTextAsync(body, call.Body.Replace("\"position\":", "\"position\":1", StringComparison.Ordinal));
        Assert.Equal(Verification.Changed, (await Verify(silo, "--checkpoint", body)).Exit);
    }

    [Fact]
    public async Task The_command_verifies_a_log_offline_and_names_the_first_bad_position()
    {
        await using var silo = await SiloHost.Start();
        await Everything.Make(silo);
        var checkpoint = Path.Combine(_place.FullName, "kept.json");
        await System.IO.File.WriteAllTextAsync(checkpoint, await silo.Admin.GetStringAsync("/api/v1/checkpoint"));
        Assert.Equal(0, (await Verify(silo)).Exit);
        (int Exit, string Said) edited = default, cut = default;

        await silo.Stopped(folder =>
        {
            Tampering.Sqlite(folder, "plan/checkout", Change.Cut);
            cut = Verify(silo, "--checkpoint", checkpoint).GetAwaiter().GetResult();
            Tampering.Sqlite(folder, "access", Change.Edit);
            edited = Verify(silo).GetAwaiter().GetResult();
        });

        Assert.Equal((Verification.Changed, Verification.Changed), (cut.Exit, edited.Exit));
        Assert.Contains("plan/checkout: 1 of", cut.Said, StringComparison.Ordinal);
        Assert.Contains("the first bad event is version 2 of access, position 2", edited.Said, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Said)> Verify(SiloHost silo, params string[] more)
    {
        var output = new StringWriter();
        return (await MaintenanceCommands.Run(["verify", $"--Orchestrator:Data={silo.Folder}", .. more], output), output.ToString());
    }

    private static Task Alarmed(SiloHost silo, string text) => TestCluster.Until(
        silo.Admin, "/api/v1/nodes", nodes => Everything.Alarms(nodes).Any(alarm => alarm.Contains(text, StringComparison.Ordinal)));

    /// <summary>Waits until the exported checkpoint has all of a stream.</summary>
    private async Task Exported(SiloHost silo, string stream)
    {
        var newest = CheckpointFile.Read(await silo.Admin.GetByteArrayAsync("/api/v1/checkpoint")).Checkpoint.Streams[stream];
        await TestCluster.Until(silo.Admin, "/api/v1/nodes", _ =>
            System.IO.File.Exists(File) && CheckpointFile.Read(System.IO.File.ReadAllBytes(File)).Checkpoint.Streams
                .GetValueOrDefault(stream)?.Version >= newest.Version);
    }
}
