using System.Net.Http.Json;
using Npgsql;
using Orchestrator.Silo.Maintenance;
using Orchestrator.Silo.Tests.Cluster;

namespace Orchestrator.Silo.Tests.Recovery;

/// <summary>The same on PostgreSQL, with an evaluation node that goes on all the while.</summary>
public sealed class ClusterBackupRestoreTests(ClusterDatabase database)
{
    private const string Rollout = "/api/v1/rollouts/r1";

    [Fact]
    public async Task A_rollback_that_came_after_the_backup_never_comes_back_as_running_on_any_node()
    {
        var place = Directory.CreateTempSubdirectory("backup-");
        var settings = await database.New();
        await using var silo = await SiloHost.Start(settings: ["--Orchestrator:Cluster:Drain=0s", .. settings]);
        await using var evaluation = await SiloHost.Start(time: silo.Time, settings: ["--Orchestrator:Role=evaluation", "--Orchestrator:Cluster:Drain=0s", .. settings]);
        var service = (await silo.NewKey("evaluation", "production")).Text;
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync($"{Rollout}/start", new { }).Json();
        await TestCluster.Until(evaluation.Admin, Rollout, r => r.GetProperty("status").GetString() == "running");
        Assert.True(await OnNew(evaluation, service));

        var backup = Path.Combine(place.FullName, "cluster.backup");
        await Maintain("backup", settings, "--to", backup);
        await silo.Admin.PostAsJsonAsync($"{Rollout}/rollback", new { reason = "bad" }).Json();
        var checkpoint = Path.Combine(place.FullName, "checkpoint.json");
        await File.WriteAllTextAsync(checkpoint, await silo.Admin.GetStringAsync("/api/v1/checkpoint"));
        await TestCluster.Until(evaluation.Admin, "/api/v1/nodes", nodes => nodes.GetProperty("nodes").GetArrayLength() == 2);
        var refused = await Assert.ThrowsAsync<IOException>(() => Maintain("restore", settings, "--from", backup));
        Assert.Contains("These silos run on the database", refused.Message, StringComparison.Ordinal);

        var said = "";
        await silo.Stopped(_ =>
        {
            said = Maintain("restore", settings, "--from", backup, "--checkpoint", checkpoint).GetAwaiter().GetResult();

            // A silo that starts is a new process elsewhere; here its driver would go on with connections to the database that was
            // replaced.
            NpgsqlConnection.ClearAllPools();
        });

        Assert.Contains("rollout/r1: ", said, StringComparison.Ordinal);
        Assert.Contains("The data before the restore is in db_", said, StringComparison.Ordinal);
        foreach (var node in (SiloHost[])[silo, evaluation])
        {
            var rollout = await TestCluster.Until(node.Admin, Rollout, r => r.TryGetProperty("held", out _));
            Assert.Equal("paused", rollout.GetProperty("status").GetString());
            Assert.False(await OnNew(node, service));
        }

        await silo.Admin.PostAsJsonAsync($"{Rollout}/confirm", new { reason = "Looked at: it was healthy." }).Json();
        await TestCluster.Until(evaluation.Admin, Rollout, r => r.GetProperty("status").GetString() == "running");
        Assert.True(await OnNew(silo, service));
        place.Delete(recursive: true);
    }

    private static async Task<bool> OnNew(SiloHost node, string key)
    {
        using var service = node.As(key);
        var answer = await service.PostAsJsonAsync(
            "/ofrep/v1/evaluate/flags/useNewCheckout", new { context = new { targetingKey = "u", @internal = true } }).Json();
        return answer.GetProperty("value").GetBoolean();
    }

    private static async Task<string> Maintain(string command, string[] settings, params string[] more)
    {
        var output = new StringWriter();
        Assert.Equal(0, await MaintenanceCommands.Run([command, .. settings, .. more], output));
        return output.ToString();
    }
}
