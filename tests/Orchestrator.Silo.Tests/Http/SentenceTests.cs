using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Refusals that name the limit, the value, the instant and the way out, and reasons that are kept.</summary>
public sealed class SentenceTests
{
    [Fact]
    public async Task Advance_before_any_measurement_says_what_is_missing_since_when_and_the_way_out()
    {
        await using var silo = await WithRollout();
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();

        var told = (await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/advance", new { }).Json(409)).GetProperty("detail").GetString()!;

        foreach (var part in (string[])["no sample of the new variant with the series 'requests' has arrived since the step began at 2026-03-02T09:00:00Z", "new requests > 0 over 1h", "An override needs a reason and a second person"])
        {
            Assert.Contains(part, told, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Advance_while_a_guard_has_seen_nothing_names_it_and_its_first_sample_lets_go_on()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/small", Answers.Text("""
            plan: small
            flag: f
            metrics: { error_rate: { ratio: errors / requests }, memory: { gauge: memory, unit: size } }
            triggers: [ { name: leak, when: memory > 80MB, action: rollback } ]
            phases: [ { name: p, steps: [ { name: one, percentage: 10%, hold: 2h }, { name: two, percentage: 100%, hold: 1h } ], success: [ error_rate < 50% over 1m ] } ]
            """, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "small", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        var counters = new { requests = 1000, errors = 1 };
        for (var i = 0; i < 8; i++)
        {
            silo.Time.Advance(TimeSpan.FromSeconds(15));
            await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/metrics", new { samples = new[] { new { variant = "new", counters } } }).Json(202);
        }

        var told = (await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/advance", new { reason = "looks good" }).Json(409)).GetProperty("detail").GetString()!;
        Assert.Contains("rule 'leak' (memory > 80MB) is blind: no sample has carried memory since the step began at 2026-03-02T09:00:00Z", told, StringComparison.Ordinal);

        silo.Time.Advance(TimeSpan.FromSeconds(15));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/metrics", new { samples = new[] { new { variant = "new", counters, gauges = new { memory = 3e7 } } } })
            .Json(202);
        Assert.Equal("two", (await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/advance", new { reason = "looks good" }).Json()).GetProperty("step").GetString());
    }

    [Fact]
    public async Task Body_with_more_samples_than_one_may_hold_is_told_both_numbers_and_the_way_out()
    {
        await using var silo = await WithRollout();

        var body = await silo.Admin.PostAsync("/api/v1/rollouts/r1/metrics", Answers.Text($$"""{ "samples": [ {{string.Join(',', Enumerable.Repeat("{}", 3_001))}} ] }""")).Json(400);

        Assert.Equal("Nothing was accepted. There are 3001 samples, and one body may hold 3000: send them in several bodies.", body.GetProperty("detail").GetString());
        var none = await silo.Admin.PostAsync("/api/v1/rollouts/r1/metrics", Answers.Text("{}")).Json(400);
        Assert.Equal("Nothing was accepted. The body must be an object with a list 'samples'.", none.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Every_verb_takes_a_reason_and_keeps_it_in_its_event()
    {
        await using var silo = await WithRollout();
        foreach (var (path, type) in ((string, string)[])
        [
            ("rollouts/r1/start", "RolloutStarted"), ("rollouts/r1/pause", "RolloutPaused"), ("rollouts/r1/resume", "RolloutResumed"), ("rollouts/r1/complete-objective", "ObjectiveCompleted"),
            ("rollouts/r1/rollback", "RolledBack"), ("incidents/r1-1/acknowledge", "IncidentAcknowledged"), ("rollouts/r1/restore", "RolloutRestored"), ("rollouts/r1/abort", "RolloutAborted"),
        ])
        {
            var body = new Dictionary<string, string> { ["reason"] = $"because of {path}" };
            if (path.EndsWith("objective", StringComparison.Ordinal))
            {
                body["objective"] = "docs";
            }

            await silo.Admin.PostAsJsonAsync($"/api/v1/{path}", body).Json();

            var events = (await silo.Admin.GetAsync("/api/v1/rollouts/r1/events?limit=1000").Json()).GetProperty("events").EnumerateArray();
            var kept = Assert.Single(events, one => one.GetProperty("type").GetString() == type);
            Assert.Equal($"because of {path}", kept.GetProperty("data").GetProperty("reason").GetString());
        }
    }

    [Fact]
    public async Task Id_that_is_a_number_is_refused()
    {
        await using var silo = await WithRollout();

        var body = await silo.Admin.PostAsync("/api/v1/rollouts", Answers.Text("""{ "id": 7, "plan": 8, "environment": 9 }""")).Json(422);

        Assert.Equal(["id", "environment", "plan"], body.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()));
        Assert.All(body.GetProperty("errors").EnumerateArray(),
            error => Assert.Contains("must be a text, but is a number", error.GetProperty("message").GetString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("rollouts?status=3", "must be created, running, paused, rolledBack, completed, aborted or retired, given once, but is '3'")]
    [InlineData("rollouts?status=running,paused", "but is 'running,paused'")]
    [InlineData("rollouts?status=running&status=paused", "given once, but is 'running,paused'")]
    [InlineData("rollouts?status=", "given once, but is ''")]
    [InlineData("rollouts?environment=Production", "must be 1 to 63 of a-z")]
    [InlineData("incidents?state=0", "must be open, escalated, resolved or ended, or some of them, but is '0'")]
    [InlineData("incidents?rollout=R1", "must be 1 to 63 of a-z")]
    [InlineData("notifications?state=1", "must be pending, delivered or dead, given once, but is '1'")]
    [InlineData("plans/checkout?revision=x", "must be a whole number from 1, but is 'x'")]
    [InlineData("plans/checkout?revision=0", "must be a whole number from 1, but is '0'")]
    public async Task Query_value_that_nothing_can_match_is_refused(string query, string message)
    {
        await using var silo = await WithRollout();

        var body = await silo.Admin.GetAsync($"/api/v1/{query}").Json(422);

        Assert.Contains(message, body.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a/../b")]
    [InlineData("a\tb")]
    public async Task Flag_key_that_no_request_can_name_is_refused(string key)
    {
        await using var silo = await SiloHost.Start();
        var routed = Plans.Checkout.Replace("flag: useNewCheckout", $"flag: {JsonSerializer.Serialize(key)}", StringComparison.Ordinal);
        var environment = Plans.Checkout.Replace("useNewCheckout: false", $"{JsonSerializer.Serialize(key)}: false", StringComparison.Ordinal);
        foreach (var plan in (string[])[routed, environment])
        {
            var body = await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(plan, "application/yaml")).Json(422);
            Assert.Contains("the flag key '", body.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(422, await RawRequest.Status(
            silo.Address, $"PUT /api/v1/environments/production/flags/{Uri.EscapeDataString($"x/{key}")}", [("X-API-Key", SiloHost.AdminKey)], """{ "value": 1 }"""));
    }

    private static async Task<SiloHost> WithRollout()
    {
        var silo = await SiloHost.Start();
        const string plan = """
            plan: checkout
            flag: useNewCheckout
            metrics: { error_rate: { ratio: errors / requests } }
            triggers: [ { name: bad, when: error_rate > 5%, action: rollback } ]
            phases: [ { name: gradual, objectives: [ { name: docs, title: Docs } ], steps: [ { name: ten, percentage: 10%, hold: 1h }, { name: last, percentage: 100%, hold: 1h } ] } ]
            """;
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(plan, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        return silo;
    }
}
