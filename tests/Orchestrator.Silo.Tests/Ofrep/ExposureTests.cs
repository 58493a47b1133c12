using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Ofrep;

/// <summary>Exposure by HTTP: in the state and in the three forms of the retrospective, counted or with a reason.</summary>
public sealed class ExposureTests
{
    private const string Plan = """
        plan: checkout
        flag: useNewCheckout
        segments: { region-eu: { attribute: region, equals: eu } }
        metrics: { error_rate: { ratio: errors / requests } }
        triggers:
          - { name: europe, when: error_rate in region-eu > 20%, action: notify }
          - { name: checkout-down, when: alert(CheckoutDown), action: rollback }
        phases: [ { name: everyone, steps: [ { percentage: 100%, hold: 1h } ] } ]
        """;

    [Fact]
    public async Task People_who_may_have_seen_a_fault_are_in_the_state_and_in_the_retrospective()
    {
        await using var silo = await Begun();
        using var service = await silo.NewClient("evaluation", "production");
        var before = await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json();
        Assert.False(before.TryGetProperty("exposure", out _));
        Assert.StartsWith("No hour was counted", before.GetProperty("exposureReason").GetString(), StringComparison.Ordinal);
        Assert.Contains("Not counted. No hour was counted", await Text(silo, "text/markdown"), StringComparison.Ordinal);

        for (var i = 0; i < 40; i++)
        {
            var body = new { context = new { targetingKey = $"user-{i}", region = i % 4 == 0 ? "eu" : "us" } };
            await service.PostAsJsonAsync("/ofrep/v1/evaluate/flags/useNewCheckout", body).Json();
        }

        silo.Time.Advance(TimeSpan.FromMinutes(5));
        var alert = new { version = "4", groupKey = "g", alerts = new[] { new { status = "firing", labels = new { alertname = "CheckoutDown" } } } };
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/alerts", alert).Json();
        var state = await Eventually.Until(
            "the alert rolls back", async () => (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()),
            one => one.GetProperty("status").GetString() == "rolledBack");

        var exposure = state.GetProperty("exposure");
        var phase = exposure.GetProperty("phases").EnumerateArray().Single();
        Assert.Equal("everyone", phase.GetProperty("phase").GetString());
        Assert.InRange(phase.GetProperty("userHours").GetInt64(), 37, 40);
        Assert.InRange(phase.GetProperty("bySegment")[0].GetProperty("userHours").GetInt64(), 9, 10);
        var fault = exposure.GetProperty("faults").EnumerateArray().Single();
        Assert.Equal("checkout-down", fault.GetProperty("trigger").GetString());
        Assert.InRange(fault.GetProperty("people").GetInt64(), 37, 40);

        var told = await silo.Admin.GetAsync("/api/v1/rollouts/r1/retrospective").Json();
        Assert.Equal(exposure.GetRawText(), told.GetProperty("exposure").GetRawText());
        foreach (var form in (string[])["text/markdown", "text/html"])
        {
            var text = await Text(silo, form);
            Assert.Contains(phase.GetProperty("text").GetString()!, text, StringComparison.Ordinal);
            Assert.Contains(fault.GetProperty("text").GetString()!, text, StringComparison.Ordinal);
        }

        // The event has the number, which stays when the counts are gone.
        var events = await silo.Admin.GetAsync("/api/v1/rollouts/r1/events").Json();
        var seen = events.GetProperty("events").EnumerateArray().Single(one => one.GetProperty("type").GetString() == "RolledBack")
            .GetProperty("data").GetProperty("seen");
        Assert.Equal(fault.GetProperty("people").GetInt64(), seen.GetProperty("atMost").GetInt64());
        silo.Time.Advance(TimeSpan.FromHours(30));
        var later = (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("exposure");
        Assert.False(later.GetProperty("phases")[0].TryGetProperty("userHours", out _));
        Assert.Equal(fault.GetProperty("text").GetString(), later.GetProperty("faults")[0].GetProperty("text").GetString());

        var past = await silo.Admin.GetAsync("/api/v1/rollouts/r1?version=2").Json();
        Assert.Equal("Users are counted for the present only.", past.GetProperty("exposureReason").GetString());
    }

    [Fact]
    public async Task A_person_who_rolls_back_says_no_begin_of_a_fault()
    {
        await using var silo = await Begun();
        using var service = await silo.NewClient("evaluation", "production");
        await service.PostAsJsonAsync("/ofrep/v1/evaluate/flags/useNewCheckout", new { context = new { targetingKey = "ann" } }).Json();
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();

        var fault = (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("exposure").GetProperty("faults")[0];
        Assert.False(fault.TryGetProperty("people", out _));
        Assert.Equal("Not counted: a person rolled back, and no trigger says since when the fault lasted.", fault.GetProperty("text").GetString());
    }

    private static async Task<string> Text(SiloHost silo, string type)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/api/v1/rollouts/r1/retrospective") { Headers = { { "Accept", type } } };
        using var answer = await silo.Admin.SendAsync(asked);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<SiloHost> Begun()
    {
        var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plan, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        return silo;
    }
}
