using System.Diagnostics;
using System.Net.Http.Json;

namespace Orchestrator.Samples.Demo;

/// <summary>The second form: the new path goes bad at a step; the orchestrator must notice and take everybody back by itself.</summary>
internal sealed class FailingForm(
    DemoOptions options, string fault, HttpClient http, Uri chat, Tally tally, EventFeed feed, Narrator narrator,
    Func<bool, CancellationToken, Task<RolloutView>> look)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(8);

    private long _faultAt;

    public async Task PlayAsync(CancellationToken stop)
    {
        await ReachStepAsync(stop);
        _faultAt = tally.FaultStarts();
        using (var answer = await http.PostAsJsonAsync(new Uri(chat, "admin/faults"), new { mode = fault }, stop))
        {
            answer.EnsureSuccessStatusCode();
        }

        narrator.Bad($"the new path is now {fault}; no operator acts from here on");
        var rolledBack = await RolledBackAsync(stop);
        var settled = Stopwatch.GetTimestamp() + Stopwatch.Frequency;
        narrator.Say($"watching for {Watch.TotalSeconds:0} s that no user comes back to new");
        await LookOnAsync(Watch, stop);
        await JudgeAsync(rolledBack, settled, stop);
    }

    private async Task ReachStepAsync(CancellationToken stop)
    {
        while (true)
        {
            var view = await look(true, stop);
            if (view.Status is "rolledBack" or "aborted" or "completed")
            {
                throw new DemoFailedException($"the rollout is {view.Status} before it reached {options.AtStep}. {string.Join(" ", view.Loud.Select(t => t.Words))}");
            }

            // Not before users really see the step: the share of the last second has to have risen to most of the percentage.
            var (seen, onNew) = tally.LastSecond();
            if (view.Step == options.AtStep && seen > 0 && 100.0 * onNew / seen >= view.Percentage * 0.8)
            {
                return;
            }

            await Task.Delay(250, stop);
        }
    }

    private async Task<long> RolledBackAsync(CancellationToken stop)
    {
        var since = Stopwatch.StartNew();
        while (since.Elapsed < Patience)
        {
            if (feed.First("RolledBack", _faultAt) is { } e)
            {
                return e.Arrived;
            }

            await look(false, stop);
            await Task.Delay(20, stop);
        }

        throw new DemoFailedException($"no RolledBack within {Patience.TotalSeconds:0} s of the fault.");
    }

    private async Task LookOnAsync(TimeSpan howLong, CancellationToken stop)
    {
        var since = Stopwatch.StartNew();
        while (since.Elapsed < howLong)
        {
            await look(false, stop);
            await Task.Delay(250, stop);
        }
    }

    private async Task JudgeAsync(long rolledBack, long settled, CancellationToken stop)
    {
        var onNew = tally.OnNewSinceFault();
        var view = await look(false, stop);
        var (seen, stillOnNew) = tally.LastSecond();
        var bad = onNew.Where(IsBad).Select(a => a.Sent).DefaultIfEmpty().Min();
        var late = onNew.Count(a => a.Sent > settled);
        if (view.Status != "rolledBack" || seen == 0 || stillOnNew > 0 || late > 0 || bad == 0)
        {
            throw new DemoFailedException(
                $"after the rollback the rollout is {view.Status}, {stillOnNew} of {seen} users seen in the last second are on new, "
                + $"{late} messages were sent to new more than a second after it, first bad answer {(bad == 0 ? "never" : "seen")}.");
        }

        var fired = feed.First("TriggerFired", _faultAt)?.Arrived ?? rolledBack;
        var last = onNew.Max(a => a.Sent);
        narrator.Say($"from the first bad request on new to TriggerFired:   {Milliseconds(bad, fired)}");
        narrator.Say($"from the first bad request on new to RolledBack:     {Milliseconds(bad, rolledBack)}");
        narrator.Say($"from the first bad request to the last one that went to new: {Milliseconds(bad, last)}, {Relative(rolledBack, last)} RolledBack arrived");
        narrator.Good($"rolledBack: of {seen} users seen in the last second not one is on new, and no message sent later than a second after the rollback went there");
    }

    private bool IsBad(Answer answer) => fault switch
    {
        "slow" => answer.Took > TimeSpan.FromMilliseconds(500),
        "failing" => answer.Status >= 500,
        // A leak shows in no single answer: the first request that leaks is the first bad one.
        _ => true,
    };

    private static string Relative(long mark, long at) => at >= mark ? $"{Milliseconds(mark, at)} after" : $"{Milliseconds(at, mark)} before";

    private static string Milliseconds(long from, long to) => $"{(to - from) * 1000.0 / Stopwatch.Frequency:0} ms";
}
