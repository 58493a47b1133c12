using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Silo.Tests.Show;
using Orchestrator.Testing;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Another plan over the signals of a rollout, by the API.</summary>
public sealed class WhatIfTests
{
    private const string Plan = """
        plan: checkout
        title: The new checkout
        flag: useNewCheckout
        metrics:
          error_rate: { ratio: errors / requests, title: Errors }
        judgement: { sampling: 1m, window: 5m }
        triggers:
          - { name: spike, when: error_rate > 1%, for: 5m, action: rollback }
        phases:
          - name: gradual
            steps: [ { name: ten, percentage: 10%, hold: 1h }, { name: all, percentage: 100%, hold: 3d } ]
        """;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Lower_limit_would_have_rolled_back_earlier_and_a_higher_one_is_unanswered()
    {
        await using var rollout = await RolledBack();
        var version = (await rollout.Read()).GetProperty("version").GetInt64();

        var earlier = await Answer(rollout, new { set = new[] { "triggers.spike.limit=0.6%" } });
        var result = Assert.Single(earlier.GetProperty("results").EnumerateArray());
        Assert.Equal("earlier", Text(result, "outcome"));
        var (real, other) = (Time(result, "recorded"), Time(result, "instead"));
        Assert.InRange(real - other, TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(70));
        Assert.InRange(result.GetProperty("percentHours").GetDouble(), -120, -80);
        Assert.Contains("shares alone", Text(result, "people"), StringComparison.Ordinal);
        Assert.Contains("1 would have been rolled back earlier", Text(earlier.GetProperty("summary"), "text"), StringComparison.Ordinal);
        Assert.DoesNotContain(result.GetProperty("limits").EnumerateArray(), limit => limit.GetString()!.Contains("not exact", StringComparison.Ordinal));

        var missed = Assert.Single((await Answer(rollout, new { set = new[] { "triggers.spike.limit=5%" } })).GetProperty("results").EnumerateArray());
        Assert.Equal("missed", Text(missed, "outcome"));
        Assert.Equal(real, missed.GetProperty("unansweredFrom").GetDateTimeOffset(), TimeSpan.FromMinutes(2));

        var quicker = await Answer(rollout, new { plan = Plan.Replace("for: 5m", "for: 4m", StringComparison.Ordinal) });
        Assert.Equal("earlier", Text(Assert.Single(quicker.GetProperty("results").EnumerateArray()), "outcome"));
        Assert.Equal("same", Text(Assert.Single((await Answer(rollout, new { revision = 1 })).GetProperty("results").EnumerateArray()), "outcome"));
        Assert.Equal(version, (await rollout.Read()).GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task Question_that_cannot_be_read_names_every_error()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        var wrong = await Ask(rollout, new { set = new[] { "triggers.nope.limit=1%", "no change", "triggers.spike.limit=a lot" }, last = 51 }).Json(422);
        var paths = wrong.GetProperty("errors").EnumerateArray().Select(error => Text(error, "path")).ToArray();
        Assert.Contains("set[1]", paths);
        Assert.Contains("last", paths);
        Assert.Equal("input.invalid", await Ask(rollout, new { set = new[] { "triggers.nope.limit=1%" } }).Problem(422));
        Assert.Equal("input.invalid", await Ask(rollout, new { set = new[] { "triggers.spike.limit=a lot" } }).Problem(422));
        Assert.Equal("input.invalid", await Ask(rollout, new { revision = 7 }).Problem(422));
        Assert.Equal("input.invalid", await Ask(rollout, new { }).Problem(422));
        Assert.Equal("what_if.not_found", await rollout.As("product").GetAsync("/api/v1/what-ifs/nothing").Problem(404));
        Assert.Equal("rollout.not_found", await rollout.As("product").PostAsJsonAsync("/api/v1/rollouts/none/what-if", new { revision = 1 }).Problem(404));
    }

    [Fact]
    public async Task Cancelled_what_if_ends_and_the_rollout_goes_on()
    {
        await using var rollout = await RolledBack();
        var asked = await Ask(rollout, new { revision = 1 }).Json(202);
        var path = $"/api/v1/what-ifs/{Text(asked, "id")}";
        Assert.Equal(204, (int)(await rollout.As("product").DeleteAsync(path)).StatusCode);
        await Eventually.Until("it has ended", async () =>
            Text(await rollout.As("product").GetAsync(path).Json(), "state") is "cancelled" or "done");
        await rollout.Ask("abort", new { reason = "over" });
    }

    /// <summary>0.4 % of requests fail for two hours, 0.8 % for one, and then 2 %.</summary>
    private static async Task<Driving> RolledBack()
    {
        var rollout = await Driving.Started(Plan, Every);
        await rollout.Keep(2 * Hour, new Measured { Errors = 4 });
        await rollout.Keep(Hour, new Measured { Errors = 8 });
        await rollout.Keep(TimeSpan.FromMinutes(12), new Measured { Errors = 20 });
        Assert.Equal("rolledBack", Text(await rollout.Read(), "status"));
        return rollout;
    }

    private static async Task<JsonElement> Answer(Driving rollout, object question)
    {
        var asked = await Ask(rollout, question).Json(202);
        return await Eventually.Until(
            "the what-if has ended", () => rollout.As("product").GetAsync($"/api/v1/what-ifs/{Text(asked, "id")}").Json(),
            seen => Text(seen, "state") is not ("queued" or "running"));
    }

    private static Task<HttpResponseMessage> Ask(Driving rollout, object question) =>
        rollout.As("product").PostAsJsonAsync($"/api/v1/rollouts/{Driving.Id}/what-if", question);

    private static DateTimeOffset Time(JsonElement result, string line) => result.GetProperty(line).GetProperty("rolledBackAt").GetDateTimeOffset();

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
