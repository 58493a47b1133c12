using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Silo.Cluster;
using Orchestrator.Silo.Tests.Cluster;

namespace Orchestrator.Silo.Tests.Sources;

/// <summary>
/// With the real Prometheus, scraping a real service. The orchestrator's clock runs ten times faster: a second here is 0.1 s.
/// </summary>
public sealed class PrometheusTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("prometheus-").FullName;
    private readonly int _port = FreePort.Pick();
    private ChatService _chat = null!;

    public async ValueTask InitializeAsync()
    {
        _chat = await ChatService.Start();
        await File.WriteAllTextAsync(Path.Combine(_folder, "prometheus.yml"), $$"""
            global: { scrape_interval: 400ms, scrape_timeout: 400ms }
            scrape_configs:
              - { job_name: chat, static_configs: [ { targets: ["{{_chat.Address.Authority}}"] } ] }
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await _chat.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Rollout_guarded_by_prometheus_advances_when_good_and_rolls_back_when_bad()
    {
        var prometheus = await Prometheus();
        var data = Path.Combine(_folder, "silo");
        await using var silo = await SiloProcess.Start(data, $"--ORCHESTRATOR_ADMIN_KEY={SiloHost.AdminKey}", "--Orchestrator:Clock:Speed=10");
        using var admin = silo.As(SiloHost.AdminKey);
        await admin.PutAsync("/api/v1/plans/chat", Answers.Text(Plan(), "application/yaml")).Json(201);
        await admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "chat", environment = "production" }).Json(201);
        using var events = await EventStream.Open(admin, "r1");

        // The source is asked before the start already: the forecast knows the traffic.
        await TestCluster.Until(
            admin, "/api/v1/rollouts/r1", created => created.GetProperty("forecast").TryGetProperty("takes", out var takes) && takes.ValueKind == JsonValueKind.String);
        await admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();

        Assert.Equal("ten", Step(await events.Until("StepStarted")));
        Assert.Equal("half", Step(await events.Until("StepStarted")));
        await events.Until("CriterionAssessed");
        await TestCluster.Until(admin, "/api/v1/rollouts/r1", rollout => rollout.GetProperty("sources")[0].GetProperty("state").GetString() == "ok");

        await prometheus.DisposeAsync();
        await events.Until("EvidenceLost");
        var gone = await Source();
        Assert.Equal("failing", gone.GetProperty("state").GetString());
        Assert.Equal(("prometheus", "failing"), ((await Rollout()).GetProperty("sources")[0].GetProperty("name").GetString(),
            (await Rollout()).GetProperty("sources")[0].GetProperty("state").GetString()));
        Assert.Contains("no answer", gone.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(("running", "half"), ((await Rollout()).GetProperty("status").GetString(), (await Rollout()).GetProperty("step").GetString()));

        prometheus = await Prometheus();
        await events.Until("EvidenceRegained");
        Assert.Equal("all", Step(await events.Until("StepStarted")));

        _chat.Bad = true;
        var back = await events.Until("RolledBack");
        Assert.Contains("TriggerFired", events.Seen);
        Assert.Equal("trigger", back.GetProperty("actor").GetProperty("kind").GetString());
        await prometheus.DisposeAsync();

        async Task<JsonElement> Rollout() => await admin.GetAsync("/api/v1/rollouts/r1").Json();

        static string? Step(JsonElement started) => started.GetProperty("data").GetProperty("step").GetString();

        async Task<JsonElement> Source() => (await admin.GetAsync("/api/v1/rollouts/r1/sources").Json()).GetProperty("sources")[0];
    }

    [Fact]
    public async Task Slow_instance_beside_an_idle_one_that_says_NaN_rolls_back()
    {
        await using var prometheus = await Prometheus();
        await using var silo = await SiloProcess.Start(Path.Combine(_folder, "silo"), $"--ORCHESTRATOR_ADMIN_KEY={SiloHost.AdminKey}", "--Orchestrator:Clock:Speed=10");
        using var admin = silo.As(SiloHost.AdminKey);
        await admin.PutAsync("/api/v1/plans/chat", Answers.Text(Plan(), "application/yaml")).Json(201);
        await admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "chat", environment = "production" }).Json(201);
        using var events = await EventStream.Open(admin, "r1");
        await admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        await events.Until("StepStarted");
        await events.Until("CriterionAssessed");

        _chat.Slow = true;
        var back = await events.Until("RolledBack");

        Assert.Equal("slow", back.GetProperty("data").GetProperty("trigger").GetString());
        var queries = (await admin.GetAsync("/api/v1/rollouts/r1/sources").Json()).GetProperty("sources")[0].GetProperty("queries");
        Assert.All(
            queries.EnumerateArray().Where(query => query.GetProperty("series").GetString() == "p99" && query.GetProperty("variant").GetString() == "new"),
            query => Assert.EndsWith("1 of 2 series gave no number", query.GetProperty("text").GetString(), StringComparison.Ordinal));
    }

    private Task<Program> Prometheus() => Program.Start(
        "prometheus", "Server is ready to receive web requests", $"--config.file={_folder}/prometheus.yml", $"--storage.tsdb.path={_folder}/data",
        $"--web.listen-address=127.0.0.1:{_port}", "--web.enable-lifecycle");

    private string Plan() => $$"""
        plan: chat
        flag: newChat
        judgement: { sampling: 10s }
        metrics:
          error_rate: { ratio: errors / requests }
          p95: { quantile: 0.95, of: response_time }
          memory: { gauge: memory, target: < 45MB }
          p99: { gauge: p99, unit: time }
        sources:
          - name: prometheus
            kind: prometheus
            url: http://127.0.0.1:{{_port}}
            series:
              requests:      { counter: 'chat_requests_total{variant="$variant"}' }
              errors:        { counter: 'chat_requests_total{variant="$variant",code=~"5.."}', empty: zero }
              response_time: { histogram: 'chat_response_seconds_bucket{variant="$variant"}', unit: s }
              memory:        { gauge: 'chat_memory_bytes{variant="$variant"}' }
              p99:           { gauge: 'chat_p99_seconds{variant="$variant"}', unit: s }
        triggers:
          - { name: slow, when: p99 > 1s, for: 30s, action: rollback }
          - { name: errors, when: error_rate > 5%, for: 30s, action: rollback }
        phases:
          - name: gradual
            steps:
              - { name: ten, percentage: 10%, hold: 1m }
              - { name: half, percentage: 50%, hold: 3m }
              - { name: all, percentage: 100%, hold: 1d }
            success: [ error_rate < 1% over 1m, p95 <= 100ms over 1m, memory < 45MB over 1m ]
        """;
}
