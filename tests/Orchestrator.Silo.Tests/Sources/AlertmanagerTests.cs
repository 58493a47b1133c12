using System.Net.Http.Json;
using Orchestrator.Silo;

namespace Orchestrator.Silo.Tests.Sources;

/// <summary>With the real Alertmanager, told of alerts as Prometheus would tell it, and sending them on by webhook with an ingest key.</summary>
public sealed class AlertmanagerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("alertmanager-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Alert_that_fires_rolls_back_and_one_that_is_resolved_clears()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/chat", Answers.Text(Plan, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "chat", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        using var events = await EventStream.Open(silo.Admin, "r1");
        var port = FreePort.Pick();
        await using var alertmanager = await Program.Start(
            "prometheus-alertmanager", "Listening on", $"--config.file={await Configure(silo)}", $"--storage.path={_folder}/data",
            $"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=");
        using var alerts = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        await Tell(alerts, "QueueFills", ends: null);
        Assert.Equal("QueueFills", Alert(await events.Until("AlertRaised")));
        await Tell(alerts, "QueueFills", ends: DateTimeOffset.UtcNow);
        Assert.Equal("QueueFills", Alert(await events.Until("AlertResolved")));
        Assert.DoesNotContain("RolledBack", events.Seen);

        await Tell(alerts, "ChatDown", ends: null);
        var back = await events.Until("RolledBack");
        Assert.Equal("chat-down", back.GetProperty("data").GetProperty("trigger").GetString());
    }

    private static string? Alert(System.Text.Json.JsonElement happened) => happened.GetProperty("data").GetProperty("alert").GetString();

    private static async Task Tell(HttpClient alertmanager, string name, DateTimeOffset? ends)
    {
        object alert = ends is { } at
            ? new { labels = new { alertname = name }, endsAt = at }
            : new { labels = new { alertname = name }, annotations = new { summary = $"{name} fires" } };
        await alertmanager.PostAsJsonAsync("/api/v2/alerts", new[] { alert }).Json();
    }

    private async Task<string> Configure(SiloHost silo)
    {
        var file = Path.Combine(_folder, "alertmanager.yml");
        await File.WriteAllTextAsync(file, $$"""
            route: { receiver: rollout, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h }
            receivers:
              - name: rollout
                webhook_configs:
                  - url: {{silo.Address}}api/v1/rollouts/r1/alerts
                    send_resolved: true
                    http_config: { authorization: { type: Bearer, credentials: "{{(await silo.NewKey("ingest")).Text}}" } }
            """);
        return file;
    }

    private const string Plan = """
        plan: chat
        flag: newChat
        triggers:
          - { name: chat-down, when: alert(ChatDown), action: rollback }
          - { name: queue, when: alert(QueueFills), for: 1h, action: rollback }
        phases:
          - { name: gradual, steps: [ { name: ten, percentage: 10%, hold: 1d } ] }
        """;
}
