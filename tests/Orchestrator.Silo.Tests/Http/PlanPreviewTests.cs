using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Http;

public sealed class PlanPreviewTests(SharedSilo shared) : IClassFixture<SharedSilo>
{
    private HttpClient Admin => shared.Host.Admin;

    [Fact]
    public async Task Two_revisions_and_a_text_are_compared_in_sentences_and_nothing_is_stored()
    {
        var plan = await Stored("compared");
        var longer = plan.Replace("percentage: 10%, hold: 1h", "percentage: 10%, hold: 2h", StringComparison.Ordinal);
        var byText = await Admin.PostAsync("/api/v1/plans/compared/compare?with=1", Yaml(longer)).Json();
        Assert.Equal("Step ten: hold 1h → 2h.", Assert.Single(byText.GetProperty("changes").EnumerateArray()).GetProperty("text").GetString());
        Assert.Equal("stricter", byText.GetProperty("changes")[0].GetProperty("strictness").GetString());
        Assert.False(byText.GetProperty("to").TryGetProperty("revision", out _));
        Assert.StartsWith("No user moves", byText.GetProperty("users").GetProperty("texts")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(1, (await Admin.GetAsync("/api/v1/plans/compared").Json()).GetProperty("revision").GetInt32());

        await Admin.PutAsync("/api/v1/plans/compared", Yaml(longer)).Json();
        var byRevision = await Admin.GetAsync("/api/v1/plans/compared/compare?from=1").Json();
        Assert.Equal(byText.GetProperty("changes").ToString(), byRevision.GetProperty("changes").ToString());
        Assert.Equal(2, byRevision.GetProperty("to").GetProperty("revision").GetInt32());
        Assert.True((await Admin.GetAsync("/api/v1/plans/compared/compare?from=2").Json()).GetProperty("same").GetBoolean());
    }

    [Fact]
    public async Task Wrong_questions_are_refused_with_every_error_at_once()
    {
        await Stored("wrong");
        var body = await Admin.GetAsync("/api/v1/plans/wrong/compare?from=0&to=x").Json(422);
        Assert.Equal(["from", "to"], body.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()));
        Assert.Equal("input.invalid", await Admin.GetAsync("/api/v1/plans/wrong/compare").Problem(422));
        Assert.Equal("plan.not_found", await Admin.GetAsync("/api/v1/plans/wrong/compare?from=9").Problem(404));
        Assert.Equal("plan.not_found", await Admin.PostAsync("/api/v1/plans/none/compare", Yaml(Plans.Checkout)).Problem(404));
        Assert.True((await Admin.PostAsync("/api/v1/plans/wrong/compare", Yaml(Plans.Broken)).Json(422)).GetProperty("errors").GetArrayLength() >= 5);
        Assert.Equal("input.invalid", await Admin.GetAsync("/api/v1/plans/wrong/preview?start=tomorrow").Problem(422));
        Assert.Equal("input.invalid", await Admin.GetAsync("/api/v1/plans/wrong/preview?start=9999-01-01T00:00:00Z").Problem(422));
        Assert.Equal("plan.not_found", await Admin.GetAsync("/api/v1/plans/none/preview").Problem(404));
        var both = await Admin.PostAsync("/api/v1/plans/preview?start=never", Yaml(Plans.Broken)).Json(422);
        Assert.Equal("start", both.GetProperty("errors")[0].GetProperty("path").GetString());
        Assert.True(both.GetProperty("errors").GetArrayLength() >= 6);
    }

    [Fact]
    public async Task Dates_begin_now_or_at_the_start_that_was_asked_for()
    {
        var plan = await Stored("dated");
        var now = await Admin.GetAsync("/api/v1/plans/dated/preview").Json();
        Assert.Equal(shared.Host.Time.GetUtcNow(), now.GetProperty("start").GetDateTimeOffset());
        var start = new DateTimeOffset(2026, 4, 1, 8, 0, 0, TimeSpan.Zero);
        var then = await Admin.PostAsync("/api/v1/plans/preview?start=2026-04-01T08:00:00Z", Yaml(plan)).Json();
        Assert.Equal(["beta-users", "ten", "all"], then.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("step").GetString()));
        Assert.Equal(start + TimeSpan.FromHours(3), then.GetProperty("ends").GetDateTimeOffset());
    }

    [Fact]
    public async Task Bad_value_of_a_metric_is_simulated_and_wrong_questions_name_every_error()
    {
        var plan = await Stored("stormy");
        var stored = await Admin.GetAsync("/api/v1/plans/stormy/weather?step=ten&metric=error_rate&value=0.8%25").Json();
        var fired = Assert.Single(stored.GetProperty("fired").EnumerateArray());
        Assert.Equal("error-rate-spike", fired.GetProperty("rule").GetString());
        Assert.StartsWith("If error_rate is 0.8% from the begin of step ten on, error-rate-spike", stored.GetProperty("text").GetString(), StringComparison.Ordinal);
        var text = await Admin.PostAsync("/api/v1/plans/weather?step=ten&metric=error_rate&value=0.8%25", Yaml(plan)).Json();
        Assert.Equal(stored.ToString(), text.ToString());
        var wrong = await Admin.GetAsync("/api/v1/plans/stormy/weather?step=tenn&metric=eror_rate").Json(422);
        Assert.Equal(["step", "metric"], wrong.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()));
        Assert.Contains("error_rate", wrong.GetProperty("errors")[1].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("input.invalid", await Admin.GetAsync("/api/v1/plans/stormy/weather?step=ten&metric=error_rate&value=5ms").Problem(422));
        Assert.Equal("input.invalid", await Admin.GetAsync("/api/v1/plans/stormy/weather?step=ten&metric=complaints&value=5").Problem(422));
        Assert.Equal("plan.not_found", await Admin.GetAsync("/api/v1/plans/none/weather").Problem(404));
    }

    [Fact]
    public async Task Plan_names_its_revisions_its_rollouts_and_its_story()
    {
        await Stored("used");
        await Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "used-1", plan = "used", environment = "qa" }).Json(201);
        var body = await Admin.GetAsync("/api/v1/plans/used").Json();
        Assert.Equal(1, Assert.Single(body.GetProperty("revisions").EnumerateArray()).GetProperty("revision").GetInt32());
        var use = Assert.Single(body.GetProperty("usedBy").EnumerateArray());
        Assert.Equal(["used-1", "qa", "1", "created", "False"], Values(use, "id", "environment", "revision", "status", "started"));
        Assert.Equal(2, body.GetProperty("story").GetProperty("phases").GetArrayLength());
        var row = (await Admin.GetAsync("/api/v1/plans").Json()).GetProperty("plans").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "used");
        Assert.Equal((1, 1), (row.GetProperty("rollouts").GetInt32(), row.GetProperty("unfinished").GetInt32()));
        var checkedPlan = await Admin.PostAsync("/api/v1/plans/validate", Yaml(Plans.Checkout)).Json();
        Assert.Equal(body.GetProperty("story").GetProperty("phases").ToString(), checkedPlan.GetProperty("story").GetProperty("phases").ToString());
    }

    [Fact]
    public async Task Text_shows_its_effect_on_a_rollout_under_way()
    {
        var plan = await Stored("running");
        await Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "running-1", plan = "running", environment = "live" }).Json(201);
        Assert.Equal("rollout.not_running", await Admin.PostAsync("/api/v1/rollouts/running-1/amendment", Yaml(plan)).Problem(409));
        await Admin.PostAsJsonAsync("/api/v1/rollouts/running-1/start", new { }).Json();
        var effect = await Admin.PostAsync("/api/v1/rollouts/running-1/amendment", Yaml(plan.Replace("error_rate > 0.5%", "error_rate > 1%", StringComparison.Ordinal))).Json();
        Assert.True(effect.GetProperty("allowed").GetBoolean());
        Assert.True(effect.GetProperty("needsSecondPerson").GetBoolean());
        Assert.Equal((1, 2), (effect.GetProperty("from").GetProperty("revision").GetInt32(), effect.GetProperty("to").GetProperty("revision").GetInt32()));
        Assert.StartsWith("No user moves now: the current step beta-users", effect.GetProperty("users").GetProperty("texts")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal("rollout.not_found", await Admin.PostAsync("/api/v1/rollouts/none/amendment", Yaml(plan)).Problem(404));
    }

    [Fact]
    public async Task Segment_says_who_uses_it_and_how_many_users_came_and_went()
    {
        await Stored("segmented");
        await Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "segmented-1", plan = "segmented", environment = "lab" }).Json(201);
        var segment = await Admin.GetAsync("/api/v1/segments/lab/beta").Json();
        Assert.Equal("A user belongs where internal equals true or they opted in.", segment.GetProperty("text").GetString());
        Assert.Contains("- attribute: \"internal\"", segment.GetProperty("yaml").GetString(), StringComparison.Ordinal);
        var use = Assert.Single(segment.GetProperty("usedBy").EnumerateArray());
        Assert.Equal(("segmented-1", "beta-users"), (use.GetProperty("id").GetString(), use.GetProperty("steps")[0].GetString()));

        await Admin.PostAsJsonAsync("/api/v1/segments/lab/beta/members", new { add = new[] { "a", "b" } }).Json();
        var change = new { add = new[] { "b", "c", "d" }, remove = new[] { "a", "x" } };
        var changed = (await Admin.PostAsJsonAsync("/api/v1/segments/lab/beta/members", change).Json()).GetProperty("changed");
        Assert.Equal(["2", "1", "1", "1"], Values(changed, "added", "wereIn", "removed", "wereOut"));
    }

    private static string[] Values(JsonElement body, params string[] names) => [.. names.Select(name => body.GetProperty(name).ToString())];

    private async Task<string> Stored(string name)
    {
        var plan = Plans.Checkout.Replace("plan: checkout", $"plan: {name}", StringComparison.Ordinal).Replace("useNewCheckout", $"use-{name}", StringComparison.Ordinal);
        await Admin.PutAsync($"/api/v1/plans/{name}", Yaml(plan)).Json(201);
        return plan;
    }

    private static StringContent Yaml(string text) => Answers.Text(text, "application/yaml");
}
