using System.Net.Http.Json;

namespace Orchestrator.Samples.Demo;

/// <summary>A person takes everyone back; the orchestrator shows leg by leg that all is well again, or calls for people.</summary>
internal sealed class AftermathForm(
    bool legacyHealthy, HttpClient http, Uri chat, OrchestratorApi api, string engineering, Regions regions, Narrator narrator,
    IncidentWatch incidents,
    Func<bool, CancellationToken, Task<RolloutView>> look)
{
    public async Task PlayAsync(CancellationToken stop)
    {
        await regions.SettleOnNewAsync(["eu", "us"], look, stop);
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
