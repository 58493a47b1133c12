using System.Net.Http.Json;
using Orchestrator.Dashboard.Tests.Silo;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Browser;

/// <summary>An installation in which every page has something to show, and the addresses of all pages.</summary>
internal static class PageList
{
    /// <summary>Addresses, by a name that can be a file's.</summary>
    public static readonly (string Name, string Path)[] All =
    [
        ("overview", "/"), ("overview-staging", "/?environment=staging"), ("rollout-running", "/rollouts/checkout-eu"),
        ("rollout-created", "/rollouts/checkout-new"), ("rollout-rolled-back", "/rollouts/checkout-us"), ("rollout-unknown", "/rollouts/nothing"),
        ("rollback", "/rollouts/checkout-eu/rollback"), ("rollback-done", "/rollouts/checkout-us/rollback"), ("start", "/rollouts/checkout-new/start"),
        ("abort", "/rollouts/checkout-eu/abort"), ("restore", "/rollouts/checkout-us/restore"), ("health", "/rollouts/checkout-eu/health"),
        ("experience", "/rollouts/checkout-eu/experience"), ("history", "/rollouts/checkout-us/history"), ("what-if", "/rollouts/checkout-us/what-if"), ("history-past", "/rollouts/checkout-us/history?version=4"),
        ("plans", "/plans"), ("plan", "/plans/checkout"), ("plan-edit", "/plans/checkout?edit"), ("flags", "/environments/production/flags"),
        ("segments", "/environments/production/segments"), ("segment", "/environments/production/segments/beta"),
        ("segment-rule", "/environments/production/segments/beta/rule"),
        ("explain", "/environments/production/explain"), ("objective", "/rollouts/checkout-eu/objective?name=feedback"),
        ("review", "/rollouts/search-new/reviews/r1"), ("incidents", "/incidents"),
        ("incident", "/incidents/checkout-us-1"), ("nodes", "/nodes"), ("keys", "/keys"), ("audit", "/audit?by=all"), ("preferences", "/preferences"), ("not-found", "/nothing-here"),
    ];

    private const string Search = """
        plan: search
        title: New search
        flag: newSearch
        metrics: { error_rate: { title: Error rate, ratio: errors / requests } }
        phases:
          - name: gradual
            success: [ { name: Errors, when: error_rate < 1% over 2m } ]
            steps: [ { name: ten, percentage: 10%, hold: 2m, review: { roles: [product] } }, { name: all, percentage: 100%, hold: 1h } ]
        """;

    /// <summary>
    /// A running rollout with samples, one that is not started, one in another environment that was rolled back, and one that waits for a
    /// review.
    /// </summary>
    public static async Task<SiloHost> Installation()
    {
        var silo = await SiloHost.Start();
        await Stories.Start(silo, "checkout-eu");
        await Stories.Create(silo, "checkout-new", "staging");
        await Stories.Start(silo, "checkout-us", "staging-us");
        await Stories.Start(silo, "search-new", "staging", Search, "search");
        for (var i = 0; i < 40; i++)
        {
            silo.Time.Advance(TimeSpan.FromSeconds(15));
            await Stories.Samples(silo, "checkout-eu", errors: i is > 20 and < 26 ? 9 : 0, memory: 30e6 + (i * 0.4e6));
            await Stories.Samples(silo, "search-new");
        }

        await Eventually.Until("the review of search-new", async () =>
            (await silo.Admin.GetAsync("/api/v1/rollouts/search-new").Json()).GetProperty("reviews").GetArrayLength() == 1);
        await Stories.RollBack(silo, "checkout-us");

        // The procedure after a rollback writes events of its own.
        await Eventually.Until("every verification step of the incident", async () =>
            (await silo.Admin.GetAsync("/api/v1/incidents/checkout-us-1").Json()).GetProperty("legs").GetArrayLength() == 4);
        return silo;
    }
}
