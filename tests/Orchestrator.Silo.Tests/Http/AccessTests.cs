using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Http;

public sealed class AccessTests(SharedSilo shared) : IClassFixture<SharedSilo>
{
    private static readonly string[] All = ["viewer", "support", "product", "engineering", "devops", "admin", "evaluation", "ingest", "browser"];

    /// <summary>Address and who may: everyone else gets 403, and nobody without a key gets further than 401.</summary>
    public static TheoryData<string, string, string> Matrix => new()
    {
        { "GET", "/api/v1/nodes", "viewer support product engineering devops admin" },
        { "GET", "/api/v1/environments", "viewer support product engineering devops admin" },
        { "GET", "/api/v1/environments/staging/flags/none", "viewer support product engineering devops admin" },
        { "PUT", "/api/v1/environments/staging/flags/a", "devops admin" },
        { "DELETE", "/api/v1/environments/staging/flags/a", "devops admin" },
        { "GET", "/api/v1/keys", "admin" },
        { "POST", "/api/v1/keys", "admin" },
        { "DELETE", "/api/v1/keys/none", "admin" },
        { "GET", "/sdk/v1/table", "evaluation" },
    };

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Address_is_open_to_the_roles_that_may_and_to_no_other(string method, string path, string may)
    {
        Assert.Equal("access.no_key", await Send(shared.Host.As(null), method, path).Problem(401));
        Assert.Equal("access.unknown_key", await Send(shared.Host.As("rok_nobody_issued_this"), method, path).Problem(401));
        foreach (var role in All)
        {
            using var client = await shared.Host.NewClient(role, role is "evaluation" or "browser" ? "staging" : null);
            using var response = await Send(client, method, path);
            if (may.Split(' ').Contains(role))
            {
                Assert.True((int)response.StatusCode is not (401 or 403 or >= 500), $"{role} got {(int)response.StatusCode}");
            }
            else
            {
                Assert.Equal("access.forbidden", await Task.FromResult(response).Problem(403));
            }
        }
    }

    [Fact]
    public async Task A_key_works_as_bearer_too_and_ends_when_it_is_revoked()
    {
        var (id, text) = await shared.Host.NewKey("viewer");
        using var client = shared.Host.As(null);
        client.DefaultRequestHeaders.Authorization = new("Bearer", text);
        await client.GetAsync("/api/v1/nodes").Json();

        await shared.Host.Admin.DeleteAsync($"/api/v1/keys/{id}").Json(204);
        await shared.Host.Admin.DeleteAsync($"/api/v1/keys/{id}").Json(204);

        Assert.Equal("access.unknown_key", await client.GetAsync("/api/v1/nodes").Problem(401));
        Assert.Equal("key.not_found", await shared.Host.Admin.DeleteAsync("/api/v1/keys/none").Problem(404));
    }

    [Fact]
    public async Task List_of_keys_has_the_first_read_of_a_key_that_may_decide()
    {
        var (id, text) = await shared.Host.NewKey("product");
        Assert.False((await Listed()).TryGetProperty("firstReadAt", out _));
        using var client = shared.Host.As(text);
        await client.GetAsync("/api/v1/nodes").Json();
        var used = await Eventually.Until("the first read of the key is kept", Listed, key => key.TryGetProperty("firstReadAt", out _));
        Assert.False(used.TryGetProperty("firstUsedAt", out _));

        async Task<JsonElement> Listed() => (await shared.Host.Admin.GetAsync("/api/v1/keys?limit=1000").Json()).GetProperty("keys").EnumerateArray()
            .Single(key => key.GetProperty("id").GetString() == id);
    }

    [Fact]
    public async Task The_last_admin_key_stays()
    {
        await using var silo = await SiloHost.Start();
        Assert.Equal("key.last_admin", await silo.Admin.DeleteAsync("/api/v1/keys/env-admin").Problem(409));
        await silo.Admin.GetAsync("/api/v1/keys").Json();
    }

    [Fact]
    public async Task A_key_asked_for_wrongly_is_told_everything_at_once()
    {
        var errors = (await shared.Host.Admin.PostAsJsonAsync("/api/v1/keys", new { nane = "x", role = "enginering", environment = "A B" }).Json(422))
            .GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("path").GetString()).ToArray();
        Assert.Contains("nane", errors);
        Assert.Contains("role", errors);
        Assert.Contains("environment", errors);
        foreach (var (role, environment) in ((string, string?)[])[("evaluation", null), ("browser", null), ("viewer", "staging")])
        {
            var wrong = shared.Host.Admin.PostAsJsonAsync("/api/v1/keys", new { name = "x", role, environment }).Json(422);
            Assert.Equal("environment", (await wrong).GetProperty("errors")[0].GetProperty("path").GetString());
        }
    }

    [Fact]
    public async Task A_key_made_twice_under_one_idempotency_key_is_made_once_and_not_shown_twice()
    {
        using var first = Post("once-and-only-once");
        using var again = Post("once-and-only-once");
        await shared.Host.Admin.SendAsync(first).Json(201);
        Assert.Equal("key.shown_already", await shared.Host.Admin.SendAsync(again).Problem(409));

        static HttpRequestMessage Post(string key) => new(HttpMethod.Post, "/api/v1/keys")
        {
            Content = JsonContent.Create(new { name = "twice", role = "viewer" }),
            Headers = { { "Idempotency-Key", key } },
        };
    }

    private static Task<HttpResponseMessage> Send(HttpClient client, string method, string path) =>
        client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = method is "PUT" or "POST" ? JsonContent.Create(new { value = true }) : null,
        });
}
