using System.Net.Http.Json;

namespace Orchestrator.Silo.Tests.Fuzz;

/// <summary>A silo with something behind every door: a plan, a rollout that runs, a segment, a flag.</summary>
public sealed class FuzzedSilo : IAsyncLifetime
{
    public const string Plan = """
        plan: chat
        flag: newChat
        segments:
          beta: { any: [ { attribute: internal, equals: true }, { optedIn: true } ] }
        metrics:
          error_rate: { ratio: errors / requests, alert: > 5% }
          p95: { quantile: 0.95, of: response_time }
          memory: { gauge: memory }
        triggers:
          - { name: errors, when: error_rate > 5%, action: rollback }
        phases:
          - name: gradual
            objectives: [ { name: docs, title: Docs } ]
            steps: [ { name: ten, percentage: 10%, segments: [beta], hold: 1h }, { name: all, percentage: 100%, hold: 1h } ]
        """;

    internal SiloHost Host { get; private set; } = null!;

    internal HttpClient Evaluation { get; private set; } = null!;

    /// <summary>The plan as JSON.</summary>
    public string PlanDocument { get; private set; } = "";

    /// <summary>A signed checkpoint of the log.</summary>
    public string Checkpoint { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Host = await SiloHost.Start();
        PlanDocument = (await Host.Admin.PostAsync("/api/v1/plans/validate", Answers.Text(Plan, "application/yaml")).Json()).GetProperty("plan").GetRawText();
        await Host.Admin.PutAsync("/api/v1/plans/chat", Answers.Text(PlanDocument)).Json(201);
        await Host.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "chat", environment = "production" }).Json(201);
        await Host.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        Evaluation = await Host.NewClient("evaluation", "production");
        Checkpoint = await Host.Admin.GetStringAsync("/api/v1/checkpoint");
    }

    public async ValueTask DisposeAsync()
    {
        Evaluation.Dispose();
        await Host.DisposeAsync();
    }
}
