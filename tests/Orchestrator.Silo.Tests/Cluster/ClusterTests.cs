using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.Cluster;
using Orchestrator.Silo.Cluster;

namespace Orchestrator.Silo.Tests.Cluster;

public sealed class ClusterTests(ClusterDatabase database)
{
    private const string Plan = """
        plan: PLAN
        title: For a cluster
        flag: flag-PLAN
        segments: { beta: { title: Beta users, any: [ { attribute: internal, equals: true }, { optedIn: true } ] } }
        metrics: { error_rate: { ratio: errors / requests } }
        triggers: [ { name: errors, when: error_rate > 50%, action: rollback } ]
        phases: [ { name: all, steps: [ { name: everyone, percentage: 100%, segments: [beta], hold: 1h, review: { roles: [product] } } ] } ]
        """;

    [Fact]
    public async Task Rollback_is_confirmed_by_every_node_and_followed_up_once()
    {
        await using var cluster = await TestCluster.Start(database, 2);
        await cluster.Create("r1", Plan);
        await cluster.Silos[1].Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        foreach (var node in cluster.Nodes)
        {
            await TestCluster.Until(node.Admin, "/api/v1/rollouts/r1", r => r.GetProperty("status").GetString() == "running");
        }

        await cluster.Silos[0].Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        var incident = await TestCluster.Until(cluster.Evaluation.Admin, "/api/v1/incidents/r1-1", i => i.GetProperty("legs").GetArrayLength() == 4);

        var propagation = incident.GetProperty("legs")[0].GetProperty("propagation");
        Assert.Equal("acknowledgement", propagation.GetProperty("by").GetString());
        Assert.Equal(3, propagation.GetProperty("nodes").GetArrayLength());
        var events = await cluster.Events("r1");
        Assert.Equal(1, events.Count(type => type == "PropagationConfirmed"));
        Assert.Equal(events.Length, events.Count(type => type == "LegSkipped") + events.Where(type => type != "LegSkipped").Distinct().Count());
    }

    [Fact]
    public async Task Rollback_that_a_node_does_not_confirm_is_guaranteed_by_the_end_of_its_lease()
    {
        await using var cluster = await TestCluster.Start(database, 1, "--Orchestrator:Lease=2s");
        await cluster.Create("r1", Plan);
        await cluster.Silos[0].Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        var nodes = cluster.Silos[0].Services.GetRequiredService<INodeRegistry>();
        await nodes.Report(new NodeReport("asleep-1", NodeIdentity.Evaluation, "1", "http://127.0.0.1:1", 1, 1, TimeSpan.Zero, TimeSpan.FromSeconds(2), true));

        await cluster.Silos[0].Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        var incident = await TestCluster.Until(cluster.Silos[0].Admin, "/api/v1/incidents/r1-1", i => i.GetProperty("legs").GetArrayLength() > 0);

        var propagation = incident.GetProperty("legs")[0].GetProperty("propagation");
        Assert.Equal("expiry", propagation.GetProperty("by").GetString());
        Assert.Equal(["asleep-1"], propagation.GetProperty("unconfirmed").EnumerateArray().Select(node => node.GetString()));
        Assert.Equal(2, propagation.GetProperty("nodes").GetArrayLength());
    }

    [Fact]
    public async Task Amended_plan_is_that_of_every_node()
    {
        await using var cluster = await TestCluster.Start(database, 2);
        await cluster.Create("r1", Plan);
        var admin = cluster.Silos[0].Admin;
        await admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        var name = (await admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("plan").GetProperty("name").GetString();
        await admin.PutAsync(
            $"/api/v1/plans/{name}", Answers.Text(Plan.Replace("PLAN", name, StringComparison.Ordinal).Replace("> 50%", "> 40%", StringComparison.Ordinal), "application/yaml")).Json();
        await TestCluster.Until(cluster.Silos[1].Admin, $"/api/v1/plans/{name}", plan => plan.GetProperty("revision").GetInt32() == 2);
        await cluster.Silos[1].Admin.PostAsJsonAsync("/api/v1/rollouts/r1/amend", new { revision = 2, reason = "stricter" }).Json();
        foreach (var node in cluster.Nodes)
        {
            var seen = await TestCluster.Until(node.Admin, "/api/v1/rollouts/r1", r => r.GetProperty("plan").GetProperty("revision").GetInt32() == 2);
            Assert.Equal("running", seen.GetProperty("status").GetString());
            var explained = await node.Admin.PostAsJsonAsync("/api/v1/environments/production/explain", new { flag = $"flag-{name}", context = new { targetingKey = "u" } }).Json();
            Assert.Equal(2, explained.GetProperty("planRevision").GetInt32());
        }

        // A sample of the very moment of the amendment tells of the time before it.
        cluster.Silos[0].Time.Advance(TimeSpan.FromSeconds(1));
        await cluster.Silos[0].Admin.PostAsJsonAsync(
            "/api/v1/rollouts/r1/metrics", new { samples = new[] { new { variant = "new", counters = new { requests = 1000, errors = 450 } } } }).Json(202);
        foreach (var node in cluster.Nodes)
        {
            await TestCluster.Until(node.Admin, "/api/v1/rollouts/r1", r => r.GetProperty("status").GetString() == "rolledBack");
        }
    }

    [Fact]
    public async Task Every_node_lists_all_nodes()
    {
        await using var cluster = await TestCluster.Start(database, 2);
        foreach (var node in cluster.Nodes)
        {
            var seen = await TestCluster.Until(node.Admin, "/api/v1/nodes", body => body.GetProperty("nodes").GetArrayLength() == 3);
            Assert.Equal(["evaluation", "silo", "silo"], seen.GetProperty("nodes").EnumerateArray().Select(one => one.GetProperty("role").GetString()).Order());
        }
    }

    [Fact]
    public async Task Two_silos_creating_at_once_make_one_rollout_of_a_flag()
    {
        await using var cluster = await TestCluster.Start(database, 2);
        await cluster.Create("first", Plan);
        await cluster.Silos[0].Admin.PostAsJsonAsync("/api/v1/rollouts/first/abort", new { reason = "enough" }).Json();
        for (var round = 0; round < 20; round++)
        {
            var ids = new[] { $"a-{round}", $"b-{round}" };
            await TestCluster.Until(
                cluster.Silos[1].Admin, "/api/v1/rollouts", all => all.GetProperty("rollouts").EnumerateArray().All(r => r.GetProperty("status").GetString() == "aborted"));
            var answers = await Task.WhenAll(ids.Select((id, silo) =>
                cluster.Silos[silo].Admin.PostAsJsonAsync("/api/v1/rollouts", new { id, plan = "first", environment = "production" })));

            Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Conflict], answers.Select(answer => answer.StatusCode).Order());
            var winner = ids[Array.FindIndex(answers, answer => answer.StatusCode == HttpStatusCode.Created)];
            Assert.Equal("rollout.flag_taken", await Task.FromResult(answers.First(answer => answer.StatusCode == HttpStatusCode.Conflict)).Problem(409));
            await TestCluster.Until(cluster.Silos[0].Admin, $"/api/v1/rollouts/{winner}", _ => true);
            await cluster.Silos[0].Admin.PostAsJsonAsync($"/api/v1/rollouts/{winner}/abort", new { reason = "next" }).Json();
        }
    }

    [Fact]
    public async Task Every_call_crosses_from_silo_to_silo()
    {
        // Where a grain lives is chance: of ten rollouts asked from both sides, many live on the other.
        await using var cluster = await TestCluster.Start(database, 2);
        for (var i = 0; i < 10; i++)
        {
            var (here, there) = (cluster.Silos[i % 2].Admin, cluster.Silos[(i + 1) % 2].Admin);
            await cluster.Create($"r{i}", Plan.Replace("beta", $"beta-{i}", StringComparison.Ordinal));
            await here.PostAsJsonAsync($"/api/v1/rollouts/r{i}/start", new { }).Json();
            await here.PostAsJsonAsync($"/api/v1/segments/production/beta-{i}/members", new { add = new[] { "user" } }).Json();
            cluster.Silos[0].Time.Advance(TimeSpan.FromSeconds(15));
            await there.PostAsJsonAsync(
                $"/api/v1/rollouts/r{i}/metrics", new { samples = new[] { new { variant = "new", counters = new { requests = 1000, errors = 900 } } } }).Json(202);
            await TestCluster.Until(there, $"/api/v1/rollouts/r{i}", r => r.GetProperty("status").GetString() == "rolledBack");
            await there.PostAsJsonAsync($"/api/v1/incidents/r{i}-1/acknowledge", new { }).Json();
            await there.PostAsJsonAsync($"/api/v1/rollouts/r{i}/restore", new { reason = "looked at" }).Json();
            await here.PostAsJsonAsync($"/api/v1/rollouts/r{i}/pause", new { }).Json();
            Assert.Equal("plan.not_found", await here.GetAsync("/api/v1/plans/none").Problem(404));
            Assert.Equal("review.not_found", await there.PostAsJsonAsync($"/api/v1/rollouts/r{i}/approve", new { review = "none" }).Problem(404));
            await there.PutAsJsonAsync($"/api/v1/environments/production/flags/f{i}", new { value = i }).Json();
            await here.GetAsync("/api/v1/notifications").Json();
        }
    }

    [Fact]
    public async Task Sources_whose_silo_a_node_cannot_ask_are_unknown_there_and_not_ok()
    {
        await using var cluster = await TestCluster.Start(database, 1);
        var source = $$"""{ name: prometheus, kind: prometheus, url: 'http://127.0.0.1:{{FreePort.Pick()}}', series: { requests: { counter: 'r{v="$variant"}' } } }""";
        await cluster.Create("r1", $"{Plan}\nsources: [ {source} ]\n");
        await TestCluster.Until(cluster.Silos[0].Admin, "/api/v1/rollouts/r1", r => r.GetProperty("sources")[0].GetProperty("state").GetString() == "failing");

        foreach (var path in (string[])["/api/v1/rollouts/r1", "/api/v1/rollouts/r1/sources"])
        {
            var seen = (await cluster.Evaluation.Admin.GetAsync(path).Json()).GetProperty("sources")[0];
            Assert.Equal(("prometheus", "unknown"), (seen.GetProperty("name").GetString(), seen.GetProperty("state").GetString()));
        }

        var plan = $"{Plan.Replace("PLAN", "r2", StringComparison.Ordinal)}\nsources: [ {source} ]\n";
        Assert.True((await cluster.Evaluation.Admin.PostAsync("/api/v1/plans/validate", Answers.Text(plan, "application/yaml")).Json()).GetProperty("valid").GetBoolean());
    }

    [Fact]
    public async Task Series_are_the_same_on_the_silo_with_the_windows_and_on_another()
    {
        await using var cluster = await TestCluster.Start(database, 2);
        await cluster.Create("r1", Plan.Replace("errors / requests", "errors / requests, baseline: legacy", StringComparison.Ordinal));
        var now = cluster.Silos[0].Time.GetUtcNow();
        var samples = new[] { 240, 225, 30, 15 }.SelectMany(ago => new[] { "new", "legacy" }.Select(
            variant => new { at = now.AddSeconds(-ago), variant, counters = new { requests = 100, errors = ago % 4 } }));
        await cluster.Silos[0].Admin.PostAsJsonAsync("/api/v1/rollouts/r1/metrics", new { samples }).Json(202);

        var query = $"/api/v1/rollouts/r1/series?metric=error_rate&resolution=15s&from=10m&to={now:yyyy-MM-dd'T'HH:mm:ss'Z'}";
        var first = await cluster.Silos[0].Admin.GetAsync(query).Json();
        var points = first.GetProperty("series")[0].GetProperty("points");
        Assert.Equal((4, true), (points.GetArrayLength(), points[2].GetProperty("afterGap").GetBoolean()));
        Assert.Equal(0.01, points[1].GetProperty("baseline").GetDouble());
        Assert.Equal(first.GetRawText(), (await cluster.Silos[1].Admin.GetAsync(query).Json()).GetRawText());
        var lists = await Task.WhenAll(cluster.Silos.Select(silo => silo.Admin.GetAsync("/api/v1/rollouts/r1/series").Json()));
        Assert.Equal(lists[0].GetRawText(), lists[1].GetRawText());
    }

    [Fact]
    public async Task Evaluation_node_evaluates_and_explains_and_takes_no_change_but_a_rollback()
    {
        await using var cluster = await TestCluster.Start(database, 1);
        await cluster.Create("r1", Plan);
        await cluster.Silos[0].Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        var (id, key) = await cluster.Silos[0].NewKey("evaluation", "production");
        var node = cluster.Evaluation;
        await TestCluster.Until(
            node.Admin, "/api/v1/keys", keys => keys.GetProperty("keys").EnumerateArray().Any(one => one.GetProperty("id").GetString() == id));
        await TestCluster.Until(node.Admin, "/api/v1/rollouts/r1", r => r.GetProperty("status").GetString() == "running");

        var answer = await node.As(key).PostAsJsonAsync("/ofrep/v1/evaluate/flags/flag-r1", new { context = new { targetingKey = "someone" } }).Json();
        Assert.Equal("new", answer.GetProperty("variant").GetString());
        await node.Admin.PostAsJsonAsync("/api/v1/environments/production/explain", new { flag = "flag-r1", context = new { targetingKey = "someone" } }).Json();
        Assert.Equal("node.evaluation_only", await node.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/pause", new { reason = "bad" }).Problem(503));
        Assert.Equal("node.evaluation_only", await node.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/metrics", new { samples = Array.Empty<object>() }).Problem(503));
        Assert.Equal("node.evaluation_only", await node.Admin.GetAsync("/api/v1/rollouts/r1/series?metric=requests").Problem(503));
        await node.As(null).GetAsync("/health/ready").Json();
        Assert.Equal(HttpStatusCode.OK, (await node.Admin.GetAsync("/metrics")).StatusCode);
    }

    [Fact]
    public async Task Clocks_of_nodes_are_compared_with_that_of_the_database()
    {
        await using var cluster = await TestCluster.Start(database, 2);
        foreach (var node in cluster.Nodes)
        {
            var nodes = await TestCluster.Until(
                node.Admin, "/api/v1/nodes", all => all.GetProperty("nodes").EnumerateArray().Count(one => one.TryGetProperty("clockAhead", out _)) == 3);

            // Time of these nodes is the test's and lies months before that of the database: each says the same difference.
            var ahead = nodes.GetProperty("nodes").EnumerateArray().Select(one => one.GetProperty("clockAhead").GetDouble()).ToArray();
            Assert.All(ahead, one => Assert.InRange(one, ahead[0] - 60, ahead[0] + 60));
            Assert.True(ahead[0] < -3600, $"{ahead[0]}");
        }
    }
}
