using System.Net.Http.Json;
using System.Text;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Rules of every address: problems, limits, versions, retries. Shown on flags, the smallest of them.</summary>
public sealed class ShapeTests(SharedSilo shared) : IClassFixture<SharedSilo>
{
    private HttpClient Admin => shared.Host.Admin;

    [Fact]
    public async Task Unknown_address_and_wrong_method_are_problems_too()
    {
        Assert.Equal("http.not_found", await Admin.GetAsync("/api/v1/nothing-here").Problem(404));
        Assert.Equal("http.method_not_allowed", await Admin.DeleteAsync("/api/v1/nodes").Problem(405));
    }

    [Fact]
    public async Task Broken_json_is_told_with_its_place()
    {
        var body = await Admin.PutAsync("/api/v1/environments/e/flags/f", Answers.Text("{\n  \"value\": tru }")).Json(400);
        Assert.Equal("json.malformed", body.GetProperty("code").GetString());
        Assert.Equal(2, body.GetProperty("errors")[0].GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task Unknown_member_is_an_error_that_names_the_nearest()
    {
        var body = await Admin.PutAsync("/api/v1/environments/e/flags/f", Answers.Text("""{ "valeu": 1, "value": 2 }""")).Json(422);
        Assert.Contains("did you mean 'value'?", body.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("flag.not_found", await Admin.GetAsync("/api/v1/environments/e/flags/f").Problem(404));
    }

    [Fact]
    public async Task Too_large_a_body_is_refused_whether_its_length_is_told_or_not()
    {
        var large = "{ \"value\": \"" + new string('x', 64 * 1024) + "\" }";
        Assert.Equal("body.too_large", await Admin.PutAsync("/api/v1/environments/e/flags/large", Answers.Text(large)).Problem(413));
        using var chunked = new HttpRequestMessage(HttpMethod.Put, "/api/v1/environments/e/flags/large")
        {
            Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(large))) { Headers = { ContentType = new("application/json") } },
            Headers = { TransferEncodingChunked = true },
        };
        Assert.Equal("body.too_large", await Admin.SendAsync(chunked).Problem(413));
    }

    [Fact]
    public async Task Client_that_still_sends_a_body_that_is_too_large_gets_the_answer()
    {
        var large = new byte[8 * 1024 * 1024];
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("body.too_large", await Admin.PostAsync("/api/v1/rollouts/none/metrics", new ByteArrayContent(large)).Problem(413));
        }
    }

    [Fact]
    public async Task Another_media_type_is_refused() =>
        Assert.Equal("body.media_type", await Admin.PutAsync("/api/v1/environments/e/flags/f", Answers.Text("{}", "text/xml")).Problem(415));

    [Fact]
    public async Task Version_comes_as_etag_and_an_old_one_in_if_match_is_refused()
    {
        var first = await Admin.PutAsJsonAsync("/api/v1/environments/etags/flags/f", new { value = 1 });
        Assert.Equal("\"1\"", first.Headers.ETag?.Tag);
        await Put("\"1\"", 2).Json();
        Assert.Equal("version.mismatch", await Put("\"1\"", 3).Problem(412));
        Assert.Equal("etag.malformed", await Put("\"one\"", 3).Problem(400));
        await Put("*", 2).Json();

        using var conditional = new HttpRequestMessage(HttpMethod.Get, "/api/v1/environments/etags/flags/f") { Headers = { { "If-None-Match", "\"2\"" } } };
        await Admin.SendAsync(conditional).Json(304);

        Task<HttpResponseMessage> Put(string match, int value)
        {
            var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/environments/etags/flags/f") { Content = JsonContent.Create(new { value }) };
            request.Headers.TryAddWithoutValidation("If-Match", match);
            return Admin.SendAsync(request);
        }
    }

    [Fact]
    public async Task A_change_that_is_so_already_leaves_no_event()
    {
        await Admin.PutAsJsonAsync("/api/v1/environments/same/flags/f", new { value = new { a = 1, b = 2 } }).Json();
        var again = await Admin.PutAsync("/api/v1/environments/same/flags/f", Answers.Text("""{ "value": { "b": 2, "a": 1 } }"""));
        Assert.Equal("\"1\"", again.Headers.ETag?.Tag);
    }

    [Fact]
    public async Task A_retried_change_applies_once_though_the_state_has_moved_on()
    {
        await Put("retry-me", 1).Json();
        await Put("another", 2).Json();
        await Put("retry-me", 1).Json();
        Assert.Equal(2, (await Admin.GetAsync("/api/v1/environments/retries/flags/f").Json()).GetProperty("value").GetInt32());
        Assert.Equal("idempotency.malformed", await Put(new string('k', 201), 1).Problem(400));

        Task<HttpResponseMessage> Put(string key, int value) => Admin.SendAsync(new HttpRequestMessage(HttpMethod.Put, "/api/v1/environments/retries/flags/f")
        {
            Content = JsonContent.Create(new { value }),
            Headers = { { "Idempotency-Key", key } },
        });
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("With Space/and slash")]
    [InlineData("ünï%2Fcode?&")]
    public async Task Flag_keys_are_free_text_and_compared_exactly(string key)
    {
        var path = $"/api/v1/environments/keys/flags/{Uri.EscapeDataString(key)}";
        var put = await Admin.PutAsJsonAsync(path, new { value = (string?)null }).Json();
        Assert.Equal(key, put.GetProperty("key").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await Admin.GetAsync(path).Json()).GetProperty("value").ValueKind);
        await Admin.DeleteAsync(path).Json(204);
        Assert.Equal("flag.not_found", await Admin.GetAsync(path).Problem(404));
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=1001")]
    [InlineData("?limit=ten")]
    public async Task Paging_out_of_bounds_is_invalid(string query) =>
        Assert.Equal("input.invalid", await Admin.GetAsync("/api/v1/keys" + query).Problem(422));

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_overlap()
    {
        foreach (var name in (string[])["a", "b", "c"])
        {
            await Admin.PutAsJsonAsync($"/api/v1/environments/pages/flags/{name}", new { value = name }).Json();
        }

        var first = await Admin.GetAsync("/api/v1/environments/pages/flags?limit=2").Json();
        Assert.Equal(["a", "b"], first.GetProperty("flags").EnumerateArray().Select(f => f.GetProperty("key").GetString()));
        var second = await Admin.GetAsync($"/api/v1/environments/pages/flags?limit=2&after={first.GetProperty("next").GetString()}").Json();
        Assert.Equal(["c"], second.GetProperty("flags").EnumerateArray().Select(f => f.GetProperty("key").GetString()));
        Assert.False(second.TryGetProperty("next", out _));
    }

    [Fact]
    public async Task Every_address_is_described()
    {
        var document = await shared.Host.As(null).GetAsync("/openapi/v1.json").Json();
        var put = document.GetProperty("paths").GetProperty("/api/v1/environments/{environment}/flags/{key}").GetProperty("put");
        Assert.Equal(["environment", "key", "Idempotency-Key", "If-Match"], put.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
        Assert.Contains("devops", put.GetProperty("description").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_carry_headers_that_keep_browsers_harmless()
    {
        using var response = await Admin.GetAsync("/api/v1/nodes");
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.False(response.Headers.Contains("Server"));
    }
}
