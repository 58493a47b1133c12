using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Silo.Cluster;
using Orchestrator.Silo.Tests.Notifications;

namespace Orchestrator.Silo.Tests.Ops;

/// <summary>
/// Every query of every panel, asked of a real Prometheus that scrapes a real silo with a rollout that was rolled back and one that waits.
/// </summary>
public sealed class DashboardTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dashboards-").FullName;
    private readonly int _port = FreePort.Pick();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Every_panel_shows_data_and_every_alert_can_be_evaluated()
    {
        await using var hook = await Receiver.Start();
        await using var silo = await SiloProcess.Start(
            Path.Combine(_folder, "silo"), $"--ORCHESTRATOR_ADMIN_KEY={SiloHost.AdminKey}", "--Orchestrator:Metrics:Public=true", "--Orchestrator:Clock:Speed=10");
        await File.WriteAllTextAsync(Path.Combine(_folder, "prometheus.yml"), $$"""
            global: { scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms }
            rule_files: [ "{{OpsFolder.Path}}/prometheus/rules.yml" ]
            scrape_configs:
              - { job_name: orchestrator, static_configs: [ { targets: ["{{silo.Address.Authority}}"] } ] }
            """);
        await using var prometheus = await Sources.Program.Start(
            "prometheus", "Server is ready to receive web requests", $"--config.file={_folder}/prometheus.yml", $"--storage.tsdb.path={_folder}/data",
            $"--web.listen-address=127.0.0.1:{_port}");
        using var admin = silo.As(SiloHost.AdminKey);
        await admin.Create("back", "checkout", Telling.Channel("hook", hook.Address));
        var search = Plans.Checkout.Replace("plan: checkout", "plan: search", StringComparison.Ordinal).Replace("useNewCheckout", "useNewSearch", StringComparison.Ordinal);
        await admin.PutAsync("/api/v1/plans/search", Answers.Text(search, "application/yaml")).Json(201);
        await admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "on", plan = "search", environment = "production" }).Json(201);
        await admin.PostAsJsonAsync("/api/v1/rollouts/back/start", new { }).Json();
        await admin.PostAsJsonAsync("/api/v1/rollouts/back/rollback", new { reason = "to be seen" }).Json();
        var key = await admin.PostAsJsonAsync("/api/v1/keys", new { name = "service", role = "evaluation", environment = "production" }).Json(201);
        using var service = silo.As(key.GetProperty("key").GetString());
        using var asked = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), Timeout = SiloHost.Patience };

        var queries = Directory.GetFiles(Path.Combine(OpsFolder.Path, "grafana"), "*.json").SelectMany(Queries).ToList();
        Assert.True(queries.Count > 15, $"{queries.Count} queries");
        await Eventually.Until($"each of {queries.Count} queries of the panels gives data", async () =>
        {
            await Use(admin, service);
            foreach (var query in queries.ToArray())
            {
                if (await Ask(asked, query.Expression) > 0)
                {
                    queries.Remove(query);
                }
            }

            return queries.Count == 0;
        });

        var rules = (await asked.GetAsync("/api/v1/rules").Json()).GetProperty("data").GetProperty("groups").EnumerateArray()
            .SelectMany(group => group.GetProperty("rules").EnumerateArray()).ToArray();
        Assert.All(rules, rule => Assert.NotEqual("err", rule.GetProperty("health").GetString()));
        await Eventually.Until("the open incident is an alert", async () =>
            (await asked.GetAsync("/api/v1/alerts").Json()).GetProperty("data").GetProperty("alerts").EnumerateArray().Any(alert =>
                alert.GetProperty("labels").GetProperty("alertname").GetString() == "RolloutIncidentCritical" && alert.GetProperty("labels").GetProperty("rollout").GetString() == "back"));
    }

    /// <summary>Actions of a service and of people: answers, samples, changes.</summary>
    private static async Task Use(HttpClient admin, HttpClient service)
    {
        await admin.PostAsJsonAsync("/api/v1/rollouts/on/start", new { }).Json();
        await admin.PutAsJsonAsync("/api/v1/environments/production/flags/other", new { value = Guid.NewGuid() }).Json();
        await service.PostAsJsonAsync("/ofrep/v1/evaluate/flags/useNewCheckout", new { context = new { targetingKey = "u" } }).Json();
        using var receipt = await admin.PostAsync("/api/v1/rollouts/on/metrics", Answers.Text("""{ "samples": [ { "variant": "new", "counters": { "requests": 500, "errors": 1 } } ] }"""));
        Assert.Equal(202, (int)receipt.StatusCode);
    }

    private static IEnumerable<(string Panel, string Expression)> Queries(string file)
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(file));
        var found = new List<(string, string)>();
        foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
        {
            var targets = panel.GetProperty("targets").EnumerateArray().ToArray();
            Assert.NotEmpty(targets);
            found.AddRange(targets.Select(target => ($"{Path.GetFileName(file)}: {panel.GetProperty("title").GetString()}", target.GetProperty("expr").GetString()!
                .Replace("$environment", "production", StringComparison.Ordinal).Replace("$rollout", ".*", StringComparison.Ordinal)
                .Replace("$__rate_interval", "10s", StringComparison.Ordinal))));
        }

        return found;
    }

    private static async Task<int> Ask(HttpClient prometheus, string expression)
    {
        using var answer = await prometheus.GetAsync("/api/v1/query?query=" + Uri.EscapeDataString(expression));
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(body.GetProperty("status").GetString() == "success", $"{expression}: {body}");
        return body.GetProperty("data").GetProperty("result").GetArrayLength();
    }
}
