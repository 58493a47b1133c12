using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Silo.Tests.Cluster;

namespace Orchestrator.Silo.Tests.Integrity;

/// <summary>
/// The real executable on a disk that takes nothing: a rollback routes at once, is kept, is done once, and raises an alarm.
/// </summary>
public sealed class UnwritableLogTests
{
    private const string Key = "5f1d0c7a94be43c2a6d8e0b37f92154c";
    private const string Rollout = "/api/v1/rollouts/r1";

    [Fact]
    public async Task A_full_disk_routes_by_a_rollback_at_once_and_records_it_in_the_reserved_room()
    {
        using var disk = SmallDisk.Mount();
        await using var silo = await SiloProcess.Start(disk.Data, $"--ORCHESTRATOR_ADMIN_KEY={Key}");
        using var service = silo.As(await Make(silo));
        await Reserved(silo, disk.Data);
        disk.Fill();
        using var admin = silo.As(Key);
        Assert.Equal(503, (int)(await admin.PostAsJsonAsync($"{Rollout}/pause", new { })).StatusCode);
        Assert.Contains(await Everything.Alarms(admin), CannotWrite);
        Assert.True(await Everything.OnNew(service));

        var kept = await admin.PostAsJsonAsync($"{Rollout}/rollback", new { reason = "bad" }).Json(202);

        Assert.False(await Everything.OnNew(service));
        Assert.DoesNotContain("in memory only", kept.GetProperty("text").GetString()!, StringComparison.Ordinal);
        await TestCluster.Until(admin, Rollout, r => r.GetProperty("status").GetString() == "rolledBack");
        disk.Free();
        await Done(silo, service);
        await Reserved(silo, disk.Data);
    }

    [Fact]
    public async Task A_rollback_kept_on_a_full_disk_survives_a_kill()
    {
        using var disk = SmallDisk.Mount();
        string key;
        await using (var silo = await SiloProcess.Start(disk.Data, $"--ORCHESTRATOR_ADMIN_KEY={Key}"))
        {
            key = await Make(silo);
            await Reserved(silo, disk.Data);
            disk.Fill();
            using var admin = silo.As(Key);
            await admin.PostAsJsonAsync($"{Rollout}/rollback", new { reason = "bad" }).Json(202);
            await silo.Kill();
        }

        disk.Free();
        await using var again = await SiloProcess.Start(disk.Data, $"--ORCHESTRATOR_ADMIN_KEY={Key}");
        using var service = again.As(key);
        await Done(again, service);
    }

    [Fact]
    public async Task A_rollback_of_a_segment_on_a_full_disk_routes_at_once_and_survives_a_kill()
    {
        using var disk = SmallDisk.Mount();
        string key;
        await using (var silo = await SiloProcess.Start(disk.Data, $"--ORCHESTRATOR_ADMIN_KEY={Key}"))
        {
            key = await Make(silo);
            using var service = silo.As(key);
            await Reserved(silo, disk.Data);
            disk.Fill();
            using var admin = silo.As(Key);
            Assert.True(await Everything.OnNew(service));
            var kept = await admin.PostAsJsonAsync($"{Rollout}/rollback", new { reason = "bad", segments = new[] { "beta" } }).Json(202);
            Assert.False(await Everything.OnNew(service));
            Assert.DoesNotContain("in memory only", kept.GetProperty("text").GetString()!, StringComparison.Ordinal);
            await silo.Kill();
        }

        disk.Free();
        await using var again = await SiloProcess.Start(disk.Data, $"--ORCHESTRATOR_ADMIN_KEY={Key}");
        using var operating = again.As(Key);
        using var then = again.As(key);
        Assert.NotEqual(true, await Everything.OnNew(then));
        await TestCluster.Until(operating, $"{Rollout}/events?limit=1000", page => page.GetProperty("events").EnumerateArray().Any(IsOfBeta));
        await TestCluster.Until(operating, "/api/v1/nodes", nodes => nodes.GetProperty("nodes")[0].GetProperty("kept").GetArrayLength() == 0);
        Assert.False(await Everything.OnNew(then));
        Assert.Single((await operating.GetAsync($"{Rollout}/events?limit=1000").Json()).GetProperty("events").EnumerateArray(), IsOfBeta);
        Assert.Equal("running", (await operating.GetAsync(Rollout).Json()).GetProperty("status").GetString());

        static bool IsOfBeta(JsonElement one) =>
            one.GetProperty("type").GetString() == "SegmentRolledBack" && one.GetProperty("data").GetProperty("segments").EnumerateArray().Single().GetString() == "beta";
    }

    [Theory]
    [InlineData(FailingDisk.Io)]
    [InlineData(FailingDisk.ReadOnly)]
    public async Task A_disk_that_fails_keeps_a_rollback_in_memory_and_routes_by_it_at_once(int error)
    {
        var data = Directory.CreateTempSubdirectory("silo-").FullName;
        using var disk = FailingDisk.Under(data);
        await using (var silo = await SiloProcess.StartIn(disk.Environment, data, $"--ORCHESTRATOR_ADMIN_KEY={Key}"))
        {
            using var service = silo.As(await Make(silo));
            disk.Answer(error);
            await AnswersWhileNothingCanBeWritten(silo, service);
            disk.Answer(0);
            await Done(silo, service);
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Without_writes_the_probe_finds_that_the_log_cannot_be_written()
    {
        var data = Directory.CreateTempSubdirectory("silo-").FullName;
        using var disk = FailingDisk.Under(data);
        await using (var silo = await SiloProcess.StartIn(disk.Environment, data, $"--ORCHESTRATOR_ADMIN_KEY={Key}"))
        {
            using var admin = silo.As(Key);
            Assert.Empty(await Everything.Alarms(admin));
            disk.Answer(FailingDisk.Io);
            await TestCluster.Until(admin, "/api/v1/nodes", nodes => Everything.Alarms(nodes).Any(CannotWrite));
            disk.Answer(0);
            await TestCluster.Until(admin, "/api/v1/nodes", nodes => !Everything.Alarms(nodes).Any(CannotWrite));
            Assert.True((await admin.GetAsync("/health/ready").Json()).GetProperty("writable").GetBoolean());
        }

        Directory.Delete(data, recursive: true);
    }

    private static async Task AnswersWhileNothingCanBeWritten(SiloProcess silo, HttpClient service)
    {
        using var admin = silo.As(Key);
        Assert.True(await Everything.OnNew(service));

        var kept = await admin.PostAsJsonAsync($"{Rollout}/rollback", new { reason = "bad" }).Json(202);

        Assert.False(await Everything.OnNew(service));
        Assert.Contains("in memory only", kept.GetProperty("text").GetString()!, StringComparison.Ordinal);
        var alarms = await Everything.Alarms(admin);
        Assert.Contains(alarms, CannotWrite);
        Assert.Contains(alarms, alarm => alarm.Contains("rollback of rollout r1 cannot be written", StringComparison.Ordinal));
        Assert.False((await admin.GetAsync("/health/ready").Json()).GetProperty("writable").GetBoolean());
        Assert.Equal(503, (int)(await admin.PostAsJsonAsync($"{Rollout}/pause", new { })).StatusCode);
    }

    /// <summary>The log takes it: once, and nobody was on new in between.</summary>
    private static async Task Done(SiloProcess silo, HttpClient service)
    {
        using var admin = silo.As(Key);
        Assert.NotEqual(true, await Everything.OnNew(service));
        await TestCluster.Until(admin, Rollout, r => r.GetProperty("status").GetString() == "rolledBack");
        Assert.False(await Everything.OnNew(service));
        await TestCluster.Until(
            admin, "/api/v1/nodes", nodes => Everything.Alarms(nodes).Length == 0 && nodes.GetProperty("nodes")[0].GetProperty("kept").GetArrayLength() == 0);
        var events = (await admin.GetAsync($"{Rollout}/events?limit=1000").Json()).GetProperty("events").EnumerateArray();
        Assert.Single(events, one => one.GetProperty("type").GetString() == "RolledBack");
        Assert.True((await admin.GetAsync("/api/v1/verify").Json()).GetProperty("intact").GetBoolean());
    }

    private static bool CannotWrite(string alarm) => alarm.Contains("The log cannot be written", StringComparison.Ordinal);

    /// <summary>Waits until the room for kept rollbacks is taken.</summary>
    private static Task Reserved(SiloProcess silo, string data) => TestCluster.Until(
        silo.As(Key), "/api/v1/nodes", _ => new FileInfo(Path.Combine(data, "kept", "reserved")) is { Exists: true, Length: > 1_000_000 });

    /// <summary>A rollout with beta users on new; the key of a service.</summary>
    private static async Task<string> Make(SiloProcess silo)
    {
        using var admin = silo.As(Key);
        await admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await admin.PostAsJsonAsync($"{Rollout}/start", new { }).Json();
        return (await admin.PostAsJsonAsync("/api/v1/keys", new { name = "service", role = "evaluation", environment = "production" }).Json(201)).GetProperty("key").GetString()!;
    }
}
