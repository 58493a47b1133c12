using System.Net.Http.Json;
using System.Text;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Plans;

/// <summary>One silo for the pages of plans and segments. Each test has plans and environments of its own.</summary>
public sealed class PlanSilo : IAsyncLifetime
{
    private const string Text = """
        plan: NAME
        title: The new checkout
        flag: use-NAME
        segments:
          beta:
            title: Beta users
            any: [ { attribute: internal, equals: true }, { optedIn: true } ]
            balance: { by: [region, usage], cap: 5%, population: measured, caps: { eu/heavy: 2% } }
        metrics:
          error_rate: { ratio: errors / requests }
        triggers:
          - { name: error-rate-spike, when: error_rate > 0.5%, for: 5m, action: rollback }
        phases:
          - name: beta
            steps: [ { name: beta-users, segments: [beta], hold: 1h } ]
          - name: gradual
            steps:
              - { name: ten, percentage: 10%, hold: 1h }
              - { name: all, percentage: 100%, hold: 1h, review: { roles: [product] } }
        """;

    internal SiloHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await SiloHost.Start();

    public async ValueTask DisposeAsync() => await Host.DisposeAsync();

    /// <summary>Stores a plan, and a rollout of it in an environment of its name.</summary>
    /// <returns>Its text.</returns>
    internal async Task<string> Store(string name, Func<string, string>? edit = null, bool rollout = false, bool start = false)
    {
        var text = Text.Replace("NAME", name, StringComparison.Ordinal).ReplaceLineEndings("\n");
        text = edit?.Invoke(text) ?? text;
        await Put(name, text);
        if (rollout)
        {
            await Sent(Host.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = name + "-1", plan = name, environment = name }));
        }

        if (start)
        {
            await Sent(Host.Admin.PostAsJsonAsync($"/api/v1/rollouts/{name}-1/start", new { }));
        }

        return text;
    }

    internal Task Put(string name, string text) =>
        Sent(Host.Admin.PutAsync($"/api/v1/plans/{name}", new StringContent(text, Encoding.UTF8, "application/yaml")));

    internal static async Task Sent(Task<HttpResponseMessage> request)
    {
        using var response = await request;
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
