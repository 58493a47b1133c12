using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>History of a rollout in words: filters, pages, and downloads.</summary>
public sealed class HistoryTests(SharedSilo shared) : IClassFixture<SharedSilo>
{
    private static int number;

    private HttpClient Admin => shared.Host.Admin;

    [Fact]
    public async Task History_has_each_event_newest_first_with_sentence_visit_and_incident()
    {
        var id = await RolledBack("=1+1 is bad");
        var history = await Admin.GetAsync($"/api/v1/rollouts/{id}/history").Json();
        var events = history.GetProperty("events").EnumerateArray().ToArray();
        var versions = events.Select(Version).ToArray();
        Assert.Equal(Enumerable.Range(1, versions.Length).Select(i => (long)i).Reverse(), versions);
        Assert.Equal(versions[0], history.GetProperty("version").GetInt64());
        Assert.All(events, one => Assert.NotEqual("", one.GetProperty("event").GetProperty("hash").GetString()));

        var back = events.Single(one => Type(one) == "RolledBack");
        Assert.Contains("=1+1 is bad", back.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            ("moves", true, $"{id}-1"),
            (back.GetProperty("kind").GetString(), back.GetProperty("moves").GetBoolean(), back.GetProperty("incident").GetString()));
        Assert.Equal("beta-users", back.GetProperty("visit").GetProperty("step").GetString());
        Assert.Equal(Version(back), history.GetProperty("lastRollback").GetInt64());
        Assert.Equal(["rollback", "incident"], history.GetProperty("marks").EnumerateArray().Select(mark => mark.GetProperty("kind").GetString()));
        Assert.Equal("beta", history.GetProperty("phases")[0].GetProperty("phase").GetString());
    }

    [Fact]
    public async Task Filter_counts_what_only_its_kind_hides()
    {
        var id = await RolledBack("bad");
        var all = (await Admin.GetAsync($"/api/v1/rollouts/{id}/history").Json()).GetProperty("events").EnumerateArray().ToArray();
        var some = await Admin.GetAsync($"/api/v1/rollouts/{id}/history?kind=people,system&kind=incident&before={Version(all[0]) + 1}").Json();
        var listed = some.GetProperty("events").EnumerateArray().ToArray();
        Assert.All(listed, one => Assert.NotEqual("moves", one.GetProperty("kind").GetString()));
        Assert.Equal(
            all.Length, listed.Length + some.GetProperty("hiddenNewer").GetInt32() + listed.Sum(one => one.GetProperty("hidden").GetInt32()));
        Assert.Equal(listed.Length, some.GetProperty("matched").GetInt32());
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap()
    {
        var id = await RolledBack("bad");
        var all = (await Admin.GetAsync($"/api/v1/rollouts/{id}/history").Json()).GetProperty("events").EnumerateArray().Select(Version).ToArray();
        var found = new List<long>();
        // The procedure after the rollback goes on meanwhile.
        for (long? before = all[0] + 1; before is { } from;)
        {
            var page = await Admin.GetAsync($"/api/v1/rollouts/{id}/history?limit=2&before={from}").Json();
            found.AddRange(page.GetProperty("events").EnumerateArray().Select(Version));
            before = page.TryGetProperty("next", out var next) && next.ValueKind == JsonValueKind.Number ? next.GetInt64() : null;
        }

        Assert.Equal(all, found);
    }

    [Fact]
    public async Task Text_actor_and_range_select()
    {
        var id = await RolledBack("the needle");
        var found = await Events($"/api/v1/rollouts/{id}/history?text=NEEDLE&actor=user");
        Assert.Contains(found, one => Type(one) == "RolledBack");
        Assert.All(found, one => Assert.Contains("needle", one.GetProperty("text").GetString(), StringComparison.OrdinalIgnoreCase));
        Assert.Empty(await Events($"/api/v1/rollouts/{id}/history?actor=no-such-person"));
        Assert.Empty(await Events($"/api/v1/rollouts/{id}/history?from=2999-01-01T00:00:00Z"));
        Assert.Empty(await Events($"/api/v1/rollouts/{id}/history?to=1999-01-01T00:00:00Z"));
        Assert.All(await Events($"/api/v1/rollouts/{id}/history?moved=true"), one => Assert.True(one.GetProperty("moves").GetBoolean()));
    }

    [Fact]
    public async Task Wrong_filters_are_all_named_at_once()
    {
        var id = await RolledBack("bad");
        var body = await Admin.GetAsync($"/api/v1/rollouts/{id}/history?kind=mvoes&from=yesterday&limit=501&moved=perhaps&before=0").Json(422);
        Assert.Equal(["kind", "from", "moved", "before", "limit"], body.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()));
        Assert.Equal("input.invalid", await Admin.GetAsync($"/api/v1/rollouts/{id}/history?format=xls").Problem(422));
        Assert.Equal("rollout.not_found", await Admin.GetAsync("/api/v1/rollouts/none/history").Problem(404));
    }

    [Fact]
    public async Task Table_for_a_spreadsheet_has_no_formula()
    {
        var id = await RolledBack("bad\"; =HYPERLINK(1)\r\n=2");
        await Admin.PostAsJsonAsync($"/api/v1/rollouts/{id}/restore", new { reason = "=cmd()" }).Json();
        var all = await Events($"/api/v1/rollouts/{id}/history");
        using var response = await Admin.GetAsync($"/api/v1/rollouts/{id}/history?format=csv&before={Version(all[0]) + 1}");
        Assert.Equal("text/csv", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"{id}-history.csv", response.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        var rows = (await response.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("\"version\",\"at\",\"kind\"", rows[0], StringComparison.Ordinal);
        Assert.Equal(all.Length, rows.Length - 1);
        Assert.All(rows.SelectMany(row => row.Trim('"').Split("\",\"")), cell => Assert.DoesNotMatch(@"^\s*[=+\-@]", cell));
    }

    [Fact]
    public async Task Lines_are_the_events_with_their_hashes_oldest_first()
    {
        var id = await RolledBack("bad");
        using var response = await Admin.GetAsync($"/api/v1/rollouts/{id}/history?format=ndjson&kind=incident");
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.NotEmpty(lines);
        Assert.Equal(lines.Select(Version).Order(), lines.Select(Version));
        Assert.All(lines, line => Assert.Equal(64, line.GetProperty("event").GetProperty("hash").GetString()!.Length));
    }

    [Fact]
    public async Task Markdown_escapes_what_people_wrote()
    {
        var id = await RolledBack("<script> | [x](y)");
        using var response = await Admin.GetAsync($"/api/v1/rollouts/{id}/history?format=markdown");
        var text = await response.Content.ReadAsStringAsync();
        Assert.StartsWith($"# History of {id}\n", text, StringComparison.Ordinal);
        Assert.Contains("\\<script> \\| \\[x\\](y)", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("html", "text/html")]
    [InlineData("markdown", "text/markdown")]
    [InlineData("json", "application/json")]
    public async Task Retrospective_has_the_form_that_a_link_names(string format, string type)
    {
        var id = await RolledBack("bad");
        using var response = await Admin.GetAsync($"/api/v1/rollouts/{id}/retrospective?format={format}");
        Assert.Equal((200, type), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Equal("input.invalid", await Admin.GetAsync($"/api/v1/rollouts/{id}/retrospective?format=pdf").Problem(422));
    }

    private async Task<JsonElement[]> Events(string address) =>
        [.. (await Admin.GetAsync(address).Json()).GetProperty("events").EnumerateArray()];

    private static long Version(JsonElement one) => one.GetProperty("event").GetProperty("version").GetInt64();

    private static string Type(JsonElement one) => one.GetProperty("event").GetProperty("type").GetString()!;

    /// <summary>A rollout of its own flag and environment, started and rolled back.</summary>
    private async Task<string> RolledBack(string reason)
    {
        var id = $"history-{Interlocked.Increment(ref number)}";
        await Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml"));
        await Admin.PostAsJsonAsync("/api/v1/rollouts", new { id, plan = "checkout", environment = $"env-{id}" }).Json(201);
        await Admin.PostAsJsonAsync($"/api/v1/rollouts/{id}/start", new { }).Json();
        await Admin.PostAsJsonAsync($"/api/v1/rollouts/{id}/rollback", new { reason }).Json();
        return id;
    }
}
