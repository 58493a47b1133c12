using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Notifications;

/// <summary>Rollouts that tell somebody, and what the API says about it.</summary>
internal static class Telling
{
    /// <summary>The checkout plan with channels, one rollout of it, started.</summary>
    public static async Task StartRollout(this HttpClient admin, params string[] channels)
    {
        await admin.Create("r1", "checkout", channels);
        await admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
    }

    public static async Task Create(this HttpClient admin, string id, string plan, params string[] channels)
    {
        var text = Plans.Checkout.Replace("plan: checkout", $"plan: {plan}", StringComparison.Ordinal).TrimEnd() + "\nchannels:\n" + string.Join("\n", channels.Select(c => $"  - {c}"));
        await admin.PutAsync($"/api/v1/plans/{plan}", Answers.Text(text, "application/yaml")).Json(201);
        await admin.PostAsJsonAsync("/api/v1/rollouts", new { id, plan, environment = "production" }).Json(201);
    }

    public static string Channel(string name, string target, string kind = "webhook", string more = "") =>
        $"{{ name: {name}, kind: {kind}, target: \"{target}\"{(more.Length == 0 ? "" : ", " + more)} }}";

    /// <summary>Notifications that fit, as soon as there are so many of them.</summary>
    public static Task<JsonElement[]> Notifications(
        this HttpClient client, string state, int count, string? channel = null, Func<Task>? news = null) =>
        client.NotificationsWhen(state, found => found.Length >= count, channel, news, $"at least {count}");

    /// <summary>Notifications that fit, as soon as they are as said; looked at again whenever a queue has changed.</summary>
    public static async Task<JsonElement[]> NotificationsWhen(
        this HttpClient client, string state, Func<JsonElement[], bool> so, string? channel = null, Func<Task>? news = null,
        [CallerArgumentExpression(nameof(so))] string what = "")
    {
        var changed = Task.CompletedTask;
        return await Eventually.Until(
            $"notifications that are {state}: {what}",
            async () =>
            {
                changed = (news ?? QueueNews.Next)();
                var all = await client.GetAsync("/api/v1/notifications?limit=1000&state=" + state).Json();
                return all.GetProperty("notifications").EnumerateArray()
                    .Where(n => channel is null || n.GetProperty("channel").GetString() == channel).ToArray();
            },
            so,
            found => string.Join(" | ", found),
            async patience => await changed.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing));
    }
}
