using System.Net.Http.Json;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Silo;

/// <summary>Rollouts in the states that pages show, made by the public API.</summary>
internal static class Stories
{
    /// <summary>Small plan with everything that a page shows: segment, criteria, triggers, review, objectives.</summary>
    public const string Checkout = """
        plan: checkout
        title: New checkout
        flag: newCheckout
        segments:
          beta: { title: Beta users, any: [ { attribute: internal, equals: true } ] }
        metrics:
          error_rate: { title: Error rate, ratio: errors / requests, baseline: 0.05%, target: < 0.1% }
          memory: { title: Memory, gauge: memory, unit: size }
        triggers:
          - { name: error-rate-spike, title: Too many errors, when: error_rate > 0.5%, for: 5m, action: rollback }
          - { name: memory-leak, when: memory > 80MB, action: rollback }
        phases:
          - name: beta
            title: Beta
            objectives: [ { name: feedback, title: Feedback was read, required: true } ]
            steps: [ { name: cohort, segments: [beta], hold: 1h } ]
            success: [ error_rate < 0.1% over 30m ]
          - name: gradual
            title: Gradual
            steps:
              - { name: s25, percentage: 25%, hold: 1h }
              - { name: s100, percentage: 100%, hold: 1h }
            review: { roles: [product] }
            success: [ error_rate < 0.1% over 30m ]
        """;

    /// <summary>Stores the plan and creates a rollout of it.</summary>
    public static Task Create(SiloHost silo, string id, string environment = "production", string plan = Checkout, string name = "checkout") =>
        Create(silo.Admin, id, environment, plan, name);

    /// <summary>Creates and starts a rollout.</summary>
    public static Task Start(SiloHost silo, string id, string environment = "production", string plan = Checkout, string name = "checkout") =>
        Start(silo.Admin, id, environment, plan, name);

    /// <summary>Creates and starts a rollout.</summary>
    public static async Task Start(
        HttpClient admin, string id, string environment = "production", string plan = Checkout, string name = "checkout")
    {
        await Create(admin, id, environment, plan, name);
        await admin.PostAsJsonAsync($"/api/v1/rollouts/{id}/start", new { }).Json();
    }

    /// <summary>Rolls a rollout back.</summary>
    public static Task RollBack(SiloHost silo, string id, string reason = "error rate 0.69 %") => RollBack(silo.Admin, id, reason);

    /// <summary>Rolls a rollout back.</summary>
    public static Task RollBack(HttpClient admin, string id, string reason) =>
        admin.PostAsJsonAsync($"/api/v1/rollouts/{id}/rollback", new { reason }).Json();

    /// <summary>Sends samples of one moment.</summary>
    public static async Task Samples(SiloHost silo, string id, long requests = 1_000, long errors = 0, double memory = 30e6)
    {
        var at = silo.Time.GetUtcNow();
        object Of(string variant, long failed) =>
            new { at, variant, counters = new { requests, errors = failed }, gauges = new { memory } };
        await silo.Admin.PostAsJsonAsync($"/api/v1/rollouts/{id}/metrics", new { samples = new[] { Of("new", errors), Of("legacy", 0) } }).Json(202);
    }

    private static async Task Create(HttpClient admin, string id, string environment, string plan, string name)
    {
        using var stored = await admin.PutAsync($"/api/v1/plans/{name}", Answers.Text(plan, "application/yaml"));
        await admin.PostAsJsonAsync("/api/v1/rollouts", new { id, plan = name, environment }).Json(201);
    }
}
