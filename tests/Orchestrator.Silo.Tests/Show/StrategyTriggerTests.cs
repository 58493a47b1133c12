using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Show;

/// <summary>The strategy's own plan and numbers, from a pushed sample to the answer a service gets.</summary>
public sealed class StrategyTriggerTests
{
    private const int Users = 100;
    private static readonly Measured Healthy = new();

    /// <summary>
    /// Seconds of badness, errors and 5xx in 1,000 requests, latency in ms, memory in MB, and the trigger that rolls back by it.
    /// </summary>
    public static TheoryData<string, int, int, int, double, double, string?> Cases => new()
    {
        { "0.6 % errors for 5 minutes", 300, 6, 0, 100, 30, "error-rate-spike" },
        { "0.6 % errors for 4 minutes 50", 290, 6, 0, 100, 30, null },
        { "p99 of 501 ms for 2 minutes", 120, 0, 0, 501, 30, "latency-collapse" },
        { "p99 of 501 ms for 1 minute 50", 110, 0, 0, 501, 30, null },
        { "81 MB", 0, 0, 0, 100, 81, "memory-leak" },
        { "80 MB", 0, 0, 0, 100, 80, null },
        { "1.1 % of 5xx", 0, 0, 11, 100, 30, "server-errors" },
        { "1 % of 5xx", 0, 0, 10, 100, 30, null },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Badness_for_its_time_takes_everybody_back_at_once(
        string name, int seconds, int errors, int http5xx, double latency, double megabytes, string? trigger)
    {
        await using var rollout = await At("3c");
        await Heard(rollout);
        Assert.NotEmpty(await rollout.OnNew(Users));

        var began = rollout.Now;
        await rollout.Keep(
            TimeSpan.FromSeconds(seconds), new Measured { Errors = errors, Http5xx = http5xx, Latency = latency, Megabytes = megabytes });
        if (trigger is null)
        {
            await rollout.Pass(Strategy.Sampling);
            await rollout.Keep(TimeSpan.FromMinutes(5), Healthy);
            Assert.Equal("gradual/3c 75 running", await rollout.Place());
            Assert.Empty(await rollout.Events("TriggerFired"));
            return;
        }

        var fired = Assert.Single(await rollout.Events("TriggerFired"));
        Assert.Equal((trigger, began), (Datum(fired, "trigger"), fired.GetProperty("data").GetProperty("since").GetDateTimeOffset()));
        Assert.Equal("trigger", fired.GetProperty("actor").GetProperty("kind").GetString());
        var back = Assert.Single(await rollout.Events("RolledBack"));
        Assert.Equal(began + TimeSpan.FromSeconds(seconds), back.GetProperty("at").GetDateTimeOffset());
        var incident = Assert.Single(await rollout.Events("IncidentOpened"));
        Assert.Equal(back.GetProperty("at").ToString(), incident.GetProperty("at").ToString());
        Assert.Equal(
            ("critical", trigger, back.GetProperty("data").GetProperty("reason").GetString()),
            (Datum(incident, "severity"), Datum(incident, "trigger"), Datum(incident, "reason")));
        Assert.Equal("gradual/3c 0 rolledBack", await rollout.Place());
        Assert.Empty(await rollout.OnNew(Users));
        Assert.True(seconds >= 0, name);
    }

    [Fact]
    public async Task Gap_in_the_middle_is_no_evidence_and_neither_success_nor_failure()
    {
        await using var rollout = await At("3c");
        await Heard(rollout);
        await rollout.Keep(TimeSpan.FromMinutes(2.5), new Measured { Errors = 6 });
        await rollout.Pass(TimeSpan.FromMinutes(2));
        Assert.Single(await rollout.Events("EvidenceLost"));
        Assert.Contains(
            "evidence", (await rollout.Read()).GetProperty("next").GetProperty("waitingFor").EnumerateArray().Select(w => w.GetProperty("gate").GetString()));
        await rollout.Keep(TimeSpan.FromMinutes(2.5), new Measured { Errors = 6 });

        Assert.Single(await rollout.Events("EvidenceRegained"));
        Assert.Empty(await rollout.Events("TriggerFired"));
        Assert.Equal("gradual/3c 75 running", await rollout.Place());
    }

    [Fact]
    public async Task Total_silence_of_a_service_that_was_heard_takes_everybody_back()
    {
        await using var rollout = await At("3c");
        await rollout.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal("gradual/3c 75 running", await rollout.Place());

        await rollout.Keep(TimeSpan.FromMinutes(1), Healthy);
        await rollout.Pass(TimeSpan.FromMinutes(5));
        Assert.Single(await rollout.Events("EvidenceLost"));
        Assert.Empty(await rollout.Events("RolledBack"));
        await rollout.Pass(TimeSpan.FromMinutes(2));

        Assert.Equal("silent", Assert.Single(await rollout.Events("RolledBack")).GetProperty("data").GetProperty("trigger").GetString());
        Assert.Empty(await rollout.OnNew(Users));
    }

    [Theory]
    [InlineData("3a-25", 3, "gradual/3a-25 0 rolledBack")]
    [InlineData("3a-25", 2, "gradual/3a-25 25 running")]
    [InlineData("3b", 3, "gradual/3b 50 running")]
    public async Task Limited_steps_go_back_above_two_errors_in_a_thousand(string step, int errors, string place)
    {
        await using var rollout = await At(step);
        await Heard(rollout);
        await rollout.Push(new Measured { Errors = errors });

        Assert.Equal(place, await rollout.Place());
    }

    [Fact]
    public async Task Warning_asks_people_and_holds_the_step_until_they_agree()
    {
        await using var rollout = await At("3c");
        await Heard(rollout);
        await rollout.Keep(TimeSpan.FromMinutes(10), new Measured { Errors = 3 });

        var review = Assert.Single((await rollout.Read()).GetProperty("reviews").EnumerateArray(), r => r.GetProperty("state").GetString() == "open");
        Assert.Equal(["engineering", "product"], review.GetProperty("roles").EnumerateArray().Select(r => r.GetString()));
        Assert.Equal("gradual/3c 75 running", await rollout.Place());
        Assert.Equal("review.role", await rollout.Silo.As((await rollout.Silo.NewKey("support")).Text).PostAsJsonAsync(
            $"/api/v1/rollouts/{Driving.Id}/approve", new { review = review.GetProperty("id").GetString() }).Problem(403));
        await rollout.ApproveReviews();
        Assert.DoesNotContain((await rollout.Read()).GetProperty("reviews").EnumerateArray(), r => r.GetProperty("state").GetString() == "open");
    }

    [Fact]
    public async Task Errors_of_the_beta_users_take_back_only_them_and_their_flags_stay()
    {
        await using var rollout = await At("beta");
        await Heard(rollout);
        Assert.NotEmpty(await rollout.OnNew(Users, team: true));
        Assert.Empty(await rollout.OnNew(Users));

        await rollout.Keep(TimeSpan.FromMinutes(5), new Measured { Errors = 3, Segment = "beta" });

        var back = Assert.Single(await rollout.Events("SegmentRolledBack"));
        Assert.Equal(("beta-errors", "beta"), (Datum(back, "trigger"), back.GetProperty("data").GetProperty("segments")[0].GetString()));
        Assert.Equal("beta/beta 0 running", await rollout.Place());
        Assert.Empty(await rollout.OnNew(Users, team: true));
        Assert.True((await rollout.Flag("enableAGUIEvents", new { targetingKey = "u" }).Json()).GetProperty("value").GetBoolean());
    }

    [Fact]
    public async Task Flags_of_a_phase_come_with_it_and_a_rollback_withdraws_them()
    {
        await using var rollout = await At("shadow");
        foreach (var flag in (string[])["enableShadowLogging", "shadowProcessingEnabled", "performanceMonitoring"])
        {
            Assert.True((await rollout.Flag(flag, new { targetingKey = "u" }).Json()).GetProperty("value").GetBoolean());
        }

        Assert.Empty(await rollout.OnNew(Users, team: true));
        await rollout.OverrideTo("beta");
        await rollout.Flag("enableShadowLogging", new { targetingKey = "u" }).Json(404);
        Assert.False((await rollout.Flag("enableVerboseLogging", new { targetingKey = "u" }).Json()).GetProperty("value").GetBoolean());

        await rollout.Ask("rollback", new { reason = "it is bad" });
        await rollout.Flag("enableVerboseLogging", new { targetingKey = "u" }).Json(404);
    }

    [Fact]
    public async Task Half_is_watched_more_closely_and_only_told_of()
    {
        await using var rollout = await At("3b");
        await Heard(rollout);
        await rollout.Keep(TimeSpan.FromMinutes(5), new Measured { Errors = 2, Latency = 170 });

        var fired = await rollout.Events("TriggerFired");
        Assert.Equal(["3b-errors", "3b-latency"], fired.Select(f => Datum(f, "trigger")).Order());
        Assert.All(fired, f => Assert.Equal("notify", Datum(f, "action")));
        Assert.Equal("gradual/3b 50 running", await rollout.Place());
    }

    private static string? Datum(JsonElement happened, string name) => happened.GetProperty("data").GetProperty(name).GetString();

    private static async Task<Driving> At(string step)
    {
        var rollout = await Driving.Started(Strategy.Plan, Strategy.Sampling);
        await rollout.OverrideTo(step);
        return rollout;
    }

    /// <summary>A good minute, and then as long until it has left the windows: what is seen next is seen by itself.</summary>
    private static async Task Heard(Driving rollout)
    {
        await rollout.Keep(TimeSpan.FromMinutes(1), Healthy);
        await rollout.Pass(TimeSpan.FromMinutes(1));
    }
}
