using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Cluster;

/// <summary>The end of a rollout on several nodes and PostgreSQL, asked through whichever node.</summary>
public sealed class CompletionTests(ClusterDatabase database)
{
    private const string Plan = """
        plan: PLAN
        title: For a cluster
        flag: flag
        bake: 30d
        metrics: { error_rate: { ratio: errors / requests } }
        triggers: [ { name: errors, when: error_rate > 50%, action: rollback } ]
        phases: [ { name: all, flags: { verbose: true }, steps: [ { name: everyone, percentage: 100%, hold: 30s } ] } ]
        """;

    [Fact]
    public async Task Trigger_while_it_bakes_takes_everyone_back_on_every_node()
    {
        await using var cluster = await Completed();
        await Push(cluster, "r1", 1, errors: 100, until: "rolledBack");
        await Answers(cluster, "false", "legacy");
        var incident = await TestCluster.Until(cluster.Silos[1].Admin, "/api/v1/incidents/r1-1", i => i.GetProperty("legs").GetArrayLength() > 0);
        Assert.Equal(3, incident.GetProperty("legs")[0].GetProperty("propagation").GetProperty("nodes").GetArrayLength());
    }

    [Fact]
    public async Task Next_rollout_and_then_a_static_value_take_the_flag_over_on_every_node()
    {
        await using var cluster = await Completed();
        await Answers(cluster, "true", "new");
        await cluster.Create("r2", Plan);
        await Answers(cluster, "true", "new");
        await cluster.Silos[1].Admin.PostAsJsonAsync("/api/v1/rollouts/r2/start", new { }).Json();
        Assert.Equal(["RolloutCompleted", "RolloutRetired"], (await cluster.Events("r1"))[^2..]);
        await Answers(cluster, "true", "new", rollout: "r2");
        await Push(cluster, "r2", 1, errors: 0, until: "completed");

        await cluster.Silos[1].Admin.PutAsJsonAsync("/api/v1/environments/production/flags/flag", new { value = true }).Json();
        await Answers(cluster, "true", "new", rollout: "r2");
        await cluster.Silos[0].Admin.PostAsJsonAsync("/api/v1/rollouts/r2/retire", new { reason = "done" }).Json();
        await Answers(cluster, "true", "static");
    }

    private async Task<TestCluster> Completed()
    {
        var cluster = await TestCluster.Start(database, 2);
        await cluster.Create("r1", Plan);
        await cluster.Silos[1].Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        await Push(cluster, "r1", 0, errors: 0, until: "completed");
        return cluster;
    }

    /// <summary>Samples through a silo, a sampling period apart, until the rollout stands so.</summary>
    private static async Task Push(TestCluster cluster, string id, int silo, int errors, string until)
    {
        var admin = cluster.Silos[silo].Admin;
        await Eventually.Until($"{id} is {until}", async () =>
        {
            cluster.Silos[0].Time.Advance(TimeSpan.FromSeconds(15));
            await admin.PostAsJsonAsync($"/api/v1/rollouts/{id}/metrics", new { samples = new[] { new { variant = "new", counters = new { requests = 100, errors } } } })
                .Json(202);
            return (await admin.GetAsync($"/api/v1/rollouts/{id}").Json()).GetProperty("status").GetString() == until;
        });
    }

    private static async Task Answers(TestCluster cluster, string value, string variant, string? rollout = null)
    {
        foreach (var node in cluster.Nodes)
        {
            await Eventually.Until($"every node says {variant}", async () =>
            {
                var explained = await node.Admin.PostAsJsonAsync(
                    "/api/v1/environments/production/explain", new { flag = "flag", context = new { targetingKey = "user-1" } }).Json();
                return Text(explained, "variant") == variant && explained.GetProperty("value").GetRawText() == value
                    && (rollout is null || Text(explained, "rollout") == rollout);
            });
        }
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var found) ? found.GetString() : null;
}
