using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Show;

/// <summary>Stop the line, a failing segment, and restarts, over HTTP and with the real store.</summary>
public sealed class JudgementTests
{
    private const string Plan = """
        plan: segments
        flag: useNewArchitecture
        segments:
          eu: { title: Europe, all: [ { attribute: region, equals: eu } ] }
          us: { title: States, all: [ { attribute: region, equals: us } ] }
        metrics:
          error_rate: { ratio: errors / requests }
        triggers:
          - { name: collapse, when: error_rate > 50%, action: rollback }
          - { name: errors, when: error_rate > 1%, for: 1m, perSegment: true, action: rollback-segment }
        phases:
          - name: all
            success: [ error_rate < 10% over 6m ]
            steps: [ { name: one, segments: [eu, us], percentage: 10%, hold: 10m }, { name: two, percentage: 50%, hold: 10m } ]
        """;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Only_the_failing_region_goes_back_and_the_rest_goes_on()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        Assert.Equal("True", await Answer(rollout, "eu"));
        await Keep(rollout, TimeSpan.FromMinutes(3), errorsOfEurope: 30);

        var back = Assert.Single(await rollout.Events("SegmentRolledBack")).GetProperty("data");
        Assert.Equal("eu", Assert.Single(back.GetProperty("segments").EnumerateArray()).GetString());
        Assert.Contains("The other segments stay by their own samples: error_rate in us", back.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Empty(await rollout.Events("RolledBack"));
        Assert.Equal("False", await Answer(rollout, "eu"));
        Assert.Equal("True", await Answer(rollout, "us"));

        await Keep(rollout, TimeSpan.FromMinutes(12), errorsOfEurope: null);
        Assert.Equal("all/two 50 running", await rollout.Place());
    }

    [Fact]
    public async Task A_stopped_line_holds_every_rollout_of_the_environment_but_no_rollback()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.As("devops").PostAsJsonAsync("/api/v1/environments/production/stop-the-line", new { reason = "audit" }).Json();
        await Keep(rollout, TimeSpan.FromMinutes(8), 0);
        await rollout.Restart();
        var line = (await rollout.As("engineering").GetAsync("/api/v1/environments/production").Json()).GetProperty("line");
        Assert.Equal(("audit", rollout.KeyId("devops")), (line.GetProperty("reason").GetString(), line.GetProperty("by").GetString()));
        await Keep(rollout, TimeSpan.FromMinutes(8), 0);

        Assert.Equal("all/one 10 running", await rollout.Place());
        var next = (await rollout.Read()).GetProperty("next");
        Assert.Equal("window", Assert.Single(next.GetProperty("waitingForGates").EnumerateArray()).GetString());
        var wait = Assert.Single(next.GetProperty("waitingFor").EnumerateArray());
        Assert.Equal(
            ("window", "The line of 'production' is stopped: audit", rollout.KeyId("devops"), "devops"),
            (wait.GetProperty("gate").GetString(), wait.GetProperty("text").GetString(), wait.GetProperty("by").GetString(),
                wait.GetProperty("name").GetString()));
        using var refused = await rollout.As("engineering").PostAsJsonAsync($"/api/v1/rollouts/{Driving.Id}/advance", new { @override = true, reason = "must" });
        Assert.Equal("rollout.line_stopped", (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        Assert.Single(await rollout.Events("LineStopped"));

        await rollout.As("engineering").PostAsJsonAsync("/api/v1/environments/production/resume-the-line", new { reason = "passed" }).Json();
        await Keep(rollout, Every, 0);
        Assert.Equal("all/two 50 running", await rollout.Place());

        await rollout.As("devops").PostAsJsonAsync("/api/v1/environments/production/stop-the-line", new { reason = "again" }).Json();
        await rollout.Ask("rollback", new { reason = "bad" });
        Assert.EndsWith("rolledBack", await rollout.Place(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_restarts_within_a_step_advance_nothing()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        for (var i = 0; i < 10; i++)
        {
            await Keep(rollout, 2 * Every, 0);
            await rollout.Restart(TimeSpan.FromMinutes(3));
            Assert.Equal("all/one 10 running", await rollout.Place());
        }

        Assert.Single(await rollout.Events("StepStarted"));
        Assert.Empty(await rollout.Events("RolledBack"));
    }

    private static async Task Keep(Driving rollout, TimeSpan span, int? errorsOfEurope)
    {
        for (var end = rollout.Now + span; rollout.Now < end; await rollout.Pass(Every))
        {
            object Sample(string? segment, int errors) =>
                new { at = rollout.Now, variant = "new", segment, counters = new { requests = 1000, errors } };
            object[] samples = errorsOfEurope is { } errors ? [Sample("eu", errors), Sample("us", 0)] : [Sample("us", 0)];
            await rollout.As("ingest").PostAsJsonAsync($"/api/v1/rollouts/{Driving.Id}/metrics", new { samples }).Json(202);
            await rollout.Round();
        }
    }

    /// <summary>Variant of a user of the region whose bucket is outside the share.</summary>
    private static async Task<string> Answer(Driving rollout, string region)
    {
        for (var i = 0; ; i++)
        {
            async Task<string> Ask(object context) => (await rollout.As("evaluation")
                .PostAsJsonAsync("/ofrep/v1/evaluate/flags/useNewArchitecture", new { context }).Json()).GetProperty("value").ToString();
            if (await Ask(new { targetingKey = $"user-{i}" }) == "False")
            {
                return await Ask(new { targetingKey = $"user-{i}", region });
            }
        }
    }
}
