using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>The journey of a user by HTTP, over a log that other flags and environments write too.</summary>
public sealed class JourneyTests
{
    [Fact]
    public async Task A_journey_tells_since_when_a_user_was_on_what_and_why()
    {
        await using var silo = await SiloHost.Start();
        await Begin(silo);
        silo.Time.Advance(TimeSpan.FromMinutes(10));
        await silo.Admin.PutAsJsonAsync("/api/v1/environments/production/flags/other", new { value = 1 }).Json();
        silo.Time.Advance(TimeSpan.FromMinutes(10));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();

        var journey = await Journey(silo, new { targetingKey = "ann", @internal = true });
        Assert.Equal(
            [
                "2026-03-02T09:00:00Z 2026-03-02T09:10:00Z legacy rollout r1 of flag useNewCheckout was created and is not started (RolloutCreated)",
                "2026-03-02T09:10:00Z 2026-03-02T09:30:00Z new joined with segment beta (StepStarted)",
                "2026-03-02T09:30:00Z - legacy rolled back by ORCHESTRATOR_ADMIN_KEY: bad (RolledBack)",
            ],
            Lines(journey));
        Assert.True(
            journey.GetProperty("position").GetInt64() >= journey.GetProperty("intervals")[2].GetProperty("began").GetProperty("position").GetInt64());
        Assert.False(journey.TryGetProperty("notice", out _));
        Assert.Equal("user", journey.GetProperty("intervals")[2].GetProperty("began").GetProperty("by").GetProperty("kind").GetString());

        // A part of the time: what began before it keeps its true begin, and what came later is not known.
        var part = await Journey(silo, new { targetingKey = "ann", @internal = true }, "2026-03-02T09:15:00Z", "2026-03-02T09:20:00Z");
        Assert.Equal(["2026-03-02T09:10:00Z - new joined with segment beta (StepStarted)"], Lines(part));

        var stranger = await Journey(silo, new { targetingKey = "bob" });
        Assert.All(stranger.GetProperty("intervals").EnumerateArray(), one => Assert.Equal("legacy", one.GetProperty("variant").GetString()));
    }

    [Fact]
    public async Task A_value_of_a_phase_and_a_static_value_have_a_journey_too()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.PutAsJsonAsync("/api/v1/environments/production/flags/checkoutLogging", new { value = "short" }).Json();
        silo.Time.Advance(TimeSpan.FromMinutes(5));
        await Begin(silo);

        Assert.Equal(
            [
                "2026-03-02T09:00:00Z 2026-03-02T09:15:00Z static the flag was set to \"short\" (FlagSet)",
                "2026-03-02T09:15:00Z - static phase beta began (PhaseStarted)",
            ],
            Lines(await Journey(silo, new { targetingKey = "ann" }, flag: "checkoutLogging")));
    }

    [Fact]
    public async Task A_flag_that_never_was_has_a_notice_and_no_interval()
    {
        await using var silo = await SiloHost.Start();
        var journey = await Journey(silo, new { targetingKey = "ann" }, flag: "nothing");
        Assert.Empty(Lines(journey));
        Assert.Equal("There was no flag 'nothing' in production in that time.", journey.GetProperty("notice").GetString());
    }

    [Fact]
    public async Task Bad_questions_are_refused_with_the_path()
    {
        await using var silo = await SiloHost.Start();
        foreach (var (body, path) in ((string, string)[])
        [
            ("""{ "context": {} }""", ""), ("""{ "flag": "f" }""", ""), ("""{ "flag": "f", "context": 1 }""", "context"),
            ("""{ "flag": "f", "context": {}, "from": "yesterday" }""", "from"),
            ("""{ "flag": "f", "context": {}, "from": "2026-03-02T08:00:00Z", "to": "2026-03-02T07:00:00Z" }""", "from"),
            ("""{ "flag": "f", "context": {}, "from": "2027-03-02T08:00:00Z" }""", "from"),
            ("""{ "flag": "f", "context": {}, "to": "2027-03-02T08:00:00Z" }""", "to"),
            ("""{ "flag": "f", "context": {}, "at": "2026-03-02T08:00:00Z" }""", "at"),
        ])
        {
            var refused = await silo.Admin.PostAsync("/api/v1/environments/production/journey", Answers.Text(body)).Json(422);
            Assert.Equal([path], refused.GetProperty("errors").EnumerateArray().Select(one => one.GetProperty("path").GetString()).Distinct());
        }
    }

    private static async Task Begin(SiloHost silo)
    {
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        silo.Time.Advance(TimeSpan.FromMinutes(10));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
    }

    private static Task<JsonElement> Journey(
        SiloHost silo, object context, string? from = null, string? to = null, string flag = "useNewCheckout") =>
        silo.Admin.PostAsJsonAsync("/api/v1/environments/production/journey", new { flag, context, from, to }).Json();

    private static string[] Lines(JsonElement journey) =>
    [
        .. journey.GetProperty("intervals").EnumerateArray().Select(one =>
            $"{Time(one.GetProperty("from"))} {(one.TryGetProperty("until", out var until) ? Time(until) : "-")} {one.GetProperty("variant").GetString()} {one.GetProperty("text").GetString()} ({one.GetProperty("began").GetProperty("type").GetString()})"),
    ];

    private static string Time(JsonElement at) =>
        at.GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);
}
