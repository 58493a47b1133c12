using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace Orchestrator.Silo.Tests.Sessions;

/// <summary>The page of the sign-in, and what a browser without a session gets.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private SiloHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await SiloHost.Start();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Page_without_a_session_leads_to_the_sign_in_and_back_with_its_query()
    {
        using var browser = new Browser(_host.Address);
        using var page = await browser.Get("/?reason=error%20rate%20is%20%3C5%25&x=%C3%B6");
        Assert.Equal(HttpStatusCode.SeeOther, page.StatusCode);
        Assert.Equal("no-store", page.Headers.CacheControl?.ToString());
        using var form = await browser.Get(page.Headers.Location!.ToString());
        var fields = Browser.Hidden(await form.Content.ReadAsStringAsync());
        using var answer = await browser.Post("/sign-in", Browser.Form([.. fields, ("key", $" {SiloHost.AdminKey}\n")]));
        Assert.Equal("/?reason=error%20rate%20is%20%3C5%25&x=%C3%B6", answer.Headers.Location?.OriginalString);
        using var back = await browser.Get(answer.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Fact]
    public async Task Form_that_was_sent_without_a_session_comes_back_with_its_reason()
    {
        using var browser = new Browser(_host.Address);
        using var answer = await browser.Post("/?tab=1", Browser.Form(("reason", "errors at 5 %"), ("other", "x")));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("/sign-in?return=%2F%3Ftab%3D1%26reason%3Derrors%2520at%25205%2520%2525", answer.Headers.Location?.OriginalString);
        using var large = await browser.Post("/", Browser.Form(("reason", new string('x', 100_000))));
        Assert.Equal((HttpStatusCode.SeeOther, "/sign-in?return=%2F"), (large.StatusCode, large.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task Script_without_a_session_gets_a_problem()
    {
        using var browser = new Browser(_host.Address);
        Assert.Equal("access.no_key", await browser.Get("/", ("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Site", "same-origin")).Problem(401));
    }

    [Fact]
    public async Task Link_of_another_site_bounces_once_to_bring_the_cookie()
    {
        using var browser = new Browser(_host.Address);
        using var bounce = await browser.Get("/?at=1", ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Site", "cross-site"));
        var text = await bounce.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, bounce.StatusCode);
        Assert.Contains("""<meta http-equiv="refresh" content="0">""", text, StringComparison.Ordinal);
        Assert.Equal("no-store", bounce.Headers.CacheControl?.ToString());
        Assert.Equal(["default-src 'none'; frame-ancestors 'none'"], bounce.Headers.GetValues("Content-Security-Policy"));
        using var again = await browser.Get("/?at=1", ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Site", "same-origin"));
        Assert.Equal((HttpStatusCode.SeeOther, "/sign-in?return=%2F%3Fat%3D1"), (again.StatusCode, again.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task Sign_in_page_has_each_security_header_once()
    {
        using var browser = new Browser(_host.Address);
        using var page = await browser.Get("/sign-in");
        Assert.Equal([Policy], page.Headers.GetValues("Content-Security-Policy"));
        Assert.Equal(["DENY"], page.Headers.GetValues("X-Frame-Options"));
        Assert.Equal(["nosniff"], page.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["no-referrer"], page.Headers.GetValues("Referrer-Policy"));
        Assert.Contains("no-store", Assert.Single(page.Headers.GetValues("Cache-Control")), StringComparison.Ordinal);
        var text = await page.Content.ReadAsStringAsync();
        Assert.StartsWith("<!DOCTYPE html>", text, StringComparison.Ordinal);
        Assert.Contains("""type="password" autocomplete="current-password" """.TrimEnd(), text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("style=", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Sign in with", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signed_in_browser_is_sent_on()
    {
        using var browser = await Browser.SignedIn(_host);
        using var answer = await browser.Get("/sign-in?return=%2F%3Fa%3Db");
        Assert.Equal((HttpStatusCode.SeeOther, "/?a=b"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("///evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("/\r\nSet-Cookie: a=b")]
    [InlineData(" //evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil.example")]
    [InlineData("/sign-in?return=/sign-in")]
    [InlineData("/SIGN-OUT")]
    [InlineData("/ünsafe")]
    [InlineData("")]
    public async Task Return_address_of_another_place_leads_to_the_first_page(string to)
    {
        using var browser = new Browser(_host.Address);
        using var answer = await browser.SignIn(SiloHost.AdminKey, to);
        Assert.Equal((HttpStatusCode.SeeOther, "/"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        using var direct = await browser.Get($"/sign-in?return={Uri.EscapeDataString(to)}");
        Assert.Equal((HttpStatusCode.SeeOther, "/"), (direct.StatusCode, direct.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task Unknown_and_revoked_keys_get_the_same_sentence()
    {
        var (id, key) = await _host.NewKey("viewer");
        await _host.Admin.DeleteAsync($"/api/v1/keys/{id}").Json(204);
        using var browser = new Browser(_host.Address);
        var seen = new List<string>();
        foreach (var wrong in (string[])[key, "rok_unknown"])
        {
            using var answer = await browser.SignIn(wrong);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.DoesNotContain(wrong, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Browser.Cookie, browser.Cookies.Keys);
            seen.Add(Browser.Hidden(text).Aggregate(text, (page, field) => page.Replace(field.Value, "", StringComparison.Ordinal)));
        }

        Assert.Contains("This key is not known, or was revoked.", seen[0], StringComparison.Ordinal);
        Assert.Equal(seen[0], seen[1]);
        var refused = await _host.Admin.GetAsync("/api/v1/audit/refusals").Json();
        Assert.Equal(2, refused.GetProperty("refused").EnumerateArray().Count(one => one.GetProperty("code").GetString() == "access.unknown_key"));
    }

    [Theory]
    [InlineData("evaluation")]
    [InlineData("browser")]
    [InlineData("ingest")]
    public async Task Key_of_a_program_does_not_sign_in(string role)
    {
        var (_, key) = await _host.NewKey(role, "production");
        using var browser = new Browser(_host.Address);
        using var answer = await browser.SignIn(key);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain(Browser.Cookie, browser.Cookies.Keys);
    }

    [Fact]
    public async Task Eleventh_wrong_key_of_a_minute_is_refused_and_the_right_one_is_taken()
    {
        using var browser = new Browser(_host.Address);
        for (var i = 1; i <= 12; i++)
        {
            using var answer = await browser.SignIn($"wrong {i}");
            Assert.Equal(i <= 10 ? HttpStatusCode.Unauthorized : HttpStatusCode.TooManyRequests, answer.StatusCode);
        }

        using var right = await browser.SignIn(SiloHost.AdminKey);
        Assert.Equal(HttpStatusCode.SeeOther, right.StatusCode);
    }

    [Fact]
    public async Task Forms_without_their_token_change_nothing()
    {
        using var browser = new Browser(_host.Address);
        using var bare = await browser.Post("/sign-in", Browser.Form(("key", SiloHost.AdminKey)));
        Assert.Equal(HttpStatusCode.BadRequest, bare.StatusCode);
        using var first = await browser.Get("/sign-in");
        var fields = Browser.Hidden(await first.Content.ReadAsStringAsync());
        using var stranger = new Browser(_host.Address);
        using var theirs = await stranger.Post("/sign-in", Browser.Form([.. fields, ("key", SiloHost.AdminKey)]));
        Assert.Equal(HttpStatusCode.BadRequest, theirs.StatusCode);
        Assert.DoesNotContain(Browser.Cookie, stranger.Cookies.Keys);

        using var one = await Browser.SignedIn(_host);
        using var none = await one.Post("/sign-out", Browser.Form());
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
        using var two = await Browser.SignedIn(_host);
        var token = await two.Token(_host);
        one.Cookies["orchestrator-form"] = two.Cookies["orchestrator-form"];
        using var other = await one.Post("/sign-out", Browser.Form(token));
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
        await one.Get("/api/v1/node").Json();
        using var own = await two.Post("/sign-out", Browser.Form(token));
        Assert.Equal(HttpStatusCode.SeeOther, own.StatusCode);
    }

    [Fact]
    public async Task Hostile_forms_are_refused()
    {
        using var browser = new Browser(_host.Address);
        using var page = await browser.Get("/sign-in");
        var token = Browser.Hidden(await page.Content.ReadAsStringAsync())[0];
        foreach (var key in (string[])["", "\0\0", new string('k', 257), new string('ö', 5_000), "<script>alert(1)</script>", "\ud800", "'; DROP TABLE events; --"])
        {
            using var answer = await browser.Post("/sign-in", Browser.Form(token, ("key", key)));
            Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest, $"{key}: {answer.StatusCode}");
        }

        foreach (var body in (HttpContent[])
        [
            Browser.Form(token, ("key", new string('k', 100_000))),
            Browser.Form([token, .. Enumerable.Range(0, 100).Select(i => ($"f{i}", "x"))]),
            Answers.Text("{\"key\":1}"),
            new ByteArrayContent(Encoding.UTF8.GetBytes("%%%&&&==%00")) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded") } },
            new MultipartFormDataContent("b") { { new StringContent(SiloHost.AdminKey), "key" } },
            new ByteArrayContent([]),
        ])
        {
            using var answer = await browser.Post("/sign-in", body);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        using var why = await browser.Get("/sign-in?why=%3Cscript%3E&return=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E");
        Assert.DoesNotContain("<script", await why.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var many = await browser.Get("/sign-in", ("Cookie", $"{Browser.Cookie}={new string('A', 5_000)}"));
        Assert.Equal(HttpStatusCode.OK, many.StatusCode);
    }
}
