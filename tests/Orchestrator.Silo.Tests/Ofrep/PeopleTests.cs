using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Ofrep;

/// <summary>Different users of a rollout, counted where they are evaluated, and no number where none was.</summary>
public sealed class PeopleTests
{
    private const string Plan = """
        plan: checkout
        flag: useNewCheckout
        segments: { region-eu: { attribute: region, equals: eu } }
        metrics: { error_rate: { ratio: errors / requests } }
        triggers: [ { name: europe, when: error_rate in region-eu > 20%, action: notify } ]
        phases: [ { name: all, steps: [ { percentage: 50%, hold: 1h } ] } ]
        """;

    [Fact]
    public async Task Users_evaluated_over_HTTP_are_counted_once_by_variant_and_segment()
    {
        await using var silo = await Begun();
        using var service = await silo.NewClient("evaluation", "production");
        using var browser = await silo.NewClient("browser", "production");
        var before = await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json();
        Assert.False(before.TryGetProperty("people", out _));
        Assert.Equal("No evaluation with a targeting key was counted yet.", before.GetProperty("peopleReason").GetString());

        var isNew = 0;
        for (var i = 0; i < 400; i++)
        {
            var body = new { context = new { targetingKey = $"user-{i}", region = i % 4 == 0 ? "eu" : "us" } };
            var client = i % 2 == 0 ? service : browser;
            isNew += (await client.PostAsJsonAsync("/ofrep/v1/evaluate/flags/useNewCheckout", body).Json()).GetProperty("value").GetBoolean() ? 1 : 0;
            await service.PostAsJsonAsync("/ofrep/v1/evaluate/flags", body).Json();
        }

        await service.PostAsJsonAsync("/ofrep/v1/evaluate/flags/no-such-flag", new { context = new { targetingKey = "stranger" } });
        // Until the store has answered, the sentence says that the other nodes are not known.
        var people = await Eventually.Until(
            "the nodes of the cluster are known",
            async () => (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("people"),
            seen => !seen.GetProperty("sources").GetProperty("text").GetString()!.Contains("not known", StringComparison.Ordinal));
        Near(400, people, "total");
        Near(isNew, people, "new");
        Near(400 - isNew, people, "legacy");
        var europe = people.GetProperty("bySegment").EnumerateArray().Single();
        Assert.Equal("region-eu", europe.GetProperty("segment").GetString());
        Near(100, europe, "total");
        Assert.Equal(0.02, people.GetProperty("error").GetDouble());
        Near(400, people.GetProperty("hour"), "total");
        Assert.False(people.TryGetProperty("lastHour", out _));
        Assert.Equal(silo.Time.GetUtcNow(), people.GetProperty("to").GetDateTimeOffset());
        var sources = people.GetProperty("sources");
        Assert.Single(sources.GetProperty("nodes").EnumerateArray());
        Assert.Equal(0, sources.GetProperty("clients").GetInt32());
        Assert.Equal(
            "Users with a targeting key who were evaluated on 1 node or in 0 processes of the .NET client that push metrics.", sources.GetProperty("text").GetString());

        // The list has the same number, and a past moment has none.
        var listed = (await silo.Admin.GetAsync("/api/v1/rollouts").Json()).GetProperty("rollouts")[0].GetProperty("people");
        Assert.Equal(people.GetProperty("total").GetInt64(), listed.GetProperty("total").GetInt64());
        var past = await silo.Admin.GetAsync("/api/v1/rollouts/r1?version=1").Json();
        Assert.Equal("Users are counted for the present only.", past.GetProperty("peopleReason").GetString());
    }

    [Fact]
    public async Task Hour_that_ended_is_the_last_hour_and_stays_in_the_day()
    {
        await using var silo = await Begun();
        using var service = await silo.NewClient("evaluation", "production");
        await Ask("ada");
        await Counted(people => people.GetProperty("hour").GetProperty("total").GetInt32() > 15);
        silo.Time.Advance(TimeSpan.FromHours(1));
        await Counted(people => people.GetProperty("hour").GetProperty("total").GetInt32() == 0);
        await Ask("bob");

        var now = await Counted(people => people.GetProperty("hour").GetProperty("total").GetInt32() > 15);

        // Two users share a register once in 4,096 times.
        Assert.InRange(now.GetProperty("total").GetInt32(), 35, 40);
        Assert.InRange(now.GetProperty("lastHour").GetProperty("total").GetInt32(), 16, 20);

        async Task Ask(string name)
        {
            for (var i = 0; i < 20; i++)
            {
                await service.PostAsJsonAsync("/ofrep/v1/evaluate/flags/useNewCheckout", new { context = new { targetingKey = $"{name}-{i}" } }).Json();
            }
        }

        async Task<JsonElement> Counted(Func<JsonElement, bool> so) => await Eventually.Until(
            "the hour has begun",
            async () => (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("people"), so);
    }

    [Fact]
    public async Task Report_of_a_hostile_client_raises_its_own_rollout_and_no_other_thing()
    {
        await using var silo = await Begun();
        using var ingest = await silo.NewClient("ingest");
        using var viewer = await silo.NewClient("viewer");
        var all = Convert.ToBase64String([2, .. Enumerable.Repeat((byte)21, 4096)]);

        Assert.Equal(403, (int)(await Push(viewer, all)).StatusCode);
        var refused = await (await Push(ingest, "AQEA/w==")).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(
            ["people.users[0].sketch"], refused.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetProperty("path").GetString()));
        Assert.False((await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).TryGetProperty("people", out _));

        // The highest sketch is a finite number, of this rollout alone; unknown segments make no entry.
        Assert.Equal(202, (int)(await Push(ingest, all, "no-such-segment")).StatusCode);
        Assert.Equal(202, (int)(await Push(ingest, all)).StatusCode);
        var people = (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("people");
        Assert.Equal((1L << 32, 0), (people.GetProperty("new").GetInt64(), people.GetProperty("legacy").GetInt64()));
        Assert.Equal(["region-eu"], people.GetProperty("bySegment").EnumerateArray().Select(one => one.GetProperty("segment").GetString()));
        Assert.Equal(1, people.GetProperty("sources").GetProperty("clients").GetInt32());

        static Task<HttpResponseMessage> Push(HttpClient client, string sketch, string? segment = null) =>
            client.PostAsJsonAsync("/api/v1/rollouts/r1/metrics", new
            {
                samples = Array.Empty<object>(),
                people = new { version = 1, process = "p", users = new[] { new { variant = "new", segment, sketch } } },
            });
    }

    private static void Near(int expected, JsonElement people, string name) =>
        Assert.InRange(people.GetProperty(name).GetInt64(), expected * 0.9, expected * 1.1);

    private static async Task<SiloHost> Begun()
    {
        var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plan, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        return silo;
    }
}
