using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Silo.Tests.Segments;

namespace Orchestrator.Silo.Tests.Cluster;

/// <summary>Rollbacks sent to a node without grains, by the API and by its page (decision 76).</summary>
public sealed partial class EvaluationRollbackTests(ClusterDatabase database)
{
    private const string Rollout = "/api/v1/rollouts/r1";

    private const string Plan = """
        plan: PLAN
        title: For a cluster
        flag: flag-PLAN
        legacy: { capacity: 10%, per: 1m }
        segments: { beta: { title: Beta users, any: [ { attribute: internal, equals: true } ] } }
        metrics: { error_rate: { ratio: errors / requests } }
        triggers: [ { name: errors, when: error_rate > 50%, action: rollback } ]
        phases: [ { name: all, steps: [ { name: everyone, percentage: 100%, segments: [beta], hold: 1h } ] } ]
        """;

    [Fact]
    public async Task Rollback_on_an_evaluation_node_is_followed_up_by_the_silos_and_can_be_restored()
    {
        await using var cluster = await Running(2);
        var (node, sent) = (cluster.Evaluation.Admin, new { reason = "bad" });
        node.DefaultRequestHeaders.Add("Idempotency-Key", "night");
        var done = await node.PostAsJsonAsync($"{Rollout}/rollback", sent).Json();
        Assert.Equal("rolledBack", done.GetProperty("status").GetString());

        var (_, key) = await cluster.Silos[0].NewKey("evaluation", "production");
        await Eventually.Until("the node knows the key", () => Evaluated(cluster.Evaluation, key), answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal("legacy", (await Evaluated(cluster.Evaluation, key)).Variant);

        // The grain did not write the rollback, and reports of its steps come by no user.
        var incident = await TestCluster.Until(cluster.Silos[0].Admin, "/api/v1/incidents/r1-1", i => i.GetProperty("legs").GetArrayLength() == 4);
        Assert.Equal("acknowledgement", incident.GetProperty("legs")[0].GetProperty("propagation").GetProperty("by").GetString());

        // A retry at another node is the same command.
        var silo = cluster.Silos[1].Admin;
        silo.DefaultRequestHeaders.Add("Idempotency-Key", "night");
        await silo.PostAsJsonAsync($"{Rollout}/rollback", sent).Json();
        Assert.Single(await cluster.Events("r1"), "RolledBack");
        await cluster.Silos[0].Admin.PostAsJsonAsync($"{Rollout}/restore", new { reason = "fixed" }).Json();
    }

    [Fact]
    public async Task Only_a_rollback_at_once_is_taken_there_and_its_verbs_say_so()
    {
        await using var cluster = await Running(1);
        var node = cluster.Evaluation.Admin;
        Assert.Equal("node.evaluation_only", await node.PostAsJsonAsync($"{Rollout}/rollback", new { reason = "bad", ramp = true }).Problem(503));
        Assert.Equal("node.evaluation_only", await node.PostAsJsonAsync($"{Rollout}/pause", new { reason = "bad" }).Problem(503));
        var verbs = (await node.GetAsync(Rollout).Json()).GetProperty("verbs").EnumerateArray()
            .ToDictionary(verb => verb.GetProperty("name").GetString()!);
        Assert.All(verbs.Where(verb => verb.Key != "rollback"), verb => Assert.False(verb.Value.GetProperty("can").GetBoolean(), verb.Key));
        Assert.True(verbs["rollback"].GetProperty("can").GetBoolean());
        var ramp = verbs["rollback"].GetProperty("options").EnumerateArray().Single(option => option.GetProperty("name").GetString() == "ramp");
        Assert.Equal((false, "node.evaluation_only"), (ramp.GetProperty("can").GetBoolean(), ramp.GetProperty("code").GetString()));
        Assert.Equal("running", (await cluster.Silos[0].Admin.GetAsync(Rollout).Json()).GetProperty("status").GetString());

        var viewer = cluster.Evaluation.As((await cluster.Silos[0].NewKey("viewer")).Text);
        await Eventually.Until(
            "the node knows the viewer's key", async () => (await viewer.GetAsync(Rollout)).StatusCode, status => status == HttpStatusCode.OK);
        Assert.Equal("access.forbidden", await viewer.PostAsJsonAsync($"{Rollout}/rollback", new { reason = "bad" }).Problem(403));

        var some = await node.PostAsJsonAsync($"{Rollout}/rollback", new { reason = "beta is bad", segments = new[] { "beta" } }).Json();
        Assert.Equal("running", some.GetProperty("status").GetString());
        Assert.Contains("SegmentRolledBack", await cluster.Events("r1"));
    }

    [Fact]
    public async Task Page_of_an_evaluation_node_rolls_back_while_no_silo_runs()
    {
        await using var cluster = await Running(1);
        await cluster.Silos[0].StopForGood();
        using var reader = cluster.Evaluation.As(SiloHost.AdminKey);
        reader.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        var page = await reader.GetStringAsync("/rollouts/r1/rollback");
        Assert.Contains("Roll back now", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Not possible here", page, StringComparison.Ordinal);
        var button = page.IndexOf("Roll back now", StringComparison.Ordinal);
        var form = page[page.LastIndexOf("<form", button, StringComparison.Ordinal)..button];
        var fields = HiddenFields().Matches(form).ToDictionary(
            found => found.Groups["name"].Value, found => WebUtility.HtmlDecode(found.Groups["value"].Value));
        fields["reason"] = "at night";
        using var pressed = await reader.PostAsync("/rollouts/r1/rollback", new FormUrlEncodedContent(fields));

        // The redirect leads to the same page.
        var after = await pressed.Content.ReadAsStringAsync();
        Assert.True(pressed.IsSuccessStatusCode, after);
        Assert.Contains("is rolled back in production", after, StringComparison.Ordinal);
        Assert.Contains("at night", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rollback_that_the_log_does_not_take_is_kept_there_and_written_once()
    {
        await using var cluster = await Running(1);
        var log = new WatchedLog(RolloutEvents.Stream("r1"));
        await using var node = await SiloHost.StartWith(
            services => WatchedLog.Put(services, log), [.. cluster.Settings, "--Orchestrator:Role=evaluation"]);
        await TestCluster.Until(node.Admin, Rollout, rollout => rollout.GetProperty("status").GetString() == "running");
        var (_, key) = await cluster.Silos[0].NewKey("evaluation", "production");
        await Eventually.Until("the node knows the key", () => Evaluated(node, key), answer => answer is (HttpStatusCode.OK, "new"));

        log.Hold();
        var kept = await node.Admin.PostAsJsonAsync($"{Rollout}/rollback", new { reason = "bad" }).Json(202);
        Assert.True(kept.GetProperty("accepted").GetBoolean());
        Assert.Equal("legacy", (await Evaluated(node, key)).Variant);
        Assert.Single((await node.Admin.GetAsync($"{Rollout}/rollback/preview").Json()).GetProperty("kept").EnumerateArray());
        log.Release();

        await TestCluster.Until(cluster.Silos[0].Admin, Rollout, rollout => rollout.GetProperty("status").GetString() == "rolledBack");
        await TestCluster.Until(node.Admin, $"{Rollout}/rollback/preview", preview => preview.GetProperty("kept").GetArrayLength() == 0);
        Assert.Single(await cluster.Events("r1"), "RolledBack");
    }

    private async Task<TestCluster> Running(int silos)
    {
        var cluster = await TestCluster.Start(database, silos);
        await cluster.Create("r1", Plan);
        await cluster.Silos[0].Admin.PostAsJsonAsync($"{Rollout}/start", new { }).Json();
        foreach (var node in cluster.Nodes)
        {
            await TestCluster.Until(node.Admin, Rollout, rollout => rollout.GetProperty("status").GetString() == "running");
        }

        return cluster;
    }

    private static async Task<(HttpStatusCode Status, string? Variant)> Evaluated(SiloHost node, string key)
    {
        using var client = node.As(key);
        using var answer = await client.PostAsJsonAsync(
            "/ofrep/v1/evaluate/flags/flag-r1", new { context = new { targetingKey = "some-user" } });
        var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, body.TryGetProperty("variant", out var variant) ? variant.GetString() : null);
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex HiddenFields();
}
