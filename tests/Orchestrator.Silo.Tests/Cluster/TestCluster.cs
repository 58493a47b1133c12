using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Cluster;

/// <summary>
/// Silos and an evaluation node in this process, on one database and one clock. Calls between them go over sockets as always.
/// </summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private TestCluster(SiloHost[] silos, SiloHost evaluation, string[] settings) =>
        (Silos, Evaluation, Settings) = (silos, evaluation, settings);

    /// <summary>Settings that every node was started with.</summary>
    public string[] Settings { get; }

    public SiloHost[] Silos { get; }

    public SiloHost Evaluation { get; }

    public IEnumerable<SiloHost> Nodes => [.. Silos, Evaluation];

    public static async Task<TestCluster> Start(ClusterDatabase database, int silos, params string[] settings)
    {
        string[] all = ["--Orchestrator:Cluster:Drain=0s", .. await database.New(), .. settings];
        var first = await SiloHost.Start(settings: all);
        var rest = new List<SiloHost>();
        for (var i = 1; i < silos; i++)
        {
            rest.Add(await SiloHost.Start(time: first.Time, settings: all));
        }

        return new TestCluster([first, .. rest], await SiloHost.Start(time: first.Time, settings: [.. all, "--Orchestrator:Role=evaluation"]), all);
    }

    /// <summary>Asks again until it is so: another node may be a moment behind.</summary>
    public static async Task<JsonElement> Until(
        HttpClient node, string path, Func<JsonElement, bool> so, [CallerArgumentExpression(nameof(so))] string what = "")
    {
        var found = await Eventually.Until(
            $"{path}: {what}",
            async () =>
            {
                using var answer = await node.GetAsync(path);
                return (Succeeded: answer.IsSuccessStatusCode, Text: await answer.Content.ReadAsStringAsync());
            },
            answer => answer.Succeeded && so(JsonElement.Parse(answer.Text)));
        return JsonElement.Parse(found.Text);
    }

    /// <summary>A rollout that every node knows.</summary>
    public async Task Create(string id, string plan)
    {
        await Silos[0].Admin.PutAsync($"/api/v1/plans/{id}", Answers.Text(plan.Replace("PLAN", id, StringComparison.Ordinal), "application/yaml")).Json(201);
        await Silos[0].Admin.PostAsJsonAsync("/api/v1/rollouts", new { id, plan = id, environment = "production" }).Json(201);
        foreach (var node in Nodes)
        {
            await Until(node.Admin, $"/api/v1/rollouts/{id}", _ => true);
        }
    }

    public async Task<string[]> Events(string rollout) =>
        [.. (await Silos[0].Admin.GetAsync($"/api/v1/rollouts/{rollout}/events?limit=1000").Json()).GetProperty("events").EnumerateArray().Select(e => e.GetProperty("type").GetString()!)];

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes.Reverse())
        {
            await node.DisposeAsync();
        }
    }
}
