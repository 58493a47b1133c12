using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Samples.Demo;

/// <summary>
/// The new path fails for one region: that one goes back by itself, the others stay, and the rollout goes on to its next step.
/// </summary>
internal sealed class RegionsForm(
    HttpClient http, Uri chat, Regions regions, EventFeed feed, Narrator narrator, IncidentWatch incidents,
    Func<bool, CancellationToken, Task<RolloutView>> look)
{
    private const string Guilty = "eu";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task PlayAsync(CancellationToken stop)
    {
        await regions.SettleOnNewAsync(["eu", "us"], look, stop);
        var faultAt = Stopwatch.GetTimestamp();
        using (var answer = await http.PostAsJsonAsync(new Uri(chat, "admin/faults"), new { mode = "failing", region = Guilty }, stop))
        {
            answer.EnsureSuccessStatusCode();
        }

        narrator.Bad($"the new path now fails 30 % of the messages of {Guilty}, and of no other region; no operator acts from here on");
        await UntilAsync("SegmentRolledBack", _ => feed.First("SegmentRolledBack", faultAt) is not null, stop);
        var back = feed.First("SegmentRolledBack", faultAt)!;
        narrator.Say($"SegmentRolledBack {(back.Arrived - faultAt) / (double)Stopwatch.Frequency:0.0} s after the fault");
        await UntilAsync("eu on legacy with us on new", _ => regions.AllOnLegacy("eu") && regions.AllOnNew("us"), stop);
        regions.Tell();

        var incident = await incidents.ToItsEndAsync(stop);
        await UntilAsync("the next step, with apac on new too", view => view.Step == "and-apac" && regions.AllOnNew("apac"), stop);
        // A second more: what is judged is the last second, and it must lie wholly in the new step.
        await Task.Delay(1000, stop);
        regions.Tell();
        Judge(await look(false, stop), back, incident);
    }

    private void Judge(RolloutView view, Seen back, IncidentView incident)
    {
        using var data = JsonDocument.Parse(back.Data);
        var segments = string.Join(", ", data.RootElement.GetProperty("segments").EnumerateArray().Select(s => s.GetString()));
        var asPromised = segments == "region-eu" && view.Status == "running" && feed.First("RolledBack", 0) is null
            && feed.Count("SegmentRolledBack") == 1 && incident.State == "resolved"
            && regions.AllOnLegacy("eu") && regions.AllOnNew("us") && regions.AllOnNew("apac");
        if (!asPromised)
        {
            throw new DemoFailedException($"taken back was {segments}, the rollout is {view.Status} at {view.Step}, the incident {incident.State}.");
        }

        narrator.Good("only region-eu went back, by itself: eu is all on legacy, us is still all on new, and the rollout went on to apac");
    }

    private async Task UntilAsync(string what, Func<RolloutView, bool> holds, CancellationToken stop)
    {
        var since = Stopwatch.StartNew();
        while (await look(false, stop) is var view && !holds(view))
        {
            if (view.Status != "running")
            {
                throw new DemoFailedException($"the rollout is {view.Status} while waiting for {what}.");
            }

            if (since.Elapsed > Patience)
            {
                throw new DemoFailedException($"waited {Patience.TotalSeconds:0} s in vain for {what}.");
            }

            await Task.Delay(100, stop);
        }
    }
}
