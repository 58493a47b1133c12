using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;

namespace Orchestrator.Silo.Tests.Aftermath;

/// <summary>A running rollout of everybody, a legacy system with probes, and the incident that comes of taking it back.</summary>
internal sealed class Scene : IAsyncDisposable
{
    public const string Incident = "r1-1";

    private Scene(SiloHost silo, LegacyServer legacy) => (Silo, Legacy) = (silo, legacy);

    public SiloHost Silo { get; }

    public LegacyServer Legacy { get; }

    public static async Task<Scene> Start(string checks)
    {
        var legacy = await LegacyServer.Start();
        var plan = $$"""
            plan: checkout
            title: The new checkout
            flag: useNewCheckout
            segments:
              beta: { title: Beta users, any: [ { attribute: internal, equals: true } ] }
            metrics:
              error_rate: { ratio: errors / requests }
            {{checks.Replace("HEALTH", legacy.Address("/health")).Replace("SESSIONS", legacy.Address("/sessions")).ReplaceLineEndings("\n")}}
            phases:
              - name: all
                steps: [ { name: everyone, percentage: 100%, segments: [beta], hold: 1h } ]
            """;
        var scene = new Scene(await SiloHost.Start(), legacy);
        await scene.Silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(plan, "application/yaml")).Json(201);
        await scene.Silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await scene.Silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        return scene;
    }

    public Task<JsonElement> RollBack(params string[] segments) =>
        Silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", segments.Length == 0 ? new { reason = "bad" } : (object)new { reason = "bad", segments }).Json();

    public Task<JsonElement> Look(string incident = Incident) => Silo.Admin.GetAsync($"/api/v1/incidents/{incident}").Json();

    /// <summary>A minute of samples of both variants at the pace of the plan.</summary>
    public async Task Serve(int requestsOnNew, int requestsOnLegacy, int samples = 4)
    {
        for (var i = 0; i < samples; i++)
        {
            Silo.Time.Advance(TimeSpan.FromSeconds(15));
            await Push(requestsOnNew, requestsOnLegacy);
        }
    }

    public Task<JsonElement> Push(int requestsOnNew, int requestsOnLegacy) => Silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/metrics", new
    {
        samples = new[]
        {
            new { variant = "new", counters = new { requests = requestsOnNew, errors = 0 } },
            new { variant = "legacy", counters = new { requests = requestsOnLegacy, errors = 0 } },
        },
    }).Json(202);

    /// <summary>Waits until the incident is as said: looks again after each event, or after the test has let time pass.</summary>
    public Task<JsonElement> Until(
        Func<JsonElement, bool> so, Func<Task>? meanwhile = null, string incident = Incident,
        [CallerArgumentExpression(nameof(so))] string what = "") => Eventually.Until(
        $"{incident}: {what}", () => Look(incident), so,
        meanwhile: async patience =>
            await (meanwhile?.Invoke() ?? News(patience)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing));

    /// <summary>The node knows of more than it knew; looks are answered from what it knows.</summary>
    private async Task News(CancellationToken stop)
    {
        var (log, world) = (Silo.Services.GetRequiredService<IEventLog>(), Silo.Services.GetRequiredService<IWorld>());
        await log.WaitForNews(world.Current.Position, stop);
        await world.WaitFor(await log.Head(stop), SiloHost.Patience, stop);
    }

    public Task<JsonElement> UntilState(string state, Func<Task>? meanwhile = null) =>
        Until(i => i.GetProperty("state").GetString() == state, meanwhile, what: $"its state is {state}");

    public Task<JsonElement> UntilNext(string? leg, Func<Task>? meanwhile = null) => Until(i => Next(i) == leg, meanwhile, what: $"its next leg is {leg ?? "none"}");

    public static string? Next(JsonElement incident) => incident.TryGetProperty("next", out var next) ? next.GetString() : null;

    public async Task<string[]> Events() =>
        [.. (await Silo.Admin.GetAsync("/api/v1/rollouts/r1/events?limit=1000").Json()).GetProperty("events").EnumerateArray().Select(e => e.GetProperty("type").GetString()!)];

    public static async Task<string?> Variant(HttpClient evaluation, bool isInternal = false) =>
        (await evaluation.PostAsJsonAsync("/ofrep/v1/evaluate/flags/useNewCheckout", new { context = new { targetingKey = "someone", @internal = isInternal } }).Json())
        .GetProperty("variant").GetString();

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        await Legacy.DisposeAsync();
    }
}
