using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Grains.World;

namespace Orchestrator.Silo.Tests.Oidc;

public sealed class TokenTests(Issuer issuer) : IClassFixture<Issuer>, IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private SiloHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await SiloHost.Start(time: _time, settings: issuer.Settings);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Token_opens_what_its_role_may_and_keys_go_on_beside_it()
    {
        using var admin = As(await issuer.Token(new { sub = "ada", name = "Ada", roles = new[] { "staff", "rollout-viewers", "rollout-admins" } }));
        using var viewer = As(await issuer.Token(new { sub = "vic", roles = "rollout-viewers" }));
        await admin.GetAsync("/api/v1/keys").Json();
        await viewer.GetAsync("/api/v1/nodes").Json();
        Assert.Equal("access.forbidden", await viewer.GetAsync("/api/v1/keys").Problem(403));
        await _host.Admin.GetAsync("/api/v1/keys").Json();
        var (_, key) = await _host.NewKey("viewer");
        using var bearer = As(key);
        await bearer.GetAsync("/api/v1/nodes").Json();
    }

    [Fact]
    public async Task Events_know_a_person_by_subject_and_name()
    {
        using var admin = As(await issuer.Token(new { sub = "ada-1", name = "Ada\u0000 Lovelace", roles = new[] { "rollout-admins" } }));
        await admin.PostAsJsonAsync("/api/v1/keys", new { name = "made by ada", role = "viewer" }).Json(201);
        var world = _host.Services.GetRequiredService<IWorld>();
        await Eventually.Until("the name is kept", () => world.Current.Access.People.ContainsKey("oidc:ada-1"));
        using var answer = await admin.GetAsync("/api/v1/stream?after=0", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        for (var line = ""; !line.Contains("\"name\":\"made by ada\"", StringComparison.Ordinal);)
        {
            line = await reader.ReadLineAsync().WaitAsync(SiloHost.Patience) ?? throw new InvalidOperationException("The stream ended.");
            Assert.True(!line.Contains("made by ada", StringComparison.Ordinal) || line.Contains("""{"kind":"user","id":"oidc:ada-1","role":"admin","name":"Ada Lovelace"}""", StringComparison.Ordinal), line);
        }

        Assert.Equal("oidc:ada-1", world.Current.Access.Keys.Values.Single(key => key.Name == "made by ada").CreatedBy);
    }

    [Fact]
    public async Task A_person_with_a_token_and_a_key_that_declares_them_is_one_vote()
    {
        using var ada = As(await issuer.Token(new { sub = "ada-2", name = "Ada Lovelace", roles = new[] { "rollout-admins" } }));
        var (key, other) = (await Key("oidc:ada-2"), await Key("Ada Lovelace"));
        await ada.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await ada.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await ada.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        await Eventually.Until("the name is kept", () => World.Access.People.ContainsKey("oidc:ada-2"));
        var asked = await ada.PostAsJsonAsync("/api/v1/rollouts/r1/advance", new { @override = true, reason = "in a hurry" }).Json();
        var review = asked.GetProperty("reviews").EnumerateArray().Single(one => one.GetProperty("state").GetString() == "open").GetProperty("id")
            .GetString();
        Assert.Equal("review.own_override", await key.PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review }).Problem(409));
        Assert.Equal("review.own_override", await other.PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review }).Problem(409));
        using var somebody = await Key("Grace Hopper");
        await somebody.PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review }).Json();

        async Task<HttpClient> Key(string person)
        {
            var made = await _host.Admin.PostAsJsonAsync("/api/v1/keys", new { name = "k", role = "product", person }).Json(201);
            return As(made.GetProperty("key").GetString()!);
        }
    }

    private World World => _host.Services.GetRequiredService<IWorld>().Current;

    [Fact]
    public async Task What_a_person_did_keeps_the_name_of_then()
    {
        var world = _host.Services.GetRequiredService<IWorld>();
        using var before = As(await issuer.Token(new { sub = "ada-2", name = "Ada Byron", roles = new[] { "rollout-admins" } }));
        await before.PostAsJsonAsync("/api/v1/environments/production/stop-the-line", new { reason = "first" }).Json();
        await Eventually.Until("the name is kept", () => world.Current.Access.NameOf("oidc:ada-2") == "Ada Byron");
        _time.Advance(TimeSpan.FromMinutes(1));
        using var after = As(await issuer.Token(new { sub = "ada-2", name = "Ada Lovelace", roles = new[] { "rollout-admins" } }));
        await after.PostAsJsonAsync("/api/v1/environments/elsewhere/stop-the-line", new { reason = "second" }).Json();
        await Eventually.Until("the new name is kept", () => world.Current.Access.NameOf("oidc:ada-2") == "Ada Lovelace");

        var line = (await _host.Admin.GetAsync("/api/v1/environments/production").Json()).GetProperty("line");
        Assert.Equal("Ada Byron", line.GetProperty("name").GetString());
        var done = (await _host.Admin.GetAsync("/api/v1/audit?key=oidc:ada-2").Json()).GetProperty("done").EnumerateArray();
        Assert.Equal(["Ada Byron", "Ada Lovelace"], done.Select(one => one.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Wrong_tokens_open_nothing()
    {
        var good = await issuer.Token(new { sub = "eve", roles = new[] { "rollout-viewers" } });
        var published = await issuer.PublishedKey();
        var kid = published.GetProperty("kid").GetString()!;
        foreach (var (why, token) in (IEnumerable<(string, string)>)
        [
            ("issuer", await issuer.Token(new { sub = "eve", roles = "rollout-admins", iss = "https://elsewhere.example" })),
            ("audience", await issuer.Token(new { sub = "eve", roles = "rollout-admins", aud = "https://another.api" })),
            ("ended", await issuer.Token(new { sub = "eve", roles = "rollout-admins", exp = _time.GetUtcNow().AddSeconds(-1).ToUnixTimeSeconds() })),
            ("not yet", await issuer.Token(new { sub = "eve", roles = "rollout-admins", nbf = _time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds() })),
            ("no signature", Forgery.Unsigned(good)),
            ("HMAC with the public key", Forgery.WithPublicKey(good, published)),
            ("another key", Forgery.WithOtherKey(good, kid)),
            ("unknown key", Forgery.WithOtherKey(good, "nobody-has-this")),
            ("changed claims", Forgery.Promoted(good, "rollout-admins")),
            ("half", good[..^20]),
            ("dots", "a.b.c"),
            ("nothing but dots", ".."),
        ])
        {
            using var client = As(token);
            var code = await client.GetAsync("/api/v1/nodes").Problem(401);
            Assert.True(code == "access.bad_token", $"{why}: {code}");
        }

        using var known = As(good);
        await known.GetAsync("/api/v1/nodes").Json();
    }

    [Fact]
    public async Task Token_without_a_role_or_subject_is_forbidden_with_the_reason()
    {
        using var stranger = As(await issuer.Token(new { sub = "sam", roles = new[] { "staff" } }));
        Assert.Equal("access.no_role", await stranger.GetAsync("/api/v1/nodes").Problem(403));
        using var nameless = As(await issuer.Token(new { sub = "", roles = new[] { "rollout-viewers" } }));
        Assert.Equal("access.no_subject", await nameless.GetAsync("/api/v1/nodes").Problem(403));
        using var sneaky = As(await issuer.Token(new Dictionary<string, object> { ["sub"] = "sly", ["roles"] = "rollout-viewers", ["orchestrator:role"] = "admin" }));
        Assert.Equal("access.forbidden", await sneaky.GetAsync("/api/v1/keys").Problem(403));
    }

    [Fact]
    public async Task Service_with_a_token_reads_the_table_of_its_environment_and_no_other()
    {
        using var service = As(await issuer.Token(new { sub = "shop", roles = "rollout-services", environment = "staging" }));
        await service.GetAsync("/sdk/v1/table").Json();
        using var nowhere = As(await issuer.Token(new { sub = "shop", roles = "rollout-services" }));
        Assert.Equal("access.no_environment", await nowhere.GetAsync("/sdk/v1/table").Problem(403));
    }

    [Fact]
    public async Task Stream_ends_when_the_token_of_its_reader_ends()
    {
        using var client = As(await issuer.Token(new { sub = "vic", roles = "rollout-viewers", exp = _time.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds() }));
        using var answer = await client.GetAsync("/api/v1/stream", HttpCompletionOption.ResponseHeadersRead);
        Assert.True(answer.IsSuccessStatusCode);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.StartsWith("retry:", await reader.ReadLineAsync(), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMinutes(11));
        await reader.ReadToEndAsync().WaitAsync(SiloHost.Patience);
        Assert.Equal("access.bad_token", await client.GetAsync("/api/v1/nodes").Problem(401));
    }

    private HttpClient As(string token)
    {
        var client = _host.As(null);
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }
}
