using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Silo.Tests.Cluster;

namespace Orchestrator.Silo.Tests.Segments;

public sealed class SegmentRouteTests(ClusterDatabase database)
{
    private const string Path = "/api/v1/segments/production/beta/route";

    [Fact]
    public async Task Silos_and_evaluation_nodes_answer_the_flag_and_the_users_place()
    {
        await using var cluster = await TestCluster.Start(database, 2);
        await SegmentPlan.Begin(cluster.Silos[0].Admin);
        var nodes = await cluster.Silos[0].Admin.GetAsync("/api/v1/nodes").Json();
        var position = nodes.GetProperty("nodes")[0].GetProperty("position").GetInt64();
        var question = new { flag = SegmentPlan.Flag, context = new { targetingKey = "ann", plan = "pro" } };
        foreach (var node in cluster.Nodes)
        {
            await TestCluster.Until(node.Admin, "/api/v1/rollouts/r1", rollout => rollout.GetProperty("status").GetString() == "running");

            var answer = await node.Admin.PostAsJsonAsync(Path, question).Json();

            Assert.Equal(("new", "TARGETING_MATCH", "r1"), (Text(answer, "variant"), Text(answer, "reason"), Text(answer, "rollout")));
            Assert.Equal(("all", "beta-users", "beta"), (Text(answer, "phase"), Text(answer, "step"), Text(answer, "decidedBy")));
            Assert.True(answer.GetProperty("belongs").GetBoolean() && answer.GetProperty("value").GetBoolean());
            Assert.InRange(answer.GetProperty("position").GetInt64(), position, long.MaxValue);
            Assert.Equal(2, answer.GetProperty("rules").GetArrayLength());
            var none = node.Admin.PostAsJsonAsync("/api/v1/segments/production/none/route", new { context = new { } });
            Assert.Equal("segment.not_found", await none.Problem(404));
        }
    }

    [Fact]
    public async Task What_was_written_at_one_silo_is_in_its_next_answer_wherever_the_grain_lives()
    {
        await using var cluster = await TestCluster.Start(database, 2);
        await SegmentPlan.Begin(cluster.Silos[0].Admin);
        for (var i = 0; i < 10; i++)
        {
            var admin = cluster.Silos[i % 2].Admin;
            await TestCluster.Until(admin, "/api/v1/segments/production/beta", _ => true);
            await admin.PostAsJsonAsync("/api/v1/segments/production/beta/members", new { add = new[] { $"user-{i}" } }).Json();

            var answer = await admin.PostAsJsonAsync(Path, new { context = new { targetingKey = $"user-{i}" } }).Json();

            Assert.True(answer.GetProperty("belongs").GetBoolean());
        }
    }

    [Fact]
    public async Task Errors_of_a_question_are_those_of_OFREP_and_of_the_API()
    {
        await using var silo = await SiloHost.Start();
        await SegmentPlan.Begin(silo.Admin);

        var unknown = await silo.Admin.PostAsJsonAsync(Path, new { flag = "none", context = new { targetingKey = "ann" } }).Json();
        Assert.Equal(("FLAG_NOT_FOUND", "ERROR"), (Text(unknown, "errorCode"), Text(unknown, "reason")));
        Assert.False(unknown.GetProperty("belongs").GetBoolean());
        var missing = await silo.Admin.PostAsJsonAsync(Path, new { flag = SegmentPlan.Flag, context = new { } }).Json();
        Assert.Equal(("TARGETING_KEY_MISSING", false), (Text(missing, "errorCode"), missing.TryGetProperty("belongs", out _)));
        Assert.Equal("input.invalid", await silo.Admin.PostAsJsonAsync(Path, new { context = new { } }).Problem(422));
        Assert.Equal("input.invalid", await silo.Admin.PostAsJsonAsync(Path, new { flag = 7, context = new { } }).Problem(422));
        var large = "{\"context\":{\"a\":\"" + new string('x', 70_000) + "\"}}";
        Assert.Equal("body.too_large", await silo.Admin.PostAsync(Path, Answers.Text(large)).Problem(413));
    }

    private static string? Text(JsonElement answer, string member) =>
        answer.TryGetProperty(member, out var value) ? value.GetString() : null;
}
