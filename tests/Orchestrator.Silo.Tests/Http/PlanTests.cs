using System.Net.Http.Json;

namespace Orchestrator.Silo.Tests.Http;

public sealed class PlanTests(SharedSilo shared) : IClassFixture<SharedSilo>
{
    private HttpClient Admin => shared.Host.Admin;

    [Fact]
    public async Task Sound_plan_is_valid_and_not_kept()
    {
        var body = await Admin.PostAsync("/api/v1/plans/validate", Yaml(Plans.Checkout)).Json();
        Assert.True(body.GetProperty("valid").GetBoolean());
        Assert.Equal("checkout", body.GetProperty("plan").GetProperty("plan").GetString());
    }

    [Fact]
    public async Task Broken_plan_is_told_every_error_with_its_line()
    {
        var body = await Admin.PostAsync("/api/v1/plans/validate", Yaml(Plans.Broken)).Json(422);
        var errors = body.GetProperty("errors").EnumerateArray().ToArray();
        Assert.True(errors.Length >= 5, body.ToString());
        Assert.All(errors, error => Assert.True(error.GetProperty("line").GetInt32() > 0));
    }

    [Fact]
    public async Task Plan_is_kept_by_revision_and_the_same_content_makes_none()
    {
        var path = "/api/v1/plans/checkout";
        var first = await Admin.PutAsync(path, Yaml(Plans.Checkout)).Json(201);
        Assert.Equal(1, first.GetProperty("revision").GetInt32());
        var same = await Admin.PutAsync(path, Yaml("# a comment\n" + Plans.Checkout)).Json();
        Assert.Equal(1, same.GetProperty("revision").GetInt32());
        var second = await Admin.PutAsync(path, Yaml(Plans.Checkout.Replace("10%", "20%", StringComparison.Ordinal))).Json();
        Assert.Equal(2, second.GetProperty("revision").GetInt32());

        Assert.Equal(first.GetProperty("hash").GetString(), (await Admin.GetAsync(path + "?revision=1").Json()).GetProperty("hash").GetString());
        Assert.Equal(second.GetProperty("hash").GetString(), (await Admin.GetAsync(path).Json()).GetProperty("hash").GetString());
        Assert.Equal("plan.not_found", await Admin.GetAsync(path + "?revision=3").Problem(404));
        using var yaml = new HttpRequestMessage(HttpMethod.Get, path + "?revision=1") { Headers = { { "Accept", "application/yaml" } } };
        Assert.Equal(Plans.Checkout, await (await Admin.SendAsync(yaml)).Content.ReadAsStringAsync());

        Assert.Equal("input.invalid", await Admin.PutAsync("/api/v1/plans/another", Yaml(Plans.Checkout)).Problem(422));
        Assert.Equal("body.too_large", await Admin.PutAsync(path, Yaml("#" + new string('x', 256 * 1024))).Problem(413));
    }

    [Fact]
    public async Task Plan_that_is_kept_answers_the_warnings_of_one_that_is_checked()
    {
        var plan = Yaml("""
            plan: warned
            flag: warned
            metrics: { error_rate: { ratio: errors / requests } }
            sources: [ { name: far, kind: prometheus, url: "https://prometheus.invalid", series: { errors: { counter: errors, variant: new } } } ]
            phases: [ { name: all, steps: [ { percentage: 10%, hold: 1h } ] } ]
            """);
        var validated = (await Admin.PostAsync("/api/v1/plans/validate", plan).Json()).GetProperty("warnings");
        var kept = (await Admin.PutAsync("/api/v1/plans/warned", plan).Json(201)).GetProperty("warnings");
        var again = (await Admin.PutAsync("/api/v1/plans/warned", plan).Json()).GetProperty("warnings");

        Assert.Contains("no trigger rolls back", validated.ToString(), StringComparison.Ordinal);
        Assert.Contains("source 'far' would not be queried", validated.ToString(), StringComparison.Ordinal);
        Assert.Equal(validated.ToString(), kept.ToString());
        Assert.Equal(validated.ToString(), again.ToString());
        var guarded = await Admin.PutAsync("/api/v1/plans/guarded", Yaml(Plans.Checkout.Replace("plan: checkout", "plan: guarded", StringComparison.Ordinal))).Json(201);
        Assert.DoesNotContain("no trigger rolls back", guarded.GetProperty("warnings").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Environments_block_is_applied_on_request()
    {
        await Admin.PutAsync("/api/v1/plans/flagged", Yaml(Plans.Checkout.Replace("plan: checkout", "plan: flagged", StringComparison.Ordinal))).Json(201);
        await Admin.PostAsync("/api/v1/plans/flagged/flags", null).Json();
        var flag = await Admin.GetAsync("/api/v1/environments/staging/flags/checkoutLogging").Json();
        Assert.True(flag.GetProperty("value").GetBoolean());
        Assert.Equal("plan.not_found", await Admin.PostAsync("/api/v1/plans/none/flags", null).Problem(404));
    }

    [Fact]
    public async Task Segment_is_defined_members_opt_in_and_no_user_is_in_an_answer_or_event()
    {
        var path = "/api/v1/segments/staging/friends";
        await Admin.PutAsJsonAsync(
            path, new { title = "Friends", any = new object[] { new { optedIn = true }, new { attribute = "plan", equals = "gold" } } }).Json();
        Assert.Equal("segment.not_found", await Admin.PostAsJsonAsync("/api/v1/segments/staging/none/members", new { add = new[] { "u" } }).Problem(404));
        var changed = await Admin.PostAsJsonAsync(path + "/members", new { add = new[] { "alice@example.org", "bob" } }).Json();
        Assert.Equal(2, changed.GetProperty("members").GetInt32());
        await Admin.PostAsJsonAsync(path + "/members", new { remove = new[] { "bob" } }).Json();

        Assert.True(await Belongs(new { targetingKey = "alice@example.org" }));
        Assert.False(await Belongs(new { targetingKey = "bob" }));
        Assert.True(await Belongs(new { targetingKey = "bob", plan = "gold" }));
        foreach (var file in Directory.GetFiles(shared.Host.Folder, "*.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            Assert.DoesNotContain("alice", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }

        async Task<bool> Belongs(object context) =>
            (await Admin.PostAsJsonAsync(path + "/route", new { context }).Json()).GetProperty("belongs").GetBoolean();
    }

    private static StringContent Yaml(string text) => Answers.Text(text, "application/yaml");
}
