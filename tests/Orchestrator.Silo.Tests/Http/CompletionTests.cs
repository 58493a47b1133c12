using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;
using Orchestrator.Silo.Tests.Show;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>A completed rollout: its answers, its rollback, and the end of its hold on the flag.</summary>
public sealed class CompletionTests
{
    private const string Plan = """
        plan: shop
        title: The new shop
        flag: useShop
        segments: { eu: { title: Europe, any: [ { attribute: region, equals: eu } ] } }
        metrics: { error_rate: { ratio: errors / requests } }
        triggers: [ { name: spike, when: error_rate > 5%, action: rollback } ]
        calendar: { timeZone: UTC, changeWindows: [ { days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00" } ] }
        phases:
          - name: full
            flags: { verbose: true }
            success: [ error_rate < 1% over 1m ]
            steps: [ { name: all, percentage: 100%, hold: 1m } ]
        """;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private static readonly Measured Good = new();

    [Fact]
    public async Task A_completed_rollout_serves_with_its_flags_until_it_is_retired()
    {
        await using var rollout = await Completed(Plan + "\nbake: 2d\n");
        var completed = await rollout.Read();
        Assert.Contains("Baking until 2026-03-04", Text(completed, "summary"), StringComparison.Ordinal);
        Assert.Contains("until it is retired", Text(completed, "summary"), StringComparison.Ordinal);
        Assert.True(completed.GetProperty("completed").GetProperty("serves").GetBoolean());
        Assert.Equal(("true", "true"), (await Value(rollout, "useShop"), await Value(rollout, "verbose")));
        Assert.Contains("phase full of rollout show-1, which is completed and not retired", (await Explain(rollout, "verbose")).ToString(), StringComparison.Ordinal);
        var before = rollout.Now;

        var set = await Set(rollout, "useShop", "false");
        Assert.Contains("Rollout show-1 routes flag 'useShop'", set.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
        Assert.Contains("phase full of rollout show-1", (await Set(rollout, "verbose", "false")).GetProperty("warnings")[0].GetString(), StringComparison.OrdinalIgnoreCase);
        var listed = await rollout.As("devops").GetAsync("/api/v1/environments/production/flags/useShop").Json();
        Assert.Equal(1, listed.GetProperty("warnings").GetArrayLength());
        Assert.Equal(("true", "true"), (await Value(rollout, "useShop"), await Value(rollout, "verbose")));

        Assert.Equal("access.forbidden", await Verb(rollout, "retire", new { reason = "done" }, "engineering").Problem(403));
        Assert.Equal("rollout.value_changes", await Verb(rollout, "retire", new { reason = "done" }, "devops").Problem(409));
        Assert.Equal("rollout.value_differs", await Verb(rollout, "retire", new { reason = "done", value = true }, "devops").Problem(409));
        Assert.Equal("input.invalid", await Verb(rollout, "retire", new { }, "devops").Problem(422));
        await Set(rollout, "useShop", "true");
        rollout.Silo.Time.Advance(TimeSpan.FromMinutes(1));
        var retired = await rollout.Ask("retire", new { reason = "gone from the code" }, "devops");
        Assert.Equal(("retired", false), (Text(retired, "status"), retired.GetProperty("completed").GetProperty("serves").GetBoolean()));
        Assert.Equal(("true", "false"), (await Value(rollout, "useShop"), await Value(rollout, "verbose")));
        Assert.Equal(("static", "static flag"), Said(await Explain(rollout, "useShop")));
        Assert.Equal("new", Text(await Explain(rollout, "useShop", before), "variant"));
        Assert.False((await Set(rollout, "useShop", "false")).TryGetProperty("warnings", out _));
        Assert.Equal("false", await Value(rollout, "useShop"));

        await rollout.Restart();
        Assert.Equal(("false", "false"), (await Value(rollout, "useShop"), await Value(rollout, "verbose")));
        Assert.Equal("rollout.retired", await Verb(rollout, "rollback", new { reason = "too late" }).Problem(409));
    }

    [Fact]
    public async Task A_rollback_after_completion_is_one_as_before_it_with_incident_and_procedure()
    {
        await using var rollout = await Completed(Plan);
        await rollout.Restart();
        var back = await rollout.Ask("rollback", new { reason = "it loses orders" });
        Assert.Equal(("rolledBack", 0), (Text(back, "status"), back.GetProperty("percentage").GetInt32()));
        Assert.Equal("false", await Value(rollout, "useShop"));
        var explained = await Explain(rollout, "useShop");
        Assert.Equal(("legacy", 0), (Text(explained, "variant"), explained.GetProperty("percentage").GetInt32()));
        Assert.Equal(404, (int)(await rollout.Flag("verbose", new { targetingKey = "u" })).StatusCode);
        await Eventually.Until("the propagation is confirmed", async () => (await rollout.Events("PropagationConfirmed")).Length == 1);

        rollout.Silo.Time.Advance(TimeSpan.FromHours(11));
        var restored = await rollout.Ask("restore", new { reason = "it was the network" });
        Assert.Equal("running", Text(restored, "status"));
        Assert.Contains("outside the plan's change windows, which open at 2026-03-03T08:00:00Z", restored.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal("true", await Value(rollout, "useShop"));
        var events = await rollout.Events();
        Assert.Equal(1, events.Count(e => Text(e, "type") == "IncidentOpened"));
    }

    [Fact]
    public async Task A_trigger_takes_everyone_back_while_it_bakes_also_after_a_restart()
    {
        await using var rollout = await Completed(Plan + "\nbake: 2d\n");
        await rollout.Restart(TimeSpan.FromHours(1));
        await rollout.Keep(TimeSpan.FromMinutes(1), Good with { Errors = 100 });
        Assert.Equal("full/all 0 rolledBack", await rollout.Place());
        Assert.Equal("spike", Text((await rollout.Events("RolledBack"))[0].GetProperty("data"), "trigger"));
        Assert.Equal("false", await Value(rollout, "useShop"));
    }

    [Fact]
    public async Task Criteria_of_a_completed_rollout_are_the_last_verdicts_with_their_time()
    {
        await using var rollout = await Completed(Plan + "\nbake: 2d\n");
        await rollout.Keep(TimeSpan.FromMinutes(1), Good);
        var completed = await rollout.Read();
        var last = completed.GetProperty("criteria")[0];
        Assert.Equal("met", Text(last, "verdict"));
        Assert.InRange(last.GetProperty("at").GetDateTimeOffset(), DateTimeOffset.MinValue,
            completed.GetProperty("completed").GetProperty("at").GetDateTimeOffset());
        Assert.DoesNotContain("observed nothing", Text(last, "text"), StringComparison.Ordinal);

        await rollout.Keep(TimeSpan.FromMinutes(1), Good with { Errors = 100 });
        var back = await rollout.Read();
        Assert.Equal("rolledBack", Text(back, "status"));
        Assert.Equal((Text(last, "text"), Text(last, "at")), (Text(back.GetProperty("criteria")[0], "text"), Text(back.GetProperty("criteria")[0], "at")));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("\nbake: 2d\n", false)]
    public async Task Samples_of_a_completed_rollout_that_does_not_bake_are_taken_with_a_warning(string bake, bool warned)
    {
        await using var rollout = await Completed(Plan + bake);
        var body = new { samples = new[] { new { variant = "new", counters = new { requests = 10, errors = 0 } } } };
        var receipt = await rollout.Silo.Admin.PostAsJsonAsync("/api/v1/rollouts/show-1/metrics", body).Json(202);
        Assert.Equal(1, receipt.GetProperty("accepted").GetInt32());
        Assert.Equal(warned, receipt.TryGetProperty("warnings", out var warnings) && Text(warnings[0], "message") == "The rollout is completed and does not bake: samples are not judged.");
    }

    [Fact]
    public async Task The_bake_ends_by_itself_and_says_so()
    {
        await using var rollout = await Completed(Plan + "\nbake: 1m\n");
        await rollout.Pass(TimeSpan.FromMinutes(2));
        Assert.Single(await rollout.Events("BakeEnded"));
        Assert.DoesNotContain("Baking", Text(await rollout.Read(), "summary"), StringComparison.Ordinal);
        Assert.Equal("true", await Value(rollout, "useShop"));
    }

    [Fact]
    public async Task The_start_of_the_next_rollout_retires_the_one_before_and_only_then_moves_users()
    {
        await using var rollout = await Completed(Plan);
        await Next(rollout).Json(201);
        Assert.Equal(("true", "completed"), (await Value(rollout, "useShop"), Text(await rollout.Read(), "status")));
        await rollout.As("engineering").PostAsJsonAsync("/api/v1/rollouts/show-2/start", new { }).Json();
        await rollout.Round();
        var former = await rollout.Read();
        Assert.Equal(("retired", "show-2"), (Text(former, "status"), Text(former.GetProperty("completed"), "successor")));
        Assert.Equal("show-2", Text(await Explain(rollout, "useShop"), "rollout"));
        Assert.Equal("rollout.retired", await Verb(rollout, "rollback", new { reason = "the old one" }).Problem(409));
        await rollout.Restart();
        Assert.Equal("show-2", Text(await Explain(rollout, "useShop"), "rollout"));
    }

    [Fact]
    public async Task A_rollout_taken_back_after_completion_keeps_the_next_from_its_start()
    {
        await using var rollout = await Completed(Plan);
        await Next(rollout).Json(201);
        await rollout.Ask("rollback", new { reason = "it loses orders" });
        Assert.Equal("rollout.flag_taken", await rollout.As("engineering").PostAsJsonAsync("/api/v1/rollouts/show-2/start", new { }).Problem(409));
        Assert.Equal("false", await Value(rollout, "useShop"));
        Assert.Equal("rollout.flag_taken", await Verb(rollout, "restore", new { reason = "fixed" }).Problem(409));
        await rollout.As("engineering").PostAsJsonAsync("/api/v1/rollouts/show-2/abort", new { reason = "first the old one" }).Json();
        Assert.Equal("running", Text(await rollout.Ask("restore", new { reason = "fixed" }), "status"));
        Assert.Equal("true", await Value(rollout, "useShop"));
    }

    [Fact]
    public async Task A_rollout_that_a_build_without_retiring_followed_by_another_takes_no_user_back()
    {
        await using var rollout = await Completed(Plan);
        await Next(rollout).Json(201);

        // As such a build wrote it: the next one started, and the one before was left as it was.
        var log = rollout.Silo.Services.GetRequiredService<IEventLog>();
        RolloutEvent[] started = [new RolloutEvent.RolloutStarted(), new RolloutEvent.PhaseStarted("full"),
            new RolloutEvent.StepStarted("full", "all", 100, [])];
        Assert.IsType<AppendOutcome.Appended>(await log.Append(
            RolloutEvents.Stream("show-2"), 1, [.. started.Select(e => RolloutEvents.Catalog.Write(e, Guid.CreateVersion7()))],
            new AppendMetadata(rollout.Now, Actor.System, "old", null, null)));
        await rollout.Silo.Services.GetRequiredService<IWorld>().WaitFor(await log.Head(), SiloHost.Patience);

        Assert.Contains("Rollout show-2 decides flag useShop now", Text(await rollout.Read(), "summary"), StringComparison.Ordinal);
        Assert.Equal("rollout.succeeded", await Verb(rollout, "rollback", new { reason = "the old one" }).Problem(409));
        Assert.Equal("true", await Value(rollout, "useShop"));
        Assert.Equal("retired", Text(await rollout.Ask("retire", new { reason = "tidy" }, "devops"), "status"));
    }

    [Fact]
    public async Task A_segment_taken_back_holds_the_end_until_it_is_kept_back()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Ask("rollback", new { reason = "eu loses orders", segments = new[] { "eu" } });
        await rollout.Keep(TimeSpan.FromMinutes(3), Good);
        var held = await rollout.Read();
        Assert.Equal("running", Text(held, "status"));
        Assert.Contains("segment", held.GetProperty("next").GetProperty("waitingFor").ToString(), StringComparison.Ordinal);
        Assert.Contains("eu is taken back to legacy", Text(held, "summary"), StringComparison.Ordinal);
        Assert.Equal("input.invalid", await Verb(rollout, "keep-back", new { reason = "no segment" }).Problem(422));
        Assert.Equal("rollout.segment_not_back", await Verb(rollout, "keep-back", new { reason = "typo", segments = new[] { "us" } }).Problem(409));

        var kept = await rollout.Ask("keep-back", new { reason = "taxes come in summer", segments = new[] { "eu" } });
        Assert.Equal("taxes come in summer", Text(kept.GetProperty("segments")[0].GetProperty("kept"), "reason"));
        await rollout.Keep(TimeSpan.FromSeconds(30), Good);
        Assert.Equal("completed", Text(await rollout.Read(), "status"));
        Assert.Equal("open", Text((await rollout.Read()).GetProperty("incident"), "state"));
        var told = await rollout.As("engineering").GetAsync("/api/v1/rollouts/show-1/retrospective").Json();
        Assert.Contains("eu stays on legacy by decision of", Text(told.GetProperty("headline"), "outcome"), StringComparison.Ordinal);
        Assert.Contains(told.GetProperty("waiting").EnumerateArray(), wait => Text(wait, "gate") == "segment");
    }

    [Fact]
    public async Task A_static_value_is_served_again_once_an_aborted_rollout_is_retired()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Ask("abort", new { reason = "not this year" });
        Assert.Contains("until the rollout is retired", (await Set(rollout, "useShop", "false")).GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal("legacy", Text(await Explain(rollout, "useShop"), "variant"));
        Assert.Equal("retired", Text(await rollout.Ask("retire", new { reason = "tidy" }, "devops"), "status"));
        Assert.Equal(("static", "static flag"), Said(await Explain(rollout, "useShop")));
    }

    [Fact]
    public async Task A_start_that_another_version_was_meant_for_retires_nothing()
    {
        await using var rollout = await Completed(Plan);
        await Next(rollout).Json(201);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/rollouts/show-2/start") { Content = Answers.Text("{}"), Headers = { { "If-Match", "\"7\"" } } };
        Assert.Equal("version.mismatch", await rollout.As("engineering").SendAsync(request).Problem(412));
        Assert.Equal("completed", Text(await rollout.Read(), "status"));
    }

    [Fact]
    public async Task Plan_flags_under_a_rollout_are_warned_of_by_name()
    {
        await using var rollout = await Driving.Started(Plan.Replace("phases:", "environments: { production: { flags: { useShop: false, other: 1 } } }\nphases:", StringComparison.Ordinal), Every);
        var applied = await rollout.As("devops").PostAsJsonAsync("/api/v1/plans/shop/flags", new { }).Json();
        Assert.Contains(
            "Rollout show-1 routes flag 'useShop'", Assert.Single(applied.GetProperty("environments")[0].GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rollback", "legacy", false)]
    [InlineData("retire", "static", true)]
    public async Task Kill_after_the_answer_loses_neither_a_rollback_after_completion_nor_a_retirement(
        string verb, string variant, bool value)
    {
        var folder = Directory.CreateTempSubdirectory("silo-").FullName;
        try
        {
            string key;
            await using (var rollout = await Completed(Plan))
            {
                key = (await rollout.Silo.NewKey("evaluation", "production")).Text;
                await rollout.Silo.Stopped(data => Copy(data, folder));
            }

            await using (var silo = await SiloProcess.Start(folder, $"--ORCHESTRATOR_ADMIN_KEY={SiloHost.AdminKey}"))
            {
                using var admin = silo.As(SiloHost.AdminKey);
                Assert.Equal(("new", true), await Ask(silo, key));
                await admin.PutAsJsonAsync("/api/v1/environments/production/flags/useShop", new { value = true }).Json();
                await admin.PostAsJsonAsync($"/api/v1/rollouts/show-1/{verb}", new { reason = "so it must be" }).Json();
                await silo.Kill();
            }

            await using (var silo = await SiloProcess.Start(folder, $"--ORCHESTRATOR_ADMIN_KEY={SiloHost.AdminKey}"))
            {
                Assert.Equal((variant, value), await Ask(silo, key));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(string? Variant, bool Value)> Ask(SiloProcess silo, string key)
    {
        using var evaluation = silo.As(key);
        var answer = await evaluation.PostAsJsonAsync("/ofrep/v1/evaluate/flags/useShop", new { context = new { targetingKey = "u" } }).Json();
        return (answer.GetProperty("variant").GetString(), answer.GetProperty("value").GetBoolean());
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static async Task<Driving> Completed(string plan)
    {
        var rollout = await Driving.Started(plan, Every);
        await rollout.Keep(TimeSpan.FromMinutes(2), Good);
        Assert.Equal("full/all 100 completed", await rollout.Place());
        return rollout;
    }

    private static Task<HttpResponseMessage> Next(Driving rollout) =>
        rollout.As("engineering").PostAsJsonAsync("/api/v1/rollouts", new { id = "show-2", plan = "shop", environment = "production" });

    private static Task<HttpResponseMessage> Verb(Driving rollout, string verb, object body, string role = "engineering") =>
        rollout.As(role).PostAsJsonAsync($"/api/v1/rollouts/show-1/{verb}", body);

    private static async Task<JsonElement> Set(Driving rollout, string flag, string json) =>
        await rollout.As("devops").PutAsync($"/api/v1/environments/production/flags/{flag}", Answers.Text($"{{ \"value\": {json} }}")).Json();

    private static async Task<string> Value(Driving rollout, string flag) =>
        (await rollout.Flag(flag, new { targetingKey = "user-1" }).Json()).GetProperty("value").GetRawText();

    private static Task<JsonElement> Explain(Driving rollout, string flag, DateTimeOffset? at = null) => rollout.As("engineering")
        .PostAsJsonAsync("/api/v1/environments/production/explain", new { flag, context = new { targetingKey = "user-1" }, at }).Json();

    private static (string, string) Said(JsonElement explained) => (Text(explained, "variant"), Text(explained.GetProperty("rules")[0], "rule"));

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
