using Orchestrator.Silo.Settings;
using Orchestrator.Silo.Tests;
using Orchestrator.Silo.Tests.Integrity;

namespace Orchestrator.Cli.Tests.Verbs;

/// <summary>Verbs while a disk takes nothing, and after a restored backup; the silo is a process of its own.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("faults-").FullName;
    private readonly Dictionary<string, string> _keys = new() { [ChosenKeys.AdminVariable] = SiloHost.AdminKey };

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_rollback_that_the_log_cannot_take_is_kept_until_it_can()
    {
        Directory.CreateDirectory(Data);
        using var disk = FailingDisk.Under(Data);
        await using var silo = await SiloProcess.StartIn(_keys.Concat(disk.Environment).ToDictionary(), Data);
        var admin = new Shell(silo.Address, SiloHost.AdminKey);
        await SiloFixture.Create(admin, "r1");
        await admin.Good("start", "r1", "--yes", "--wait");
        disk.Answer(FailingDisk.Io);

        var kept = await admin.Good("rollback", "r1", "-m", "payments fail", "-o", "json");
        Assert.Contains("in memory only", kept.Error, StringComparison.Ordinal);
        Assert.True(kept.Json.GetProperty("accepted").GetBoolean());
        await admin.Fails(7, "pause", "r1");
        Assert.Contains("Alarm: ", (await admin.Good("nodes")).Error, StringComparison.Ordinal);
        await admin.Fails(8, "rollback", "r1", "-m", "payments fail", "--wait", "--timeout", "1s");

        disk.Answer(0);
        await admin.Good("wait", "r1", "--for", "status=rolledBack", "--timeout", "1m");
        var done = await admin.Good("rollback", "r1", "-m", "payments fail", "--wait");
        Assert.Contains("In force on 1 node after", done.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rollout_that_a_restored_backup_holds_goes_on_when_a_person_confirms_it()
    {
        var backup = Path.Combine(_folder, "backup.db");
        await using (var before = await SiloProcess.StartIn(_keys, Data))
        {
            var first = new Shell(before.Address, SiloHost.AdminKey);
            await SiloFixture.Create(first, "r1");
            await first.Good("start", "r1", "--yes");
            await Maintain("backup", "--to", backup);
            await before.Kill();
        }

        await Maintain("restore", "--from", backup);
        await using var silo = await SiloProcess.StartIn(_keys, Data);
        var admin = new Shell(silo.Address, SiloHost.AdminKey);
        Assert.Equal("paused", (await admin.Good("get", "r1", "-o", "jsonpath={.status}")).Out.Trim());
        Assert.Contains("rollout.held", (await admin.Fails(4, "resume", "r1", "--yes")).Error, StringComparison.Ordinal);
        Assert.Contains("Add --yes", (await admin.Fails(3, "confirm", "r1", "-m", "looked at")).Error, StringComparison.Ordinal);
        await admin.Fails(3, "confirm", "r1", "--yes");
        var confirmed = await admin.Good("confirm", "r1", "-m", "checked against the exports", "--yes", "--wait");
        Assert.Contains("In force on 1 node after", confirmed.Error, StringComparison.Ordinal);
        Assert.Equal("running", (await admin.Good("get", "r1", "-o", "jsonpath={.status}")).Out.Trim());
    }

    private async Task Maintain(params string[] command)
    {
        var (exit, output) = await SiloProcess.RunToEnd([.. command, $"--Orchestrator:Data={Data}"]);
        Assert.True(exit == 0, output);
    }
}
