using System.Diagnostics;

namespace Orchestrator.Samples.Demo;

/// <summary>Follows the incident of a rollback until all four legs are behind, and prints each with its measured time.</summary>
internal sealed class IncidentWatch(
    OrchestratorApi api, string key, Narrator narrator, Func<bool, CancellationToken, Task<RolloutView>> look)
{
    private const int AllLegs = 4;

    // Real time. The slowest leg gives up after 150 s of orchestrator time.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public async Task<IncidentView> ToItsEndAsync(CancellationToken stop)
    {
        var since = Stopwatch.StartNew();
        var told = 0;
        while (since.Elapsed < Patience)
        {
            var incident = await api.IncidentAsync(key, $"{DemoRun.Rollout}-1", stop);
            var legs = incident.Legs;
            foreach (var leg in legs[told..])
            {
                Tell(leg);
            }

            told = legs.Length;
            if (told == AllLegs || incident.State is "resolved" or "ended")
            {
                narrator.Say($"incident {incident.Id} is {incident.State} {incident.Escalated}".TrimEnd());
                return incident;
            }

            await look(false, stop);
            await Task.Delay(100, stop);
        }

        throw new DemoFailedException($"the incident had {told} of {AllLegs} legs behind it after {Patience.TotalSeconds:0} s.");
    }

    private void Tell(IncidentView.Leg leg)
    {
        var line = $"  leg      {leg.Name} {leg.Outcome}, {leg.Elapsed} after the rollback, took {leg.Took}: {leg.Text}";
        if (leg.Outcome == "passed")
        {
            narrator.Good(line);
        }
        else
        {
            narrator.Bad(line);
        }
    }
}
