using System.Net.Http.Json;
using System.Text.Json;

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
    public async Task Silos_have_the_users_of_all_silos_and_say_whose_are_missing()
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

        foreach (var silo in cluster.Silos)
        {
            var people = (await TestCluster.Until(silo.Admin, "/api/v1/rollouts/r1", rollout => Total(rollout) == 21)).GetProperty("people");
            var sources = people.GetProperty("sources");
            Assert.Equal(2, sources.GetProperty("nodes").GetArrayLength());
            Assert.Equal(["evaluation"], sources.GetProperty("missing").EnumerateArray().Select(node => node.GetProperty("role").GetString()));
            Assert.Contains("Not counted: users of", sources.GetProperty("text").GetString(), StringComparison.Ordinal);
        }

        // An evaluation node has its own users, and says that it has no others.
        var own = await TestCluster.Until(
            cluster.Evaluation.Admin, "/api/v1/rollouts/r1", rollout => Total(rollout) == 11
                && rollout.GetProperty("people").GetProperty("sources").GetProperty("missing").GetArrayLength() == 2);
        Assert.Single(own.GetProperty("people").GetProperty("sources").GetProperty("nodes").EnumerateArray());
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

    private static int Total(JsonElement rollout) =>
        rollout.TryGetProperty("people", out var people) ? people.GetProperty("total").GetInt32() : 0;
}
