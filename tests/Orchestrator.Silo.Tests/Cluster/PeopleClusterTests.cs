using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.Cluster;

namespace Orchestrator.Silo.Tests.Cluster;

/// <summary>Different users of a rollout over nodes.</summary>
public sealed class PeopleClusterTests(ClusterDatabase database)
{
    private const string Plan = """
        plan: PLAN
        flag: flag-PLAN
        metrics: { error_rate: { ratio: errors / requests } }
        triggers: [ { name: errors, when: error_rate > 50%, action: rollback } ]
        phases: [ { name: all, steps: [ { percentage: 100%, hold: 1h } ] } ]
        """;

    [Fact]
    public async Task Every_node_has_the_users_of_all_nodes_and_names_those_it_lacks()
    {
        await using var cluster = await TestCluster.Start(database, 2);
        await cluster.Create("r1", Plan);
        await cluster.Silos[0].Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        foreach (var node in cluster.Nodes)
        {
            await TestCluster.Until(node.Admin, "/api/v1/rollouts/r1", rollout => rollout.GetProperty("status").GetString() == "running");
        }

        var key = (await cluster.Silos[0].NewKey("evaluation", "production")).Text;
        var users = 0;
        foreach (var node in cluster.Nodes)
        {
            // Each node has ten users of its own, and one who comes to all.
            using var client = node.As(key);
            for (var i = 0; i < 10; i++)
            {
                await Ask(client, $"user-{users++}");
            }

            await Ask(client, "traveller");
        }

        foreach (var node in cluster.Nodes)
        {
            var people = (await TestCluster.Until(
                node.Admin, "/api/v1/rollouts/r1",
                rollout => IsAll(rollout) && rollout.GetProperty("people").GetProperty("sources").GetProperty("nodes").GetArrayLength() == 3))
                .GetProperty("people");
            Assert.Equal(people.GetProperty("total").GetInt32(), people.GetProperty("new").GetInt32());
            Assert.Empty(people.GetProperty("sources").GetProperty("missing").EnumerateArray());
        }

        // A node that does not exchange its counts is missing by name.
        await cluster.Silos[0].Services.GetRequiredService<INodeRegistry>()
            .Report(new NodeReport("older-1", NodeIdentity.Evaluation, "1", "http://127.0.0.1:1", 1, 1, TimeSpan.Zero, TimeSpan.FromSeconds(2), true));
        var without = await TestCluster.Until(
            cluster.Evaluation.Admin, "/api/v1/rollouts/r1",
            rollout => rollout.GetProperty("people").GetProperty("sources").GetProperty("missing").GetArrayLength() == 1);
        Assert.Contains(
            "Not counted: users of older-1 (evaluation).",
            without.GetProperty("people").GetProperty("sources").GetProperty("text").GetString(), StringComparison.Ordinal);

        // A node that starts again has the users of before.
        await cluster.Evaluation.Restart();
        await TestCluster.Until(cluster.Evaluation.Admin, "/api/v1/rollouts/r1", IsAll);
    }

    private static async Task Ask(HttpClient client, string user)
    {
        async Task<bool> Answered()
        {
            using var answer = await client.PostAsJsonAsync("/ofrep/v1/evaluate/flags/flag-r1", new { context = new { targetingKey = user } });
            return answer.IsSuccessStatusCode;
        }

        // Another node learns a new key a moment later.
        await Eventually.Until("the node knows the key", Answered);
    }

    /// <summary>31 users; each two share a register once in 4,096 times. Two nodes have 21, and the traveller three times is 33.</summary>
    private static bool IsAll(JsonElement rollout) =>
        rollout.TryGetProperty("people", out var people) && people.GetProperty("total").GetInt32() is >= 27 and <= 31;
}
