using System.Diagnostics;
using System.Net.Http.Json;

namespace Orchestrator.Samples.Demo;

/// <summary>A person takes everyone back; the orchestrator shows leg by leg that all is well again, or calls for people.</summary>
internal sealed class AftermathForm(
    bool legacyHealthy, HttpClient http, Uri chat, OrchestratorApi api, string engineering, Regions regions, Narrator narrator, IncidentWatch incidents,
    Func<bool, CancellationToken, Task<RolloutView>> look)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task PlayAsync(CancellationToken stop)
    {
        await BeforeAsync(stop);
        if (!legacyHealthy)
        {
            using var answer = await http.PostAsJsonAsync(new Uri(chat, "admin/faults"), new { legacyHealth = false }, stop);
            answer.EnsureSuccessStatusCode();
            narrator.Bad("the health address of legacy now answers 503");
        }

        await api.VerbAsync(engineering, DemoRun.Rollout, "rollback", new { reason = "The demo wants to see it to the end." }, stop);
        narrator.Act("engineering rolls everyone back");
        var incident = await incidents.ToItsEndAsync(stop);
        regions.Tell();
        Judge(await look(false, stop), incident);
    }

    /// <summary>Until two regions are on new, and long enough there that samples of it were heard before the rollback.</summary>
    private async Task BeforeAsync(CancellationToken stop)
    {
        var since = Stopwatch.StartNew();
        for (var good = 0; good < 20;)
        {
            await look(false, stop);
            good = regions.AllOnNew("eu") && regions.AllOnNew("us") ? good + 1 : 0;
            if (since.Elapsed > Patience)
            {
                throw new DemoFailedException($"eu and us were not on new within {Patience.TotalSeconds:0} s.");
            }

            await Task.Delay(250, stop);
        }

        regions.Tell();
    }

    private void Judge(RolloutView view, IncidentView incident)
    {
        var outcomes = string.Join(", ", incident.Legs.Select(leg => $"{leg.Name} {leg.Outcome}"));
        var expected = $"propagation passed, traffic passed, health {(legacyHealthy ? "passed" : "failed")}, consistency passed";
        var asPromised = legacyHealthy
            ? incident.State == "resolved"
            : incident.State == "escalated" && incident.Escalated.Contains("manual intervention required", StringComparison.OrdinalIgnoreCase);
        if (view.Status != "rolledBack" || !asPromised || outcomes != expected || !regions.All.All(regions.AllOnLegacy))
        {
            throw new DemoFailedException($"the rollout is {view.Status}, the incident {incident.State} ({outcomes}).");
        }

        narrator.Good(legacyHealthy
            ? "everyone is on legacy, every leg was shown, and the incident resolved itself"
            : "everyone is on legacy, but its health could not be shown: manual intervention required");
    }
}
