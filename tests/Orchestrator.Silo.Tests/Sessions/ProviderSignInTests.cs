using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Dashboard.Sessions;
using Orchestrator.Silo.Tests.Oidc;

namespace Orchestrator.Silo.Tests.Sessions;

/// <summary>Sign-in with a real OpenID Connect provider.</summary>
public sealed class ProviderSignInTests(Issuer issuer) : IClassFixture<Issuer>, IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private SiloHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await SiloHost.Start(time: _time, settings: issuer.WithSignIn);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Person_signs_in_and_comes_back_to_the_page_with_the_role_of_the_claims()
    {
        await issuer.Person(new { sub = "ada-s", name = "Ada Lovelace", roles = new[] { "staff", "rollout-viewers" } });
        using var browser = new Browser(_host.Address);
        using var page = await browser.Get("/sign-in");
        Assert.Contains("Sign in with Example Org", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("/?x=1", await SignIn(browser, "/?x=1"));
        await browser.Get("/api/v1/rollouts").Json();
        Assert.Equal("access.forbidden", await browser.Get("/api/v1/keys").Problem(403));
        var book = _host.Services.GetRequiredService<SessionBook>();
        var ticket = book.Read(browser.Cookies[Browser.Cookie])!;
        Assert.Equal(("oidc:ada-s", "Ada Lovelace", (string?)null), (ticket.Holder, ticket.Name, ticket.Key));
        Assert.DoesNotContain(
            browser.Cookies.Keys,
            name => name.StartsWith("orchestrator-nonce", StringComparison.Ordinal)
                || name.StartsWith("orchestrator-sign-in", StringComparison.Ordinal));

        // A visit renews no session of a person: the issuer is not asked again.
        _time.Advance(TimeSpan.FromHours(11));
        using var visit = await browser.Get("/");
        Assert.Equal(HttpStatusCode.OK, visit.StatusCode);
        Assert.False(visit.Headers.Contains("Set-Cookie"));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("access.session_over", await browser.Get("/api/v1/node").Problem(401));
    }

    [Fact]
    public async Task Person_without_a_role_is_not_let_in()
    {
        await issuer.Person(new { sub = "sam-s", name = "Sam", roles = new[] { "staff" } });
        using var browser = new Browser(_host.Address);
        Assert.Equal("/sign-in?why=role&return=%2F%3Fx%3D1", await SignIn(browser, "/?x=1"));
        Assert.DoesNotContain(Browser.Cookie, browser.Cookies.Keys);
        await issuer.Person(new { sub = "shop-s", roles = "rollout-services", environment = "production" });
        using var program = new Browser(_host.Address);
        Assert.Equal("/sign-in?why=role&return=%2F", await SignIn(program, "//evil.example"));
    }

    [Fact]
    public async Task Answer_that_this_browser_did_not_ask_for_is_refused()
    {
        await issuer.Person(new { sub = "eve-s", roles = "rollout-admins" });
        using var browser = new Browser(_host.Address);
        var callback = await Callback(browser, "/");
        using var victim = new Browser(_host.Address);
        foreach (var forged in (string[])[callback, "/sign-in/callback?code=x&state=y", "/sign-in/callback", "/sign-in/callback?error=access_denied"])
        {
            using var answer = await victim.Get(forged);
            Assert.StartsWith("/sign-in?why=provider", answer.Headers.Location?.OriginalString, StringComparison.Ordinal);
            Assert.DoesNotContain(Browser.Cookie, victim.Cookies.Keys);
        }

        using var own = await browser.Get(callback);
        Assert.Equal("/", own.Headers.Location?.OriginalString);
        using var twice = await victim.Copy(_host).Get(callback);
        Assert.StartsWith("/sign-in?why=provider", twice.Headers.Location?.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Provider_that_is_away_leaves_the_keys()
    {
        await issuer.Tell("stop");
        try
        {
            using var browser = new Browser(_host.Address);
            using var answer = await browser.Get("/sign-in/provider?return=%2Fx");
            Assert.Equal("/sign-in?why=unreachable&return=%2Fx", answer.Headers.Location?.OriginalString);
            using var signed = await Browser.SignedIn(_host);
            await signed.Get("/api/v1/node").Json();
        }
        finally
        {
            await issuer.Tell("start");
        }
    }

    [Fact]
    public async Task Person_signs_out_everywhere()
    {
        await issuer.Person(new { sub = "ada-o", name = "Ada", roles = "rollout-engineers" });
        using var browser = new Browser(_host.Address);
        await SignIn(browser, "/");
        using var copy = browser.Copy(_host);
        Assert.Equal("access.no_key", await browser.Post("/api/v1/environments/production/stop-the-line", JsonContent.Create(new { reason = "x" })).Problem(401));
        using var answer = await browser.SignOut(_host);
        Assert.Equal("/sign-in?why=out&return=%2F", answer.Headers.Location?.OriginalString);
        Assert.Equal("access.session_over", await copy.Get("/api/v1/node").Problem(401));
    }

    /// <summary>Follows the way through the provider, and the address that the sign-in leads to.</summary>
    private async Task<string> SignIn(Browser browser, string to)
    {
        using var answer = await browser.Get(await Callback(browser, to));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    /// <summary>The address to which the provider sends the browser back.</summary>
    private async Task<string> Callback(Browser browser, string to)
    {
        using var asked = await browser.Get($"/sign-in/provider?return={Uri.EscapeDataString(to)}");
        var next = asked.Headers.Location!;
        Assert.StartsWith(issuer.Authority, next.OriginalString, StringComparison.Ordinal);
        Assert.Contains("code_challenge_method=S256", next.Query, StringComparison.Ordinal);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var there = new HttpClient(handler);
        while (next.GetLeftPart(UriPartial.Authority) == issuer.Authority)
        {
            using var answer = await there.GetAsync(next);
            Assert.True(answer.Headers.Location is not null, $"{next} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            next = new Uri(next, answer.Headers.Location);
        }

        return next.PathAndQuery;
    }
}
