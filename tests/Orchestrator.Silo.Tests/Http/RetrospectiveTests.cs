using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Silo.Tests.Show;

namespace Orchestrator.Silo.Tests.Http;

public sealed class RetrospectiveTests
{
    private const string Hostile = "<script>alert(1)</script> & \"it\" | is *fine*\n# [really](javascript:alert(2)) (failing: nothing)";

    private const string Plan = """
        plan: checkout
        title: The new checkout <b>
        flag: useNewCheckout
        metrics:
          error_rate: { ratio: errors / requests }
        phases:
          - name: gradual
            success: [ { name: Error rate, when: error_rate < 1% over 10m } ]
            steps: [ { name: ten, percentage: 10%, hold: 10m }, { name: all, percentage: 100%, hold: 10m } ]
        """;

    private const string Watching = """
        plan: checkout
        flag: useNewCheckout
        metrics:
          error_rate: { ratio: errors / requests }
          latency: { quantile: 0.99, of: response_time }
        triggers:
          - { name: spike, when: error_rate > 0.5%, for: 5m, action: rollback }
          - { name: slow, when: latency > 500ms, action: notify }
        phases:
          - name: gradual
            steps: [ { name: ten, percentage: 10%, hold: 10m }, { name: all, percentage: 100%, hold: 10m } ]
        """;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task An_override_by_two_people_leads_it_in_every_form()
    {
        await using var rollout = await Overridden();
        var told = await Get(rollout, "application/json").Json();
        Assert.Equal(["headline", "overrides", "phases"], told.EnumerateObject().Take(3).Select(p => p.Name));
        var one = Assert.Single(told.GetProperty("overrides").EnumerateArray());
        Assert.Equal((rollout.KeyId("engineering"), "engineering"), (Text(one.GetProperty("askedBy"), "id"), Text(one.GetProperty("askedBy"), "role")));
        Assert.Equal((Hostile, true), (Text(one, "reason"), one.GetProperty("passed").GetBoolean()));
        var decision = Assert.Single(one.GetProperty("decisions").EnumerateArray());
        Assert.Equal((rollout.KeyId("product"), "product", "I <i>saw</i> it"), (Text(decision, "by"), Text(decision, "role"), Text(decision, "reason")));
        var verdict = Assert.Single(one.GetProperty("verdicts").EnumerateArray());
        Assert.Equal(("Error rate", "breached"), (Text(verdict, "criterion"), Text(verdict, "verdict")));
        Assert.StartsWith("error_rate < 1% over 10m: observed 5% in", Text(verdict, "text"), StringComparison.Ordinal);
        Assert.Equal(Text(verdict, "text"), Text(one, "failing"));
        Assert.Equal("overridden", Text(told.GetProperty("phases")[0].GetProperty("steps")[0], "ended"));

        var markdown = await Form(rollout, "text/markdown");
        Assert.StartsWith("# Retrospective of show-1: The new checkout \\<b>\n", markdown, StringComparison.Ordinal);
        Assert.Equal("## Overrides of failing verdicts", markdown.Split('\n').First(line => line.StartsWith("## ", StringComparison.Ordinal)));
        Assert.Contains($"- **Approved by:** product · {rollout.KeyId("product")} (product), 2026-03-02 09:02:00Z: I \\<i>saw\\</i> it\n", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_people_wrote_stays_text_in_a_page_that_needs_and_runs_nothing_else()
    {
        await using var rollout = await Overridden();

        var page = await Form(rollout, "text/html");
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;it&quot;", page, StringComparison.Ordinal);
        Assert.Contains("<title>Retrospective of show-1: The new checkout &lt;b&gt;</title>", page, StringComparison.Ordinal);
        Assert.All(
            (string[])["<script", "<b>", "<i>", "<link", "src=", "href=", "http://", "https://"], mark => Assert.DoesNotContain(mark, page, StringComparison.OrdinalIgnoreCase));

        // Words are broken only where one fits no column: in cells that may break anywhere a browser breaks all of them.
        Assert.DoesNotContain("vertical-align:top;overflow-wrap", page, StringComparison.Ordinal);
        Assert.All(System.Text.RegularExpressions.Regex.Matches(page, "<td( class=\"long\")?>([^<]*)</td>"), cell =>
            Assert.Equal(
                System.Net.WebUtility.HtmlDecode(cell.Groups[2].Value).Split(' ').Any(word => word.Length > 32), cell.Groups[1].Success));
        Assert.True(page.IndexOf("Overrides of failing verdicts", StringComparison.Ordinal) < page.IndexOf("Phases and steps", StringComparison.Ordinal));

        var markdown = await Form(rollout, "text/markdown");
        Assert.Contains(
            "- **Reason:** \\<script>alert(1)\\</script> \\& \"it\" \\| is \\*fine\\* # \\[really\\](javascript:alert(2)) (failing: nothing)\n", markdown, StringComparison.Ordinal);

        using var response = await Get(rollout, "text/html");
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy, StringComparison.Ordinal);
        Assert.Equal("Accept", response.Headers.Vary.Single());
    }

    [Fact]
    public async Task Plan_and_course_are_a_picture_in_a_page_a_table_in_Markdown_and_data_in_JSON()
    {
        await using var rollout = await Overridden();
        var page = await Form(rollout, "text/html");
        Assert.Equal(2, System.Text.RegularExpressions.Regex.Matches(page, "<rect class=\"plan\"").Count);
        Assert.Equal(2, System.Text.RegularExpressions.Regex.Matches(page, "<rect class=\"did\"").Count);
        Assert.Contains("<meta name=\"viewport\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", page, StringComparison.Ordinal);

        var markdown = await Form(rollout, "text/markdown");
        Assert.Contains("| gradual, ten | 2026-03-02 09:00Z to 2026-03-02 09:10Z | 2026-03-02 09:00Z to 2026-03-02 09:02Z, overridden | 8m shorter |", markdown, StringComparison.Ordinal);
        var schedule = (await Get(rollout, null).Json()).GetProperty("schedule");
        Assert.Equal(["ten", "all"], schedule.GetProperty("steps").EnumerateArray().Select(step => Text(step, "step")));
    }

    [Fact]
    public async Task Advance_by_an_override_shows_the_gates_that_were_shut()
    {
        await using var rollout = await Overridden();
        var told = await Get(rollout, null).Json();
        var advance = Assert.Single(told.GetProperty("advances").EnumerateArray());
        Assert.Equal("ten", Text(advance, "step"));
        Assert.StartsWith(Hostile, Text(advance, "override"), StringComparison.Ordinal);
        Assert.Contains(advance.GetProperty("gates").EnumerateArray(), gate => (Text(gate, "kind"), Text(gate, "verdict")) == ("criterion", "breached"));
        Assert.Equal("notMet", Text(told.GetProperty("success").EnumerateArray().Single(line => Text(line, "name") == "Course of the rollout"), "verdict"));
    }

    [Fact]
    public async Task Nearest_value_comes_from_the_measurements_that_are_kept()
    {
        await using var rollout = await Driving.Started(Watching, Every);
        for (var end = rollout.Now + TimeSpan.FromMinutes(3); rollout.Now < end;)
        {
            await rollout.Pass(Every);
            await rollout.As("ingest").PostAsJsonAsync(
                $"/api/v1/rollouts/{Driving.Id}/metrics", new { samples = new[] { new { at = rollout.Now, variant = "new", counters = new { requests = 1000, errors = 4 } } } })
                .Json(202);
            await rollout.Round();
        }

        var misses = (await Get(rollout, null).Json()).GetProperty("nearMisses").EnumerateArray().ToDictionary(miss => Text(miss, "trigger"));
        var spike = misses["spike"];
        Assert.Equal(("measured", 0.004, 0.005), (Text(spike, "kind"), spike.GetProperty("observed").GetDouble(), spike.GetProperty("limit").GetDouble()));
        Assert.Equal(0.2, spike.GetProperty("distance").GetDouble(), 6);
        Assert.Equal("unknown", Text(misses["slow"], "kind"));
        Assert.EndsWith("No measurements of that time are kept that could tell.", Text(misses["slow"], "text"), StringComparison.Ordinal);
        Assert.False(misses["slow"].TryGetProperty("distance", out var distance) && distance.ValueKind == JsonValueKind.Number);
    }

    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("text/*", "text/markdown")]
    [InlineData("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", "text/html")]
    [InlineData("application/json;q=0.1, text/markdown;q=0.2", "text/markdown")]
    [InlineData("text/html;q=0, text/*", "text/markdown")]
    public async Task The_form_is_the_one_that_the_caller_likes_best(string? accept, string type)
    {
        await using var rollout = await Driving.Begin(Plan, Every);
        using var response = await Get(rollout, accept);
        Assert.Equal((200, type), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Another_form_is_refused_and_a_moment_that_was_not_is_not_found()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        Assert.Equal("http.not_acceptable", await Get(rollout, "application/pdf").Problem(406));
        Assert.Equal("http.not_acceptable", await Get(rollout, "nonsense").Problem(406));
        Assert.Equal("rollout.not_found", await Get(rollout, null, "?version=99").Problem(404));
        Assert.Equal("rollout.not_found", await Get(rollout, null, "?at=2020-01-01T00:00:00Z").Problem(404));
        Assert.Equal("input.invalid", await Get(rollout, null, "?at=yesterday").Problem(422));
        Assert.Equal("rollout.not_found", await rollout.As("product").GetAsync("/api/v1/rollouts/none/retrospective").Problem(404));
    }

    [Fact]
    public async Task As_it_was_is_told_without_what_came_later()
    {
        await using var rollout = await Overridden();
        Assert.Empty((await Get(rollout, null, "?version=5").Json()).GetProperty("overrides").EnumerateArray());
        var then = await Get(rollout, null, "?at=2026-03-02T09:01:00Z").Json();
        Assert.Equal("1m", Text(then.GetProperty("headline"), "took"));
        Assert.Equal("show-1", Text(then.GetProperty("headline"), "rollout"));
        using var settled = await Get(rollout, null, "?version=5");
        Assert.Equal("\"5\"", settled.Headers.ETag?.Tag);
    }

    [Fact]
    public async Task An_approval_of_something_else_than_it_is_asked_for_is_refused()
    {
        await using var rollout = await Asked();
        var review = (await rollout.Read()).GetProperty("reviews")[0];
        var (id, hash) = (Text(review, "id"), Text(review.GetProperty("evidence"), "hash"));
        Assert.Equal("review.evidence_changed", await Approve(rollout, new { review = id, evidenceHash = new string('0', 64) }).Problem(409));
        Assert.Equal("input.invalid", await Approve(rollout, new { review = id, evidenceHash = 7 }).Problem(422));
        Assert.Equal("open", Text((await rollout.Read()).GetProperty("reviews")[0], "state"));

        var approved = await Approve(rollout, new { review = id, reason = "seen", evidenceHash = hash }).Json();
        Assert.Equal("all", Text(approved, "step"));
        Assert.Equal(hash, Text(Assert.Single(await rollout.Events("ReviewDecided")).GetProperty("data"), "evidenceHash"));
        var description = await rollout.Silo.As(null).GetAsync("/openapi/v1.json").Json();
        Assert.Contains("evidenceHash?", Text(description.GetProperty("paths").GetProperty("/api/v1/rollouts/{id}/approve").GetProperty("post"), "summary"), StringComparison.Ordinal);
    }

    /// <summary>Two minutes of a bad error rate, and somebody who wants to go on all the same.</summary>
    private static async Task<Driving> Asked()
    {
        var rollout = await Driving.Started(Plan, Every);
        for (var end = rollout.Now + TimeSpan.FromMinutes(2); rollout.Now < end;)
        {
            await rollout.Pass(Every);
            await rollout.As("ingest").PostAsJsonAsync(
                $"/api/v1/rollouts/{Driving.Id}/metrics", new { samples = new[] { new { at = rollout.Now, variant = "new", counters = new { requests = 1000, errors = 50 } } } })
                .Json(202);
            await rollout.Round();
        }

        await rollout.Ask("advance", new { @override = true, reason = Hostile });
        return rollout;
    }

    private static async Task<Driving> Overridden()
    {
        var rollout = await Asked();
        await rollout.Ask("approve", new { review = "r1", reason = "I <i>saw</i> it" }, "product");
        return rollout;
    }

    private static Task<HttpResponseMessage> Approve(Driving rollout, object body) => rollout.As("product").PostAsJsonAsync($"/api/v1/rollouts/{Driving.Id}/approve", body);

    private static async Task<string> Form(Driving rollout, string type)
    {
        using var response = await Get(rollout, type);
        Assert.Equal(new MediaTypeHeaderValue(type, "utf-8"), response.Content.Headers.ContentType);
        return await response.Content.ReadAsStringAsync();
    }

    private static Task<HttpResponseMessage> Get(Driving rollout, string? accept, string query = "")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/rollouts/{Driving.Id}/retrospective{query}");
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return rollout.As("product").SendAsync(request);
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
