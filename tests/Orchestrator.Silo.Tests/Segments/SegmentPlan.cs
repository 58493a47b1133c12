using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts;

namespace Orchestrator.Silo.Tests.Segments;

/// <summary>A rollout r1 whose first step is for the users of a segment.</summary>
internal static class SegmentPlan
{
    public const string Flag = "useNewCheckout";

    public const string Yaml = """
        plan: checkout
        title: The new checkout
        flag: useNewCheckout
        segments:
          beta: { title: Beta, any: [ { attribute: plan, equals: pro }, { optedIn: true } ] }
          europe: { attribute: region, equals: eu }
        metrics: { error_rate: { ratio: errors / requests } }
        phases:
          - name: all
            steps: [ { name: beta-users, percentage: 0%, segments: [beta], hold: 1h }, { name: everyone, percentage: 100%, hold: 1h } ]
        """;

    public static RouteContext Pro { get; } = RouteContext.Of("ann").With("plan", "pro");

    /// <summary>Started by the admin of a node.</summary>
    public static async Task Begin(HttpClient admin)
    {
        await admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Yaml, "application/yaml")).Json(201);
        await admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();

        // With a member, the targeting key counts.
        await admin.PostAsJsonAsync("/api/v1/segments/production/beta/members", new { add = new[] { "carl" } }).Json();
    }

    public static ISegmentRouter Beta(this SiloHost silo, string segment = "beta") =>
        silo.Services.GetRequiredService<IGrainFactory>().GetGrain<ISegmentRouter>($"production/{segment}");
}
