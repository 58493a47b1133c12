using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Domain.Alerts;
using Orchestrator.Silo.Cluster;

namespace Orchestrator.Silo.Tests.Sources;

/// <summary>
/// With the real Alertmanager, told of alerts as Prometheus would tell it, and sending them on by webhook with an ingest key.
/// </summary>
public sealed class AlertmanagerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("alertmanager-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Alert_that_fires_rolls_back_and_one_that_is_resolved_clears()
    {
        await using var scene = await Scene.Begin(_folder, "group_by: [alertname]");
        await scene.Fire(Queue("eu"));
        var heard = await scene.Events.Until("AlertsHeard");
        Assert.Equal([AlertFingerprint.Of(Queue("eu"))], Firing(heard));
        Assert.Equal("QueueFills", Alert(await scene.Events.Until("AlertRaised")));
        await scene.End(Queue("eu"));
        Assert.Equal("QueueFills", Alert(await scene.Events.Until("AlertResolved")));
        Assert.DoesNotContain("RolledBack", scene.Events.Seen);

        await scene.Fire(new Dictionary<string, string> { ["alertname"] = Scene.Down });
        var back = await scene.Events.Until("RolledBack");
        Assert.Equal("chat-down", back.GetProperty("data").GetProperty("trigger").GetString());
    }

    [Fact]
    public async Task Name_fires_on_when_one_of_its_groups_is_resolved()
    {
        // The grouping of Alertmanager's own example.
        await using var scene = await Scene.Begin(_folder, "group_by: [alertname, cluster, service]");
        await scene.Fire(Queue("eu"));
        await scene.Events.Until("AlertRaised");
        await scene.Fire(Queue("us"));
        await scene.Events.Until("AlertsHeard");
        await scene.End(Queue("eu"));
        Assert.Empty((await scene.Events.Until("AlertsHeard")).GetProperty("data").GetProperty("alerts").EnumerateArray());
        await scene.End(Queue("us"));
        await scene.Events.Until("AlertResolved");

        // Two messages were heard between raised and resolved: the first group ended without resolving the name.
        Assert.Equal(
            ["AlertsHeard", "AlertRaised", "AlertsHeard", "AlertsHeard", "AlertsHeard", "AlertResolved"], scene.Events.Seen.Where(type => type.StartsWith("Alert", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Truncated_message_that_lists_a_resolved_alert_only_resolves_nothing_else()
    {
        await using var scene = await Scene.Begin(_folder, "group_by: [alertname]", "max_alerts: 1");

        // Alertmanager lists them in the order of their instances.
        await scene.Fire(Queue("eu", "a"), Queue("eu", "b"));
        while (!IsMore(await scene.Events.Until("AlertsHeard")))
        {
        }

        await scene.End(Queue("eu", "a"));
        var cut = await scene.Events.Until("AlertsHeard");
        Assert.Empty(Firing(cut));
        Assert.True(IsMore(cut));
        await scene.End(Queue("eu", "b"));
        Assert.Empty((await scene.Events.Until("AlertsHeard")).GetProperty("data").GetProperty("alerts").EnumerateArray());
        Assert.DoesNotContain("AlertResolved", scene.Events.Seen);
        await scene.Events.Until("AlertResolved");
    }

    [Fact]
    public async Task Storm_of_ten_thousand_alerts_is_heard_and_the_one_that_matters_rolls_back()
    {
        await using var scene = await Scene.Begin(_folder, "group_by: [cluster], group_wait: 2s");
        var text = new string('x', 1000);
        await scene.Tell(Enumerable.Range(0, 10_000).Select(i => (object)new
        {
            labels = new Dictionary<string, string> { ["alertname"] = "PodCrashes", ["cluster"] = "eu", ["pod"] = $"pod-{i:00000}" },
            annotations = new { description = text },
        }).Append(new { labels = new Dictionary<string, string> { ["alertname"] = Scene.Down, ["cluster"] = "eu" } }));
        await scene.Events.Until("RolledBack");
        var heard = (await scene.Silo.Admin.GetAsync("/api/v1/rollouts/r1/events?limit=1000").Json()).GetProperty("events").EnumerateArray();
        Assert.DoesNotContain(heard, e => e.GetRawText().Contains("PodCrashes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Alert_without_a_name_is_rejected_and_the_one_beside_it_rolls_back()
    {
        await using var scene = await Scene.Begin(_folder, "group_by: [cluster], group_wait: 2s");
        await scene.Fire(
            new Dictionary<string, string> { ["cluster"] = "eu", ["severity"] = "page" }, new Dictionary<string, string> { ["alertname"] = Scene.Down, ["cluster"] = "eu" });
        await scene.Events.Until("RolledBack");
    }

    private static Dictionary<string, string> Queue(string cluster, string instance = "a") =>
        new() { ["alertname"] = "QueueFills", ["cluster"] = cluster, ["service"] = "chat", ["instance"] = instance };

    private static string? Alert(JsonElement happened) => happened.GetProperty("data").GetProperty("alert").GetString();

    private static IEnumerable<string?> Firing(JsonElement heard) =>
        Assert.Single(heard.GetProperty("data").GetProperty("alerts").EnumerateArray()).GetProperty("firing").EnumerateArray()
            .Select(member => member.GetString());

    private static bool IsMore(JsonElement heard) =>
        heard.GetProperty("data").GetProperty("alerts").EnumerateArray().Any(alert => alert.TryGetProperty("more", out var more) && more.GetBoolean());

    /// <summary>A silo with a started rollout, and an Alertmanager that tells it.</summary>
    private sealed class Scene(SiloHost silo, EventStream events, Program alertmanager, HttpClient alerts) : IAsyncDisposable
    {
        public const string Down = "Chat down: 95% /eu";

        private const string Plan = $$"""
            plan: chat
            flag: newChat
            triggers:
              - { name: chat-down, when: 'alert("{{Down}}")', action: rollback }
              - { name: queue, when: alert(QueueFills), for: 1h, action: rollback }
            phases:
              - { name: gradual, steps: [ { name: ten, percentage: 10%, hold: 1d } ] }
            """;

        public SiloHost Silo => silo;

        public EventStream Events => events;

        public static async Task<Scene> Begin(string folder, string route, string webhook = "max_alerts: 0")
        {
            var silo = await SiloHost.Start();
            await silo.Admin.PutAsync("/api/v1/plans/chat", Answers.Text(Plan, "application/yaml")).Json(201);
            await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "chat", environment = "production" }).Json(201);
            await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
            var events = await EventStream.Open(silo.Admin, "r1");
            var port = FreePort.Pick();
            var program = await Program.Start(
                "prometheus-alertmanager", "Listening on", $"--config.file={await Configure(silo, folder, route, webhook)}", $"--storage.path={folder}/data",
                $"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=");
            return new Scene(silo, events, program, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") });
        }

        public Task Fire(params Dictionary<string, string>[] firing) =>
            Tell(firing.Select(labels => (object)new { labels, annotations = new { summary = "it fires" } }));

        public Task End(Dictionary<string, string> labels) => Tell([new { labels, endsAt = DateTimeOffset.UtcNow }]);

        public Task Tell(IEnumerable<object> all) => alerts.PostAsJsonAsync("/api/v2/alerts", all.ToArray()).Json();

        public async ValueTask DisposeAsync()
        {
            alerts.Dispose();
            await alertmanager.DisposeAsync();
            events.Dispose();
            await silo.DisposeAsync();
        }

        private static async Task<string> Configure(SiloHost silo, string folder, string route, string webhook)
        {
            var file = Path.Combine(folder, "alertmanager.yml");
            var wait = route.Contains("group_wait", StringComparison.Ordinal) ? "" : "group_wait: 0s, ";
            await File.WriteAllTextAsync(file, $$"""
                route: { receiver: rollout, {{route}}, {{wait}}group_interval: 1s, repeat_interval: 1h }
                receivers:
                  - name: rollout
                    webhook_configs:
                      - url: {{silo.Address}}api/v1/rollouts/r1/alerts
                        send_resolved: true
                        {{webhook}}
                        http_config: { authorization: { type: Bearer, credentials: "{{(await silo.NewKey("ingest")).Text}}" } }
                """);
            return file;
        }
    }
}
