using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Dashboard.Sessions;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.World;

namespace Orchestrator.Silo.Tests.Sessions;

/// <summary>Requests that a cookie opens, and its end.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private SiloHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await SiloHost.Start(settings: ["--Orchestrator:Http:KnownProxies=127.0.0.1"]);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Cookie_is_strict_and_closed_to_scripts()
    {
        using var browser = await Browser.SignedIn(_host);
        var parts = Parts(browser, Browser.Cookie);
        Assert.Equal(["httponly", "max-age=43200", "path=/", "samesite=strict"], parts);
        using var page = await browser.Get("/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task Cookie_over_https_is_bound_to_its_host()
    {
        using var browser = new Browser(_host.Address);
        using var answer = await browser.SignIn(SiloHost.AdminKey, "/", ("X-Forwarded-Proto", "https"), ("Host", "rollouts.example"));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(["httponly", "max-age=43200", "path=/", "samesite=strict", "secure"], Parts(browser, "__Host-orchestrator-session"));
        using var page = await browser.Get("/", ("X-Forwarded-Proto", "https"), ("Host", "rollouts.example"));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        using var plain = await browser.Get("/");
        Assert.Equal(HttpStatusCode.SeeOther, plain.StatusCode);
    }

    [Fact]
    public async Task Plain_http_beyond_this_machine_gets_no_cookie()
    {
        using var browser = new Browser(_host.Address);
        using var page = await browser.Get("/sign-in", ("Host", "rollouts.example"));
        Assert.Contains("needs HTTPS", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var answer = await browser.SignIn(SiloHost.AdminKey, "/", ("Host", "rollouts.example"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain(browser.Cookies.Keys, name => name.EndsWith("session", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Revoked_key_ends_its_sessions_and_their_streams()
    {
        var (id, key) = await _host.NewKey("viewer");
        using var browser = await Browser.SignedIn(_host, key);
        using var stream = await browser.Get("/api/v1/stream");
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
        var ends = stream.Content.ReadAsStringAsync();
        await _host.Admin.DeleteAsync($"/api/v1/keys/{id}").Json(204);
        Assert.Equal("access.session_over", await browser.Get("/api/v1/node").Problem(401));
        using var page = await browser.Get("/");
        Assert.Equal((HttpStatusCode.SeeOther, "/sign-in?return=%2F&why=over"), (page.StatusCode, page.Headers.Location?.ToString()));
        await ends.WaitAsync(SiloHost.Patience);
    }

    [Theory]
    [InlineData(Role.Viewer, "another key of the same role, 32 long")]
    [InlineData(Role.Product, "a key")]
    public async Task Key_set_again_with_another_role_or_text_ends_its_sessions(Role role, string text)
    {
        await Set(Role.Viewer, "a key");
        using var browser = await Browser.SignedIn(_host, "a key");
        await browser.Get("/api/v1/node").Json();
        await Set(role, text);
        Assert.Equal("access.session_over", await browser.Get("/api/v1/node").Problem(401));
    }

    [Fact]
    public async Task Signed_out_session_is_over_for_every_copy_of_its_cookie()
    {
        using var browser = await Browser.SignedIn(_host);
        using var copy = browser.Copy(_host);
        using var other = await Browser.SignedIn(_host);
        using var stream = await copy.Get("/api/v1/stream");
        var ends = stream.Content.ReadAsStringAsync();
        using var answer = await browser.SignOut(_host);
        Assert.Equal((HttpStatusCode.SeeOther, "/sign-in?why=out&return=%2F"), (answer.StatusCode, answer.Headers.Location?.ToString()));
        Assert.DoesNotContain(Browser.Cookie, browser.Cookies.Keys);
        Assert.Equal("access.session_over", await copy.Get("/api/v1/node").Problem(401));
        await ends.WaitAsync(SiloHost.Patience);
        await other.Get("/api/v1/node").Json();
        await _host.Restart();
        using var later = copy.Copy(_host);
        await Known();
        Assert.Equal("access.session_over", await later.Get("/api/v1/node").Problem(401));
    }

    [Fact]
    public async Task Session_outlives_a_restart()
    {
        using var browser = await Browser.SignedIn(_host);
        await _host.Restart();
        await Known();
        using var after = browser.Copy(_host);
        await after.Get("/api/v1/node").Json();
    }

    [Fact]
    public async Task Unused_session_ends_after_its_length_and_visits_renew_it()
    {
        using var browser = await Browser.SignedIn(_host);
        using var idle = browser.Copy(_host);
        _host.Time.Advance(TimeSpan.FromHours(11));
        using var polled = await browser.Get("/", ("Sec-Fetch-Mode", "cors"));
        Assert.False(polled.Headers.Contains("Set-Cookie"));
        using var visited = await browser.Get("/", ("Sec-Fetch-Mode", "navigate"));
        Assert.True(visited.Headers.Contains("Set-Cookie"));
        _host.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("access.session_over", await idle.Get("/api/v1/node").Problem(401));
        await browser.Get("/api/v1/node").Json();
        for (var i = 0; i < 15; i++)
        {
            _host.Time.Advance(TimeSpan.FromHours(10));
            using var visit = await browser.Get("/");
            Assert.Equal(HttpStatusCode.OK, visit.StatusCode);
        }

        // Seven days after the sign-in, and seven hours after the last visit.
        _host.Time.Advance(TimeSpan.FromHours(7));
        using var end = await browser.Get("/");
        Assert.Equal(HttpStatusCode.SeeOther, end.StatusCode);
    }

    [Fact]
    public async Task Changed_cookie_opens_nothing()
    {
        using var browser = await Browser.SignedIn(_host);
        var good = browser.Cookies[Browser.Cookie];
        foreach (var bad in (IEnumerable<string>)
        [
            "x", "AAAA", new string('A', 200), new string('A', 4_000), good[..^1], good + "A", $"{good[..40]}{(good[40] == 'A' ? 'B' : 'A')}{good[41..]}",
            $"{(good[0] == 'A' ? 'B' : 'A')}{good[1..]}", $"{good[..^9]}{(good[^9] == 'A' ? 'B' : 'A')}{good[^8..]}", "%00%ff", "\"\"",
        ])
        {
            browser.Cookies[Browser.Cookie] = bad;
            Assert.Equal("access.session_over", await browser.Get("/api/v1/node").Problem(401));
        }

        browser.Cookies[Browser.Cookie] = good;
        await browser.Get("/api/v1/node").Json();
    }

    [Fact]
    public async Task Cookie_reads_the_API_and_sends_nothing_to_it()
    {
        using var browser = await Browser.SignedIn(_host);
        await browser.Get("/api/v1/rollouts").Json();
        using var head = await browser.Send(HttpMethod.Head, "/metrics", null);
        Assert.NotEqual(HttpStatusCode.Unauthorized, head.StatusCode);
        Assert.Equal("access.no_key", await browser.Post("/api/v1/keys", JsonContent.Create(new { name = "k", role = "admin" })).Problem(401));
        Assert.Equal("access.no_key", await browser.Send(HttpMethod.Delete, "/api/v1/keys/env-admin", null).Problem(401));
        Assert.Equal("access.no_key", await browser.Send(HttpMethod.Put, "/api/v1/plans/p", Answers.Text("plan: p", "application/yaml")).Problem(401));
        using var ofrep = await browser.Post("/ofrep/v1/evaluate/flags", JsonContent.Create(new { context = new { targetingKey = "u" } }));
        Assert.Equal(HttpStatusCode.Unauthorized, ofrep.StatusCode);
        using var table = await browser.Get("/ofrep/v1/stream");
        Assert.Equal(HttpStatusCode.Unauthorized, table.StatusCode);
    }

    [Fact]
    public async Task Key_or_token_beside_a_cookie_decides_alone()
    {
        using var browser = await Browser.SignedIn(_host);
        Assert.Equal("access.unknown_key", await browser.Get("/api/v1/node", ("X-API-Key", "wrong")).Problem(401));
        Assert.Equal("access.unknown_key", await browser.Get("/api/v1/node", ("Authorization", "Bearer wrong")).Problem(401));
        Assert.Equal("access.no_key", await browser.Get("/api/v1/node", ("X-API-Key", "")).Problem(401));
        var (_, viewer) = await _host.NewKey("viewer");
        Assert.Equal("access.forbidden", await browser.Get("/api/v1/keys", ("X-API-Key", viewer)).Problem(403));
        await browser.Get("/api/v1/keys", ("Authorization", "Basic b2s6b2s=")).Json();
    }

    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    public async Task Another_origin_reads_nothing_by_a_cookie(string site)
    {
        using var browser = await Browser.SignedIn(_host);
        Assert.Equal("access.no_key", await browser.Get("/api/v1/node", ("Sec-Fetch-Site", site)).Problem(401));
        await browser.Get("/api/v1/node", ("Sec-Fetch-Site", "same-origin")).Json();
    }

    [Fact]
    public async Task A_cookie_reads_with_the_permissions_of_its_role()
    {
        var (_, key) = await _host.NewKey("viewer");
        using var browser = await Browser.SignedIn(_host, key);
        await browser.Get("/api/v1/rollouts").Json();
        Assert.Equal("access.forbidden", await browser.Get("/api/v1/keys").Problem(403));
    }

    [Fact]
    public async Task Restored_log_ends_all_sessions()
    {
        using var browser = await Browser.SignedIn(_host);
        var book = _host.Services.GetRequiredService<SessionBook>();
        var session = book.Open(book.Read(browser.Cookies[Browser.Cookie])!);
        var world = _host.Services.GetRequiredService<IWorld>().Current;
        Assert.False(session.IsOver(world));
        Assert.True(session.IsOver(world with { Timeline = world.Timeline + 1 }));
    }

    private static string[] Parts(Browser browser, string name) =>
    [
        .. browser.SetCookies.Single(one => one.StartsWith(name + "=", StringComparison.Ordinal)).Split("; ").Skip(1)
            .Select(part => part.ToLowerInvariant()).Order(StringComparer.Ordinal),
    ];

    private Task Known() => Eventually.Until("the node knows the ended sessions", () => _host.Services.GetRequiredService<EndedSessions>().AreKnown);

    private async Task Set(Role role, string text)
    {
        var pepper = _host.Services.GetRequiredService<InstallationSecret>().Pepper;
        var result = await _host.Services.GetRequiredService<IGrainFactory>().GetGrain<IAccessGrain>(IAccessGrain.Only).Execute(
            new AccessCommand.Set("set", "set", role, null, pepper.HashOf(text), Key.HashOf(text)), Envelope.By(Actor.System));
        Assert.Equal(CommandOutcome.Applied, result.Outcome);
        Assert.True(await _host.Services.GetRequiredService<IWorld>().WaitFor(result.Position, SiloHost.Patience));
    }
}
