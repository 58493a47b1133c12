using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Http;

public sealed class RolloutTests
{
    [Fact]
    public async Task Rollout_goes_from_plan_to_answers_and_back_at_once()
    {
        await using var silo = await WithRollout();
        var evaluation = await silo.NewClient("evaluation", "production");
        Assert.Equal("legacy", await Variant(evaluation, "someone", isInternal: true));

        var started = await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        Assert.Equal("running", started.GetProperty("status").GetString());
        Assert.Equal("beta", started.GetProperty("phase").GetString());
        Assert.Equal("included", started.GetProperty("segments")[0].GetProperty("status").GetString());
        Assert.Equal("new", await Variant(evaluation, "someone", isInternal: true));
        Assert.Equal("legacy", await Variant(evaluation, "someone", isInternal: false));

        var back = await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "it is bad" }).Json();
        Assert.Equal("rolledBack", back.GetProperty("status").GetString());
        Assert.Equal("legacy", await Variant(evaluation, "someone", isInternal: true));
        Assert.Equal("rollout.rolled_back", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/advance", new { }).Problem(409));
    }

    [Fact]
    public async Task Load_that_returns_in_pieces_goes_on_after_a_restart_and_ends_in_a_rollback()
    {
        await using var silo = await SiloHost.Start();
        var plan = Plans.Checkout.Replace("segments: [beta], hold", "percentage: 60%, segments: [beta], hold", StringComparison.Ordinal)
            .Replace("percentage: 10%", "percentage: 70%", StringComparison.Ordinal) + "\nlegacy: { capacity: 20%, per: 1m }\n";
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(plan, "application/yaml")).Json(201);
        await Create(silo, "r1").Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        Assert.Equal("rollout.ramp_segments", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad", ramp = true, segments = new[] { "beta" } }).Problem(409));

        var ramped = await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "too many complaints", ramp = true }).Json();
        Assert.Equal(("paused", 40), (ramped.GetProperty("status").GetString(), ramped.GetProperty("percentage").GetInt32()));
        var next = ramped.GetProperty("next").GetProperty("ramp");
        Assert.Equal((20, 0, true), (next.GetProperty("percentage").GetInt32(), next.GetProperty("to").GetInt32(), next.GetProperty("rollsBack").GetBoolean()));
        Assert.Equal("rollout.ramping", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/resume", new { }).Problem(409));

        await silo.Restart(TimeSpan.FromMinutes(5));
        await Evaluate(silo);
        Assert.Equal(20, (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("percentage").GetInt32());
        silo.Time.Advance(TimeSpan.FromMinutes(1));
        await Evaluate(silo);

        var back = await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json();
        Assert.Equal("rolledBack", back.GetProperty("status").GetString());
        Assert.Equal("too many complaints", back.GetProperty("rollback").GetProperty("reason").GetString());
        Assert.False(back.GetProperty("next").TryGetProperty("ramp", out var none) && none.ValueKind != JsonValueKind.Null);
    }

    [Fact]
    public async Task Restart_leaves_the_rollout_where_it_was_and_routes_the_same()
    {
        await using var silo = await WithRollout();
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        var before = await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json();

        await silo.Restart();

        var after = await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json();
        foreach (var name in (string[])["status", "phase", "step", "salt", "since", "version"])
        {
            Assert.Equal(before.GetProperty(name).ToString(), after.GetProperty(name).ToString());
        }

        var evaluation = await silo.NewClient("evaluation", "production");
        Assert.Equal("new", await Variant(evaluation, "someone", isInternal: true));
    }

    [Fact]
    public async Task State_as_it_was_is_read_by_version_and_by_time()
    {
        await using var silo = await WithRollout();
        silo.Time.Advance(TimeSpan.FromMinutes(10));
        var started = await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { });
        Assert.NotNull(started.Headers.ETag);
        silo.Time.Advance(TimeSpan.FromMinutes(10));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/pause", new { reason = "lunch" }).Json();

        Assert.Equal("created", await Status("?version=1"));
        Assert.Equal("running", await Status("?version=2"));
        Assert.Equal("created", await Status("?at=2026-03-02T09:05:00Z"));
        Assert.Equal("running", await Status("?at=2026-03-02T09:15:00Z"));
        Assert.Equal("paused", await Status(""));
        Assert.Equal("rollout.not_found", await silo.Admin.GetAsync("/api/v1/rollouts/r1?version=99").Problem(404));
        Assert.Equal("rollout.not_found", await silo.Admin.GetAsync("/api/v1/rollouts/r1?at=2026-03-01T00:00:00Z").Problem(404));
        Assert.Equal("input.invalid", await silo.Admin.GetAsync("/api/v1/rollouts/r1?at=yesterday").Problem(422));

        var then = await Explain("2026-03-02T09:05:00Z");
        Assert.Equal("DISABLED", then.GetProperty("reason").GetString());
        var now = await Explain(null);
        Assert.Equal(("new", "TARGETING_MATCH"), (now.GetProperty("variant").GetString(), now.GetProperty("reason").GetString()));
        Assert.Contains(now.GetProperty("rules").EnumerateArray(), rule => rule.GetProperty("matched").GetBoolean());

        async Task<string?> Status(string query) => (await silo.Admin.GetAsync("/api/v1/rollouts/r1" + query).Json()).GetProperty("status").GetString();

        Task<JsonElement> Explain(string? at) => silo.Admin.PostAsJsonAsync(
            "/api/v1/environments/production/explain", new { flag = "useNewCheckout", context = new { targetingKey = "u", @internal = true }, at }).Json();
    }

    [Fact]
    public async Task Events_come_by_page_and_as_lines_and_are_intact()
    {
        await using var silo = await WithRollout();
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();

        var page = await silo.Admin.GetAsync("/api/v1/rollouts/r1/events?limit=2").Json();
        Assert.Equal(["RolloutCreated", "RolloutStarted"], page.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("type").GetString()));
        var rest = await silo.Admin.GetAsync($"/api/v1/rollouts/r1/events?after={page.GetProperty("next").GetInt64()}").Json();
        Assert.Contains("PhaseStarted", rest.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("type").GetString()));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/rollouts/r1/events") { Headers = { { "Accept", "application/x-ndjson" } } };
        using var response = await silo.Admin.SendAsync(request);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2 + rest.GetProperty("events").GetArrayLength(), lines.Length);
        Assert.Equal("admin", JsonDocument.Parse(lines[0]).RootElement.GetProperty("actor").GetProperty("role").GetString());

        var verified = await silo.Admin.GetAsync("/api/v1/rollouts/r1/verify").Json();
        Assert.Equal((true, lines.Length), (verified.GetProperty("intact").GetBoolean(), verified.GetProperty("events").GetInt32()));
        Assert.Equal("rollout.not_found", await silo.Admin.GetAsync("/api/v1/rollouts/none/events").Problem(404));
    }

    [Fact]
    public async Task Second_unfinished_rollout_of_a_flag_is_refused_and_creation_is_idempotent()
    {
        await using var silo = await WithRollout();
        await Create(silo, "r1").Json();
        Assert.Equal("rollout.flag_taken", await Create(silo, "r2").Problem(409));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/abort", new { reason = "enough" }).Json();
        await Create(silo, "r2").Json(201);
        Assert.Equal("input.invalid", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r3", plan = "chekout", environment = "production" }).Problem(422));
    }

    [Fact]
    public async Task Samples_over_five_minutes_of_bad_errors_roll_back_by_the_trigger()
    {
        await using var silo = await WithRollout();
        var ingest = await silo.NewClient("ingest");
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        var status = "";
        for (var i = 0; i < 40 && status != "rolledBack"; i++)
        {
            silo.Time.Advance(TimeSpan.FromSeconds(15));
            var receipt = await ingest.PostAsJsonAsync("/api/v1/rollouts/r1/metrics", new
            {
                samples = new[] { new { variant = "new", counters = new { requests = 1000, errors = 6 } } },
            }).Json(202);
            Assert.Equal(1, receipt.GetProperty("accepted").GetInt32());
            // A round runs by itself; asking the grain makes the test wait for one.
            await Evaluate(silo);
            status = (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("status").GetString()!;
        }

        Assert.Equal("rolledBack", status);
        var types = (await silo.Admin.GetAsync("/api/v1/rollouts/r1/events").Json()).GetProperty("events").EnumerateArray().Select(e => e.GetProperty("type").GetString())
            .ToArray();
        Assert.Contains("TriggerFired", types);
        Assert.Contains("RolledBack", types);
        Assert.NotEmpty((await silo.Admin.GetAsync("/api/v1/incidents").Json()).GetProperty("incidents").EnumerateArray());
        Assert.Equal("metrics.malformed", await ingest.PostAsync("/api/v1/rollouts/r1/metrics", Answers.Text("{")).Problem(400));
        Assert.Equal("rollout.not_found", await ingest.PostAsJsonAsync("/api/v1/rollouts/none/metrics", new { samples = Array.Empty<int>() }).Problem(404));
        Assert.Equal("body.too_large", await ingest.PostAsync("/api/v1/rollouts/r1/metrics", Answers.Text(new string(' ', 1024 * 1024 + 1))).Problem(413));
    }

    [Fact]
    public async Task Alerts_and_feedback_become_events_once()
    {
        await using var silo = await WithRollout();
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        var alert = new
        {
            version = "4",
            status = "firing",
            receiver = "x",
            groupKey = "y",
            alerts = new[] { new { status = "firing", labels = new { alertname = "CheckoutDown", severity = "page" }, annotations = new { summary = "slow" },
                startsAt = "2026-03-02T09:00:00Z" } },
        };
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/alerts", alert).Json();
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/alerts", alert).Json();
        var support = await silo.NewClient("support");
        await support.PostAsJsonAsync("/api/v1/rollouts/r1/feedback", new { count = 2 }).Json(202);

        var types = (await silo.Admin.GetAsync("/api/v1/rollouts/r1/events").Json()).GetProperty("events").EnumerateArray().Select(e => e.GetProperty("type").GetString())
            .ToArray();
        Assert.Single(types, "AlertRaised");
        Assert.Single(types, "FeedbackReceived");
        var wrong = await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/alerts", new { version = "3", alerts = new[] { new { status = "odd" } } }).Json(422);
        Assert.Equal(3, wrong.GetProperty("errors").GetArrayLength());
    }

    /// <summary>Verbs and who may; everyone else gets 403 before the rollout is even looked for.</summary>
    public static TheoryData<string, string> Matrix => new()
    {
        { "rollouts", "engineering admin" },
        { "rollouts/none/start", "engineering admin" },
        { "rollouts/none/pause", "engineering devops admin" },
        { "rollouts/none/resume", "engineering admin" },
        { "rollouts/none/advance", "engineering admin" },
        { "rollouts/none/step-back", "engineering devops admin" },
        { "rollouts/none/rollback", "engineering devops admin" },
        { "rollouts/none/restore", "engineering admin" },
        { "rollouts/none/keep-back", "engineering admin" },
        { "rollouts/none/retire", "devops admin" },
        { "rollouts/none/abort", "engineering admin" },
        { "rollouts/none/approve", "support product engineering devops admin" },
        { "rollouts/none/reject", "support product engineering devops admin" },
        { "rollouts/none/complete-objective", "product engineering devops admin" },
        { "rollouts/none/metrics", "ingest admin" },
        { "rollouts/none/alerts", "ingest admin" },
        { "rollouts/none/feedback", "support admin" },
        { "plans/validate", "viewer support product engineering devops admin" },
        { "plans/none/flags", "devops admin" },
        { "segments/staging/none/members", "devops admin" },
        { "environments/staging/journey", "viewer support product engineering devops admin" },
        { "environments/staging/explain", "viewer support product engineering devops admin" },
    };

    [Fact]
    public async Task Every_verb_is_open_to_the_roles_that_may_and_to_no_other()
    {
        await using var silo = await SiloHost.Start();
        foreach (var role in (string[])["viewer", "support", "product", "engineering", "devops", "admin", "evaluation", "ingest", "browser"])
        {
            using var client = await silo.NewClient(role, role is "evaluation" or "browser" ? "staging" : null);
            foreach (var row in Matrix)
            {
                var (path, may) = (row.Data.Item1, row.Data.Item2);
                using var response = await client.PostAsJsonAsync("/api/v1/" + path, new { });
                var allowed = may.Split(' ').Contains(role);
                Assert.True(allowed == ((int)response.StatusCode != 403) && (int)response.StatusCode < 500, $"{role} on {path} got {(int)response.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task Forecast_tells_before_a_start_how_long_the_evidence_takes()
    {
        await using var silo = await SiloHost.Start();
        var plan = Plans.Checkout.Replace("steps: [ { name: beta-users, segments: [beta], hold: 1h } ]", "steps: [ { name: beta-users, percentage: 5%, hold: 1h } ]\n    success: [ error_rate < 0.1% over 30m ]", StringComparison.Ordinal);
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(plan, "application/yaml")).Json(201);
        await Create(silo, "r1").Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/metrics", new { samples = new[] { new { variant = "legacy", counters = new { requests = 60, errors = 0 } } } })
            .Json(202);

        var forecast = (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("forecast");
        var criterion = forecast.GetProperty("steps")[0].GetProperty("criteria")[0];
        Assert.Equal(12.0, criterion.GetProperty("perMinute").GetDouble());
        Assert.Equal(
            "error_rate < 0.1% over 30m needs 2,995 requests; 12 a minute make that 4h 9m; 28m 30s to be measured.", criterion.GetProperty("text").GetString());

        var started = await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        Assert.Equal("running", started.GetProperty("status").GetString());
        var running = await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json();
        Assert.Equal(silo.Time.GetUtcNow() + new TimeSpan(4, 9, 35), running.GetProperty("next").GetProperty("evidenceAt").GetDateTimeOffset());
        Assert.Equal(
            running.GetProperty("next").GetProperty("evidenceAt").GetDateTimeOffset(), running.GetProperty("criteria")[0].GetProperty("earliest").GetDateTimeOffset());

        var aborted = await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/abort", new { reason = "over" }).Json();
        Assert.Equal("aborted", aborted.GetProperty("status").GetString());
        Assert.False((await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).TryGetProperty("forecast", out var none) && none.ValueKind != JsonValueKind.Null);
    }

    private static async Task<SiloHost> WithRollout()
    {
        var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await Create(silo, "r1").Json(201);
        return silo;
    }

    private static Task<HttpResponseMessage> Create(SiloHost silo, string id) =>
        silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id, plan = "checkout", environment = "production" });

    private static async Task Evaluate(SiloHost silo)
    {
        var grains = (IGrainFactory)silo.Services.GetService(typeof(IGrainFactory))!;
        await grains.GetGrain<Orchestrator.Grains.Rollouts.IRolloutGrain>("r1").Evaluate();
        var world = (Orchestrator.Grains.World.IWorld)silo.Services.GetService(typeof(Orchestrator.Grains.World.IWorld))!;
        var log = (Orchestrator.Grains.Log.IEventLog)silo.Services.GetService(typeof(Orchestrator.Grains.Log.IEventLog))!;
        await world.WaitFor(await log.Head(), SiloHost.Patience);
    }

    private static async Task<string?> Variant(HttpClient evaluation, string user, bool isInternal) =>
        (await evaluation.PostAsJsonAsync("/ofrep/v1/evaluate/flags/useNewCheckout", new { context = new { targetingKey = user, @internal = isInternal } }).Json())
        .GetProperty("variant").GetString();
}
