using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Silo.Tests.Notifications;
using Orchestrator.Silo.Tests.Show;

namespace Orchestrator.Silo.Tests.Time;

/// <summary>
/// The wall clock jumps, for seconds and across a restart. Samples carry its time, as those of services on the same machine do.
/// </summary>
public sealed class ClockJumpTests
{
    private const string Plan = """
        plan: checkout
        title: The new checkout
        flag: useNewCheckout
        segments:
          beta: { title: Beta users, any: [ { attribute: internal, equals: true } ] }
        metrics:
          error_rate: { ratio: errors / requests }
        judgement: { sampling: 15s, window: 30s }
        triggers:
          - { name: errors, when: error_rate > 5%, for: 1m, action: rollback }
          - { name: warning, when: error_rate between 1% and 5%, action: review, roles: [product] }
        approvals: { roles: [product], expires: 2h }
        phases:
          - name: gradual
            steps:
              - { name: ten, percentage: 10%, hold: 2h }
              - { name: all, percentage: 100%, hold: 2h }
        """;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Seconds = TimeSpan.FromSeconds(3);
    private static readonly Measured Well = new();
    private static readonly Measured Failing = new() { Errors = 500 };

    public static TheoryData<TimeSpan, bool> Jumps
    {
        get
        {
            var all = new TheoryData<TimeSpan, bool>();
            foreach (var jump in (TimeSpan[])[TimeSpan.FromHours(1), TimeSpan.FromDays(30), TimeSpan.FromDays(-1)])
            {
                all.Add(jump, false);
                all.Add(jump, true);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task Failing_release_is_rolled_back_after_a_jump(TimeSpan jump, bool restart)
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Keep(TimeSpan.FromMinutes(2), Well);
        await Jump(rollout, jump, restart);

        await rollout.Keep(TimeSpan.FromMinutes(1), Failing);

        Assert.Equal("gradual/ten 0 rolledBack", await rollout.Place());
        Assert.Empty(await Alarms(rollout.Silo));
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task Failing_release_is_rolled_back_while_the_wall_clock_is_wrong(TimeSpan jump, bool restart)
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Keep(TimeSpan.FromMinutes(2), Well);
        await Wrong(rollout, jump, restart);
        await rollout.Keep(TimeSpan.FromMinutes(1), Failing);

        Assert.Equal("gradual/ten 0 rolledBack", await rollout.Place());
        Assert.Contains(await Alarms(rollout.Silo), alarm => alarm.StartsWith("The server's wall clock is ", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task Hold_review_and_window_of_evidence_do_not_end_by_a_jump(TimeSpan jump, bool restart)
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Keep(TimeSpan.FromMinutes(2), new Measured { Errors = 20 });
        await Jump(rollout, jump, restart);

        Assert.Equal("gradual/ten 10 running", await rollout.Place());
        var review = Assert.Single((await rollout.Read()).GetProperty("reviews").EnumerateArray());
        Assert.Equal("open", review.GetProperty("state").GetString());
        Assert.Empty(await rollout.Events("ReviewClosed"));
        Assert.Empty(await rollout.Events("EvidenceLost"));

        // And time goes on: what is due after it is done.
        await rollout.Pass(TimeSpan.FromHours(2));
        Assert.Equal("expired", Assert.Single(await rollout.Events("ReviewClosed")).GetProperty("data").GetProperty("outcome").GetString());
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task Freeze_does_not_end_by_a_jump_and_a_hold_counts_on_through_it(TimeSpan jump, bool restart)
    {
        var frozen = Plan.Replace("hold: 2h", "hold: 1m", StringComparison.Ordinal)
            + "\ncalendar: { freezes: [ { name: audit, from: 2026-03-02T08:00:00Z, to: 2026-03-02T09:30:00Z } ] }";
        await using var rollout = await Driving.Started(frozen, Every);
        await rollout.Keep(TimeSpan.FromMinutes(5), Well);
        await Jump(rollout, jump, restart);
        Assert.Equal("gradual/ten 10 running", await rollout.Place());

        await rollout.Keep(TimeSpan.FromMinutes(24), Well);
        Assert.Equal("gradual/ten 10 running", await rollout.Place());
        await rollout.Keep(TimeSpan.FromMinutes(2), Well);
        Assert.NotEqual("gradual/ten 10 running", await rollout.Place());
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task Nothing_goes_forward_while_the_wall_clock_is_in_doubt_and_goes_on_after(TimeSpan jump, bool restart)
    {
        await using var rollout = await Driving.Started(Plan.Replace("hold: 2h", "hold: 10m", StringComparison.Ordinal), Every);
        await rollout.Keep(TimeSpan.FromMinutes(9), Well);
        await Wrong(rollout, jump, restart);
        await rollout.Keep(TimeSpan.FromMinutes(2), Well);
        Assert.Equal("gradual/ten 10 running", await rollout.Place());
        Assert.StartsWith(
            "The server's wall clock is ", Assert.Single(await rollout.Events("LineStopped")).GetProperty("data").GetProperty("reason").GetString(), StringComparison.Ordinal);

        rollout.Silo.Jump(TimeSpan.Zero);
        await rollout.Keep(Every, Well);
        Assert.Equal("gradual/all 100 running", await rollout.Place());
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task Failing_release_is_rolled_back_after_a_wrong_clock_was_believed_and_corrected(TimeSpan jump, bool restart)
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Keep(TimeSpan.FromMinutes(1), Well);
        rollout.Silo.Jump(jump);
        await rollout.Keep(TimeSpan.FromMinutes(11), Well);
        await rollout.Ask("pause", new { reason = "an event of the wrong time" });
        await rollout.Ask("resume", new { reason = "an event of the wrong time" });
        rollout.Silo.Jump(TimeSpan.Zero);
        if (restart)
        {
            await rollout.Restart();
        }

        await rollout.Keep(TimeSpan.FromMinutes(11), Well);
        var before = (await rollout.Read()).GetProperty("status").GetString();
        await rollout.Keep(TimeSpan.FromMinutes(2), Failing);

        Assert.Equal("running", before);
        Assert.Equal("rolledBack", (await rollout.Read()).GetProperty("status").GetString());
        Assert.Empty(await Alarms(rollout.Silo));
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task Notification_goes_out_after_a_jump_and_no_escalation_comes_early(TimeSpan jump, bool restart)
    {
        await using var hook = await Receiver.Start();
        await using var silo = await SiloHost.Start();
        await silo.Admin.StartRollout(
            Telling.Channel("hook", hook.Address, more: "levels: [critical], escalateTo: boss, escalateAfter: 2h"), Telling.Channel("boss", hook.Address, more: "levels: [critical]"));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        await hook.Heard(2);
        silo.Jump(jump);
        if (restart)
        {
            await silo.Restart();
        }

        silo.Time.Advance(Seconds);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/restore", new { reason = "again" }).Json();
        silo.Jump(TimeSpan.Zero);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "worse" }).Json();
        await hook.Heard(4);

        Assert.DoesNotContain(hook.Calls, call => call.Id.EndsWith("-escalated", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(SteadyTimeTests.Jumps), MemberType = typeof(SteadyTimeTests))]
    public async Task Stream_token_neither_ends_nor_lasts_longer_by_a_jump(TimeSpan jump)
    {
        await using var silo = await SiloHost.Start();
        var evaluation = await silo.NewClient("evaluation", "production");
        var before = await Stream(evaluation);
        silo.Jump(jump);
        var during = await Stream(evaluation);
        Assert.Equal(HttpStatusCode.OK, await Opened(silo, before));
        silo.Jump(TimeSpan.Zero);
        Assert.Equal(HttpStatusCode.OK, await Opened(silo, during));

        silo.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], [await Opened(silo, before), await Opened(silo, during)]);
    }

    [Fact]
    public async Task Rollout_of_which_every_sample_is_refused_is_an_alarm_that_names_the_reason()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await Send(rollout, TimeSpan.FromHours(2), 0);

        var alarm = Assert.Single(await Alarms(rollout.Silo));
        Assert.StartsWith($"Every sample of rollout {Driving.Id} is refused, so its triggers have no data: samples[0].at: ", alarm, StringComparison.Ordinal);
        Assert.Contains("2h ahead of the orchestrator's clock", alarm, StringComparison.Ordinal);
        Assert.Contains("2h ahead", (await rollout.Read()).GetProperty("samplesRefused").GetString(), StringComparison.Ordinal);
        Assert.Equal([alarm],
            (await rollout.As("engineering").GetAsync("/api/v1/nodes").Json()).GetProperty("nodes")[0].GetProperty("alarms").EnumerateArray().Select(a => a.GetString()));

        await Send(rollout, TimeSpan.Zero, 1);
        Assert.Empty(await Alarms(rollout.Silo));
        Assert.Equal(
            JsonValueKind.Null, (await rollout.Read()).TryGetProperty("samplesRefused", out var refused) ? refused.ValueKind : JsonValueKind.Null);

        // One sender among others is its own affair.
        await Send(rollout, TimeSpan.FromHours(2), 0);
        Assert.Empty(await Alarms(rollout.Silo));
    }

    [Fact]
    public async Task Alarm_of_refused_samples_names_the_jump_of_the_servers_clock()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        rollout.Silo.Jump(TimeSpan.FromDays(30));
        await rollout.Pass(Every);
        rollout.Silo.Jump(TimeSpan.Zero);
        await Send(rollout, TimeSpan.FromDays(30), 0);

        Assert.Contains("the server's wall clock was 4w 2d ahead from 2026-03-02 09:00:", Assert.Single(await Alarms(rollout.Silo)), StringComparison.Ordinal);
    }

    /// <summary>The wall clock is wrong from now on, and where there is a restart the process begins with it.</summary>
    private static async Task Wrong(Driving rollout, TimeSpan jump, bool restart)
    {
        rollout.Silo.Jump(jump);
        if (restart)
        {
            await rollout.Restart();
        }
    }

    /// <summary>Ahead for three seconds with a sample and rounds in them, or from before a restart to three seconds after it.</summary>
    private static async Task Jump(Driving rollout, TimeSpan jump, bool restart)
    {
        await Wrong(rollout, jump, restart);
        await rollout.Push(Well);
        rollout.Silo.Time.Advance(Seconds);
        await rollout.Push(Well);
        rollout.Silo.Jump(TimeSpan.Zero);
        await rollout.Round();
    }

    private static async Task Send(Driving rollout, TimeSpan ahead, int accepted)
    {
        var receipt = await rollout.As("ingest").PostAsync($"/api/v1/rollouts/{Driving.Id}/metrics", Answers.Text(Well.Body(rollout.Now + ahead))).Json(202);
        Assert.Equal(accepted, receipt.GetProperty("accepted").GetInt32());
    }

    private static async Task<string> Stream(HttpClient evaluation)
    {
        var all = await evaluation.PostAsJsonAsync("/ofrep/v1/evaluate/flags", new { context = new { targetingKey = "u" } }).Json();
        return all.GetProperty("eventStreams")[0].GetProperty("endpoint").GetProperty("requestUri").GetString()!;
    }

    private static async Task<HttpStatusCode> Opened(SiloHost silo, string address)
    {
        using var anybody = silo.As(null);
        using var response = await anybody.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }

    private static async Task<string[]> Alarms(SiloHost silo)
    {
        var alarms = (await silo.Admin.GetAsync("/api/v1/nodes").Json()).GetProperty("nodes")[0].GetProperty("alarms").EnumerateArray()
            .Select(alarm => alarm.GetString()!).ToArray();
        using var anybody = silo.As(null);
        Assert.Equal(alarms.Length, (await anybody.GetAsync("/health/ready").Json()).GetProperty("alarms").GetInt32());
        return alarms;
    }
}
