using System.Text.Json;

namespace Orchestrator.Samples.Demo;

/// <summary>The live part: users write, people act, lines are printed, until the form has its end.</summary>
internal sealed class Stage(
    DemoOptions options, HttpClient http, OrchestratorApi api, People people, Narrator narrator, Tally tally, Uri chat, User[] users)
{
    private RolloutView? _view;

    /// <summary>Where the rollout was last seen, and what kept it there.</summary>
    public string Where() => _view is not { } view
        ? ""
        : $"It was {view.Status} at {view.Phase}/{view.Step}, waiting for {string.Join(", ", view.WaitingFor)}. {string.Join(" ", view.Missing)}";

    public async Task PlayAsync(CancellationToken stop)
    {
        using var curtain = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var engineering = await people.KeyAsync("engineering", stop);
        var feed = new EventFeed(http, api, await people.KeyAsync("viewer", stop), narrator.Event);
        Task[] company = [feed.FollowAsync(curtain.Token), new Driver(http, chat, users, options.Rate, tally).DriveAsync(curtain.Token)];
        try
        {
            await api.VerbAsync(engineering, DemoRun.Rollout, "start", null, stop);
            narrator.Act("engineering starts the rollout");
            var acts = Form(feed, engineering).Invoke(stop);
            // A driver or a feed that dies must end the show, not leave it waiting.
            var first = await Task.WhenAny([acts, .. company]);
            await first;
            await acts;
            await SayWhatChatCountedAsync(stop);
        }
        finally
        {
            await curtain.CancelAsync();
            await Task.WhenAll(company).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Func<CancellationToken, Task> Form(EventFeed feed, string engineering)
    {
        var incidents = new IncidentWatch(api, engineering, narrator, LookAsync);
        var regions = new Regions(users, tally, narrator);
        return options switch
        {
            { Fail: { } fault } => new FailingForm(options, fault, http, chat, tally, feed, narrator, LookAsync).PlayAsync,
            { Regions: true } => new RegionsForm(http, chat, regions, feed, narrator, incidents, LookAsync).PlayAsync,
            { LegacyHealthy: { } healthy } =>
                new AftermathForm(healthy, http, chat, api, engineering, regions, narrator, incidents, LookAsync).PlayAsync,
            _ => PromotionAsync,
        };
    }

    /// <summary>Reads the rollout, lets people act if they should, and prints a line each second.</summary>
    private async Task<RolloutView> LookAsync(bool act, CancellationToken stop)
    {
        var view = _view = await api.RolloutAsync(await people.KeyAsync("engineering", stop), DemoRun.Rollout, stop);
        if (act)
        {
            await people.ActAsync(view, stop);
        }

        narrator.StatusNowAndThen(view);
        return view;
    }

    private async Task PromotionAsync(CancellationToken stop)
    {
        while (true)
        {
            var view = await LookAsync(act: true, stop);
            if (view.Status == "completed")
            {
                await EverybodyOnNewAsync(view, stop);
                return;
            }

            if (view is { Status: "rolledBack", RolledBackBy: "" })
            {
                await NoUserOnNewAsync(stop);
                return;
            }

            if (view.Status is "rolledBack" or "aborted")
            {
                throw new DemoFailedException($"the rollout is {view.Status} instead of completed. {string.Join(" ", view.Loud.Select(t => t.Words))}");
            }

            await Task.Delay(250, stop);
        }
    }

    /// <summary>The chat server's own count of what was lost on the way between the paths.</summary>
    private async Task SayWhatChatCountedAsync(CancellationToken stop)
    {
        using var stats = JsonDocument.Parse(await http.GetStringAsync(new Uri(chat, "stats"), stop));
        long Of(string part, string counter) => stats.RootElement.GetProperty(part).GetProperty("totals").GetProperty(counter).GetInt64();
        long Both(string counter) => Of("legacy", counter) + Of("new", counter);
        narrator.Say(
            $"chat: {Both("messages_delivered")} of {Both("messages_sent")} messages delivered, {Both("callbacks_completed")} of {Both("callbacks_started")} "
            + $"callbacks completed, {Both("sessions_after")} of {Both("sessions_before")} sessions intact after changing paths; "
            + $"shadow: {Of("shadow", "mismatches")} mismatches in {Of("shadow", "comparisons")} comparisons");
    }

    /// <summary>A person pressed the button of the dashboard: the show ends with its proof.</summary>
    private async Task NoUserOnNewAsync(CancellationToken stop)
    {
        await Task.Delay(1500, stop);
        var (seen, onNew) = tally.LastSecond();
        if (seen == 0 || onNew > 0)
        {
            throw new DemoFailedException($"a person rolled back, but {onNew} of {seen} users seen in the last second were on new.");
        }

        narrator.Good($"a person rolled back: all {seen} users seen in the last second are on legacy");
    }

    private async Task EverybodyOnNewAsync(RolloutView view, CancellationToken stop)
    {
        await Task.Delay(1500, stop);
        var (seen, onNew) = tally.LastSecond();
        if (view.Percentage != 100 || seen == 0 || onNew != seen)
        {
            throw new DemoFailedException($"completed at {view.Percentage}%, but {onNew} of {seen} users seen in the last second were on new.");
        }

        narrator.Good($"completed at 100%: all {seen} users seen in the last second are on new; {tally.Answers} messages in all, {tally.Errors} errors");
    }
}
