using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Integrity;

/// <summary>A log with some events in a stream of each kind, and questions about what hangs on them.</summary>
internal static class Everything
{
    public static readonly string[] Streams = ["access", "environment/production", "plan/checkout", "rollout/r1", "segment/production/beta"];

    /// <summary>The same streams, as their own verifications are addressed.</summary>
    public static readonly string[] Verifications =
        ["keys/verify", "environments/production/verify", "plans/checkout/verify", "rollouts/r1/verify", "segments/production/beta/verify"];

    /// <summary>At least four events in each stream; r1 runs, and beta users are on new.</summary>
    /// <returns>Keys made: the second event of <c>access</c> is the viewer's.</returns>
    public static async Task<(string Viewer, string Evaluation)> Make(SiloHost silo)
    {
        var viewer = (await silo.NewKey("viewer")).Text;
        var evaluation = (await silo.NewKey("evaluation", "production")).Text;
        await silo.NewKey("ingest");
        foreach (var title in (string[])["The new checkout", "The newer checkout", "The newest checkout", "The last checkout"])
        {
            await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(
                Plans.Checkout.Replace("The new checkout", title, StringComparison.Ordinal), "application/yaml"));
            await silo.Admin.PutAsJsonAsync("/api/v1/environments/production/flags/banner", new { value = title }).Json();
        }

        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        foreach (var user in (string[])["ann", "bob", "eve"])
        {
            await silo.Admin.PostAsJsonAsync("/api/v1/segments/production/beta/members", new { add = new[] { user } }).Json();
        }

        return (viewer, evaluation);
    }

    /// <summary>True when a service gets new for an internal user; null when the flag is not known.</summary>
    public static async Task<bool?> OnNew(SiloHost silo, string key)
    {
        using var service = silo.As(key);
        return await OnNew(service);
    }

    /// <inheritdoc cref="OnNew(SiloHost, string)"/>
    public static async Task<bool?> OnNew(HttpClient service)
    {
        using var answer = await service.PostAsJsonAsync(
            "/ofrep/v1/evaluate/flags/useNewCheckout", new { context = new { targetingKey = "u", @internal = true } });
        return (int)answer.StatusCode == 404 ? null : (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("value").GetBoolean();
    }

    /// <summary>Alarms of the node.</summary>
    public static async Task<string[]> Alarms(HttpClient node) => Alarms(await node.GetAsync("/api/v1/nodes").Json());

    public static string[] Alarms(JsonElement nodes) =>
        [.. nodes.GetProperty("nodes")[0].GetProperty("alarms").EnumerateArray().Select(one => one.GetString()!)];

    /// <summary>Names of the streams that a verification of the whole log finds broken.</summary>
    public static string[] Broken(JsonElement verified) =>
        [.. verified.GetProperty("broken").EnumerateArray().Select(one => one.GetProperty("stream").GetString()!)];
}
