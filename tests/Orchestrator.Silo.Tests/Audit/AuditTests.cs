using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Audit;
using Orchestrator.Domain.Events;

namespace Orchestrator.Silo.Tests.Audit;

public sealed class AuditTests(SharedSilo shared) : IClassFixture<SharedSilo>
{
    [Fact]
    public async Task Audit_shows_what_a_key_did_and_was_refused_and_never_its_text()
    {
        var (id, text) = await shared.Host.NewKey("devops");
        using var devops = shared.Host.As(text);
        await devops.PutAsJsonAsync("/api/v1/environments/staging/flags/audited", new { value = true });
        Assert.Equal("access.forbidden", await devops.GetAsync("/api/v1/keys").Problem(403));
        const string Guess = "rok_guess_of_somebody_who_has_no_key";
        Assert.Equal("access.unknown_key", await shared.Host.As(Guess).GetAsync("/api/v1/nodes").Problem(401));

        var refused = (await shared.Host.Admin.GetAsync($"/api/v1/audit/refusals?key={id}").Json()).GetProperty("refused");
        var one = Assert.Single(refused.EnumerateArray());
        Assert.Equal((403, "access.forbidden", "GET /keys", "127.0.0.1"), (
            one.GetProperty("status").GetInt32(), one.GetProperty("code").GetString(), one.GetProperty("route").GetString(),
            one.GetProperty("address").GetString()));
        var done = (await shared.Host.Admin.GetAsync($"/api/v1/audit?key={id}").Json()).GetProperty("done");
        Assert.All(done.EnumerateArray(), each => Assert.Equal(id, each.GetProperty("key").GetString()));

        var all = (await shared.Host.Admin.GetAsync("/api/v1/audit/refusals").Json()).GetRawText();
        Assert.Contains("access.unknown_key", all, StringComparison.Ordinal);
        Assert.DoesNotContain(Guess, all, StringComparison.Ordinal);
        Assert.DoesNotContain(text, all, StringComparison.Ordinal);
        Assert.Equal("access.forbidden", await devops.GetAsync("/api/v1/audit/refusals").Problem(403));
    }

    [Fact]
    public async Task Pages_of_the_audit_go_on_where_the_last_one_ended()
    {
        var (made, after) = (0, 0L);
        await shared.Host.NewKey("viewer");
        await shared.Host.NewKey("viewer");
        do
        {
            var page = await shared.Host.Admin.GetAsync($"/api/v1/audit?key=env-admin&limit=1&after={after}").Json();
            made += page.GetProperty("done").EnumerateArray().Count(one => one.GetProperty("type").GetString() == "KeyCreated");
            after = page.TryGetProperty("next", out var next) && next.ValueKind == System.Text.Json.JsonValueKind.Number ? next.GetInt64() : 0;
        }
        while (after > 0);
        Assert.True(made >= 2, $"{made} keys");
    }

    [Fact]
    public async Task Reader_filters_events_of_all_streams_by_actor_type_object_time_and_text()
    {
        var (id, text) = await shared.Host.NewKey("devops");
        using var devops = shared.Host.As(text);
        await devops.PutAsJsonAsync("/api/v1/environments/audited/flags/shown", new { value = "on" }).Json();
        await devops.PostAsJsonAsync("/api/v1/environments/audited/stop-the-line", new { reason = "fire drill" }).Json();
        using var viewer = await shared.Host.NewClient("viewer");

        var done = await Done(viewer, $"by=all&actor={id}&object=environment/audited");
        Assert.Equal(["FlagSet", "LineStopped"], done.Select(one => one.GetProperty("type").GetString()));
        Assert.Equal(["Flag shown of audited was set to \"on\".", "The line of audited was stopped: fire drill."], done.Select(one => one.GetProperty("text").GetString()));
        Assert.All(done, one => Assert.Equal(("user", id, "devops", "devops"), (
            one.GetProperty("actor").GetProperty("kind").GetString(), one.GetProperty("actor").GetProperty("id").GetString(),
            one.GetProperty("actor").GetProperty("role").GetString(), one.GetProperty("actor").GetProperty("name").GetString())));
        Assert.Equal(["LineStopped"], (await Done(viewer, "object=environment/audited&type=LineStopped")).Select(one => one.GetProperty("type").GetString()));
        Assert.Equal(["LineStopped"], (await Done(viewer, "object=environment&text=FIRE%20drill")).Select(one => one.GetProperty("type").GetString()));
        var at = done[1].GetProperty("at").GetDateTimeOffset();
        foreach (var (filter, count) in ((string, int)[])[($"from={at:O}", 2), ($"from={at.AddMilliseconds(1):O}", 0), ($"to={at:O}", 2), ($"to={at.AddMilliseconds(-1):O}", 0)])
        {
            var found = await Done(viewer, $"object=environment/audited&actor={id}&{filter.Replace("+", "%2B", StringComparison.Ordinal)}");
            Assert.True(count == found.Length, $"{found.Length} events {filter}");
        }

        Assert.All(await Done(viewer, "by=machines"), one => Assert.NotEqual("user", one.GetProperty("actor").GetProperty("kind").GetString()));
        Assert.All(await Done(viewer, "actor=system"), one => Assert.Equal("system", one.GetProperty("actor").GetProperty("kind").GetString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("&object=access")]
    [InlineData("&object=environment")]
    public async Task Pages_have_the_same_events_from_both_ends(string filter)
    {
        await shared.Host.NewKey("viewer");
        await shared.Host.Admin.PutAsJsonAsync("/api/v1/environments/ends/flags/one", new { value = 1 }).Json();
        var head = (await Done(shared.Host.Admin, "by=all&order=newest&limit=1"))[0].GetProperty("position").GetInt64();
        var oldest = (await All($"by=all{filter}", "after")).Where(one => one <= head).ToArray();
        var newest = (await All($"by=all{filter}&order=newest", "before")).Where(one => one <= head).ToArray();
        Assert.NotEmpty(oldest);
        Assert.Equal(oldest.Order(), oldest);
        Assert.Equal(oldest, newest.Reverse());
    }

    [Fact]
    public async Task Filter_that_says_nothing_known_names_each_error()
    {
        var refused = await shared.Host.Admin.GetAsync("/api/v1/audit?by=x&order=up&from=noon&object=thing&type=Nothing&limit=0&format=pdf");
        Assert.Equal(422, (int)refused.StatusCode);
        var errors = (await refused.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("errors").EnumerateArray()
            .Select(one => one.GetProperty("path").GetString()).Order();
        Assert.Equal(["by", "format", "from", "limit", "object", "order", "type"], errors);
    }

    [Fact]
    public async Task Export_of_the_whole_log_is_verified_without_the_server()
    {
        await shared.Host.NewKey("engineering");
        await shared.Host.Admin.PutAsJsonAsync("/api/v1/segments/production/exported", new { optedIn = true }).Json();
        await shared.Host.Admin.PostAsJsonAsync("/api/v1/segments/production/exported/members", new { add = new[] { "ann" } }).Json();
        await shared.Host.Admin.PutAsJsonAsync("/api/v1/environments/exported/flags/odd", new { value = new { a = 1.0, b = "\u00e9 \u2028 é" } }).Json();
        var checkpoint = CheckpointFile.Read(await shared.Host.Admin.GetByteArrayAsync("/api/v1/checkpoint"));
        using var viewer = await shared.Host.NewClient("viewer");
        var lines = await Lines(viewer, "");

        var report = Verified(lines, checkpoint);
        Assert.Empty(report.Findings);
        Assert.True(report.Ended && report.Head is { Object: null, Filter: null, Hides: true });
        Assert.True(report.Hidden >= 3, $"{report.Hidden} events have hidden members");
        Assert.Equal(report.Events, lines.Length - 2);
        Assert.Equal(checkpoint.Checkpoint.Streams["environment/exported"].Hash, Convert.ToHexStringLower(Ends(lines)["environment/exported"].Hash.Span));
        string[] edited =
        [
            .. lines.Select(line => line.Contains("environment/exported", StringComparison.Ordinal)
                ? line.Replace("\"odd\"", "\"even\"", StringComparison.Ordinal)
                : line),
        ];
        Assert.Equal((ExportRule.Chain, "environment/exported"), (Verified(edited).Findings[0].Rule, Verified(edited).Findings[0].Stream));
        Assert.Equal(0, shared.Host.Services.GetRequiredService<ExpensiveReads>().Now);
    }

    [Fact]
    public async Task Export_of_one_object_is_whole_and_a_filtered_one_says_that_it_is_not()
    {
        await shared.Host.Admin.PutAsJsonAsync("/api/v1/environments/alone/flags/one", new { value = 1 }).Json();
        Assert.True(Verified(await Lines(shared.Host.Admin, "?by=all&text=&object=environment/alone")).IsIntact);
        var filtered = await Lines(shared.Host.Admin, "?object=environment/alone&type=FlagSet");
        Assert.Contains("type=FlagSet", Assert.Throws<InvalidDataException>(() => Verified(filtered)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spreadsheet_gets_no_formula()
    {
        await shared.Host.Admin.PostAsJsonAsync("/api/v1/environments/formula/stop-the-line", new { reason = "=1+1" }).Json();
        await shared.Host.Admin.PostAsJsonAsync("/api/v1/keys", new { name = "=cmd", role = "viewer" }).Json(201);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/audit?object=environment/formula");
        request.Headers.Accept.ParseAdd("text/csv");
        using var answer = await shared.Host.Admin.SendAsync(request);
        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        var rows = (await answer.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("\"position\",\"at\"", rows[0], StringComparison.Ordinal);
        Assert.Contains("\"The line of formula was stopped: =1+1.\"", rows[1], StringComparison.Ordinal);
        Assert.DoesNotContain(",\"=", await shared.Host.Admin.GetStringAsync("/api/v1/audit?format=csv"), StringComparison.Ordinal);
    }

    private static async Task<System.Text.Json.JsonElement[]> Done(HttpClient client, string query) =>
        [.. (await client.GetAsync($"/api/v1/audit?{query}").Json()).GetProperty("done").EnumerateArray()];

    private async Task<List<long>> All(string query, string cursor)
    {
        var (all, next) = (new List<long>(), "");
        do
        {
            var page = await shared.Host.Admin.GetAsync($"/api/v1/audit?{query}&limit=3{next}").Json();
            all.AddRange(page.GetProperty("done").EnumerateArray().Select(one => one.GetProperty("position").GetInt64()));
            next = page.TryGetProperty("next", out var at) && at.ValueKind == System.Text.Json.JsonValueKind.Number ? $"&{cursor}={at}" : "";
        }
        while (next.Length > 0);
        return all;
    }

    private static async Task<string[]> Lines(HttpClient client, string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/audit" + query);
        request.Headers.Accept.ParseAdd("application/x-ndjson");
        using var answer = await client.SendAsync(request);
        return (await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static ExportReport Verified(string[] lines, params CheckpointFile[] checkpoints) => Walk(lines, checkpoints).Finish();

    private static IReadOnlyDictionary<string, ChainEnd> Ends(string[] lines) => Walk(lines).Ends;

    private static ExportVerifier Walk(string[] lines, params CheckpointFile[] checkpoints)
    {
        var verifier = new ExportVerifier(checkpoints);
        foreach (var line in lines)
        {
            verifier.Add(System.Text.Encoding.UTF8.GetBytes(line));
        }

        return verifier;
    }
}
