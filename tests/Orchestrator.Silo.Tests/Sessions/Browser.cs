using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Dashboard.Sessions;

namespace Orchestrator.Silo.Tests.Sessions;

/// <summary>A browser without script: keeps cookies, and shows each redirect.</summary>
internal sealed partial class Browser(Uri address) : IDisposable
{
    public const string Cookie = "orchestrator-session";

    private readonly HttpClient _http =
        new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = address,
            Timeout = SiloHost.Patience,
        };

    public Dictionary<string, string> Cookies { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>Headers of cookies in the last answer that had some.</summary>
    public string[] SetCookies { get; private set; } = [];

    public static async Task<Browser> SignedIn(SiloHost host, string key = SiloHost.AdminKey)
    {
        var browser = new Browser(host.Address);
        using var answer = await browser.SignIn(key);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return browser;
    }

    /// <summary>Another browser with the same cookies, on this node or another.</summary>
    public Browser Copy(SiloHost host) => new(host.Address) { Cookies = new Dictionary<string, string>(Cookies, StringComparer.Ordinal) };

    public Task<HttpResponseMessage> Get(string path, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Get, path, null, headers);

    public Task<HttpResponseMessage> Post(string path, HttpContent? body, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Post, path, body, headers);

    /// <summary>Fills in the form of the sign-in and sends it.</summary>
    public async Task<HttpResponseMessage> SignIn(string key, string to = "/", params (string Name, string Value)[] headers)
    {
        using var page = await Get($"/sign-in?return={Uri.EscapeDataString(to)}", headers);
        var fields = Hidden(await page.Content.ReadAsStringAsync());
        return await Post("/sign-in", Form([.. fields, ("key", key)]), headers);
    }

    /// <summary>Sends the form that every page has.</summary>
    public async Task<HttpResponseMessage> SignOut(SiloHost host) => await Post("/sign-out", Form(await Token(host)));

    /// <summary>The field that a page of this session has in its forms.</summary>
    public async Task<(string Name, string Value)> Token(SiloHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        http.Request.Host = new HostString("127.0.0.1");
        http.Request.Headers.Cookie = Sent();
        http.User = (await http.AuthenticateAsync(SessionHandler.SchemeName)).Principal ?? http.User;
        var tokens = scope.ServiceProvider.GetRequiredService<IAntiforgery>().GetTokens(http);
        if (tokens.CookieToken is { } cookie)
        {
            Cookies["orchestrator-form"] = cookie;
        }

        return (tokens.FormFieldName, tokens.RequestToken!);
    }

    public static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)));

    public static (string Name, string Value)[] Hidden(string page) =>
        [.. Fields().Matches(page).Select(found => (found.Groups[1].Value, WebUtility.HtmlDecode(found.Groups[2].Value)))];

    public void Dispose() => _http.Dispose();

    public async Task<HttpResponseMessage> Send(
        HttpMethod method, string path, HttpContent? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Add("Accept", "text/html,application/json;q=0.9");
        if (Cookies.Count > 0)
        {
            request.Headers.Add("Cookie", Sent());
        }

        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (answer.Headers.TryGetValues("Set-Cookie", out var set))
        {
            SetCookies = [.. set];
            foreach (var one in SetCookies)
            {
                var at = one.IndexOf('=', StringComparison.Ordinal);
                var (name, value) = (one[..at], one[(at + 1)..].Split(';')[0]);
                Cookies.Remove(name);
                if (value.Length > 0)
                {
                    Cookies[name] = value;
                }
            }
        }

        return answer;
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)" ?/?>""")]
    private static partial Regex Fields();

    private string Sent() => string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));
}
