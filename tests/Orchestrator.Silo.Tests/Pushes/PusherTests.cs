using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Domain.Documents;
using Orchestrator.Grains.Metrics;

namespace Orchestrator.Silo.Tests.Pushes;

/// <summary>The list of those who push samples of a rollout.</summary>
public sealed class PusherTests
{
    private const string Good = """{"samples":[{"variant":"new","counters":{"requests":10}}]}""";
    private const string Half = """{"samples":[{"variant":"new","counters":{"requests":10}},{"variant":"new","counters":{"requests":-1}}]}""";
    private static readonly string BadExport = """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"requests","sum":{"isMonotonic":true,"aggregationTemporality":1,"dataPoints":[{"asInt":"5","attributes":[{"key":"variant","value":{"stringValue":"newest"}}]}]}}]}]}]}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_key_is_listed_with_its_last_push_and_its_last_rejection()
    {
        await using var silo = await SiloHost.Start();
        await Begin(silo);
        Assert.Empty(await Listed(silo.Admin));
        using var viewer = await silo.NewClient("viewer");
        using var shop = await Named(silo, "shop");
        using var till = await Named(silo, "till");

        await shop.PostAsync("/api/v1/rollouts/r1/metrics", Answers.Text(Half), Stop).Json(202);
        var refused = silo.Time.GetUtcNow();
        silo.Time.Advance(TimeSpan.FromSeconds(15));
        await shop.PostAsync("/api/v1/rollouts/r1/metrics", Answers.Text(Good), Stop).Json(202);
        silo.Time.Advance(TimeSpan.FromSeconds(15));
        await till.PostAsync("/api/v1/rollouts/r1/metrics", Answers.Text("{"), Stop).Problem(400);

        // The latest first.
        var listed = await Listed(viewer);
        Assert.Equal(["till", "shop"], listed.Select(one => one.GetProperty("name").GetString()));
        Assert.Equal((2, 1), (listed[1].GetProperty("accepted").GetInt64(), listed[1].GetProperty("rejected").GetInt64()));
        Assert.Equal(refused + TimeSpan.FromSeconds(15), listed[1].GetProperty("lastPush").GetDateTimeOffset());
        var rejection = listed[1].GetProperty("lastRejection");
        Assert.Equal((refused, 1), (rejection.GetProperty("at").GetDateTimeOffset(), rejection.GetProperty("rejected").GetInt32()));
        Assert.Equal("samples[1].counters.requests: -1 is negative; a counter says how much it grew, 0 or more.", rejection.GetProperty("reason").GetString());
        Assert.Contains("The body is not JSON", listed[0].GetProperty("lastRejection").GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_whose_points_are_all_refused_is_listed_with_the_reason()
    {
        await using var silo = await SiloHost.Start();
        await Begin(silo);
        using var collector = await Named(silo, "collector");

        await collector.PostAsync("/api/v1/rollouts/r1/otlp/v1/metrics", Answers.Text(BadExport), Stop).Json();

        var one = Assert.Single(await Listed(silo.Admin));
        Assert.Equal(("collector", 0, 1), (one.GetProperty("name").GetString(), one.GetProperty("accepted").GetInt64(), one.GetProperty("rejected").GetInt64()));
        Assert.Contains("newest", one.GetProperty("lastRejection").GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_one_that_pushed_longest_ago_gives_way_to_the_51st()
    {
        var pushers = new Pushers();
        var now = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
        for (var i = 0; i <= Pushers.Most; i++)
        {
            Pushers.Begin($"key-{i}");
            pushers.Note(1, 0, null, now.AddSeconds(i == 0 ? 100 : i));
        }

        Assert.Equal(Pushers.Most, pushers.All.Length);
        Assert.Equal("key-0", pushers.All[0].Key);
        Assert.DoesNotContain(pushers.All, one => one.Key == "key-1");
    }

    [Fact]
    public void Long_reason_is_cut_and_a_taken_push_keeps_it()
    {
        var pushers = new Pushers();
        Pushers.Begin("key");
        pushers.Note(0, 3, new InputError("samples[0]", new string('x', 5000)), default);
        pushers.Note(2, 0, null, default);

        var one = Assert.Single(pushers.All);
        Assert.Equal((2, 3, 3), (one.Accepted, one.Rejected, one.LastRejection!.Rejected));
        Assert.InRange(one.LastRejection.Reason.Length, 300, 310);
    }

    private static async Task<JsonElement[]> Listed(HttpClient client) =>
        [.. (await client.GetAsync("/api/v1/rollouts/r1/sources", Stop).Json()).GetProperty("pushers").EnumerateArray()];

    private static async Task<HttpClient> Named(SiloHost silo, string name) =>
        silo.As((await silo.Admin.PostAsJsonAsync("/api/v1/keys", new { name, role = "ingest" }, Stop).Json(201)).GetProperty("key").GetString());

    private static async Task Begin(SiloHost silo)
    {
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(
            """
            plan: checkout
            flag: useNewCheckout
            phases: [ { name: all, steps: [ { percentage: 100%, hold: 1h } ] } ]
            """, "application/yaml"), Stop).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }, Stop).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }, Stop).Json();
    }
}
