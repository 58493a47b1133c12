using System.Collections.Concurrent;

namespace Orchestrator.Cli.Tests.Servers;

/// <summary>Answers of servers and issuers that a sign-in must survive, or refuse with a sentence.</summary>
public sealed class DeviceFlowTests : IAsyncLifetime
{
    private readonly Desk _desk = new();
    private OddIssuer _issuer = null!;

    public async ValueTask InitializeAsync() => _issuer = await OddIssuer.Start();

    public async ValueTask DisposeAsync()
    {
        await _issuer.DisposeAsync();
        _desk.Dispose();
    }

    [Fact]
    public async Task Token_is_asked_for_at_the_pace_that_the_issuer_wants()
    {
        var asked = new ConcurrentQueue<DateTimeOffset>();
        _issuer.Says(OddIssuer.Devices, _issuer.Code(("interval", 3)));
        _issuer.Says(OddIssuer.Tokens, _ =>
        {
            asked.Enqueue(_desk.Time.GetUtcNow());
            return asked.Count switch
            {
                1 => (400, """{"error":"authorization_pending"}"""),
                2 => (400, """{"error":"slow_down"}"""),
                3 => (503, "busy"),
                _ => (200, """{"access_token":"a.b.c","token_type":"bearer","expires_in":60}"""),
            };
        });
        var begun = _desk.Time.GetUtcNow();
        var ran = await _desk.Wait(_desk.Begin("", "login", "--server", _issuer.Address), TimeSpan.FromSeconds(1));
        Assert.Equal(0, ran.Code);
        var pauses = asked.Prepend(begun).Zip(asked, (before, after) => (after - before).TotalSeconds).ToArray();
        Assert.Equal(4, pauses.Length);
        Assert.True(pauses[0] >= 3 && pauses[1] >= 3 && pauses[2] >= 8 && pauses[3] >= 16, string.Join(", ", pauses));
    }

    [Fact]
    public async Task Issuer_that_takes_no_name_of_the_API_is_asked_without_it()
    {
        _issuer.Says(OddIssuer.Devices, form => form!.ContainsKey("resource")
            ? (400, """{"error":"invalid_request","error_description":"unknown parameter resource"}""")
            : (200, System.Text.Json.JsonSerializer.Serialize(_issuer.Code())));
        Assert.Equal(0, (await SignIn()).Code);
        Assert.All(_issuer.Posted.Where(one => one.Path == OddIssuer.Tokens), one => Assert.False(one.Form.ContainsKey("resource")));

        // Renewing remembers it.
        _issuer.Says(OddIssuer.Tokens, OddIssuer.Token(("refresh_token", "r")));
        await using var second = await OddIssuer.Start();
        Assert.Equal(0, (await SignIn("--context", "second", "--server", second.Address)).Code);
        Assert.Contains(second.Posted, one => one.Path == OddIssuer.Tokens && one.Form["resource"] == "https://api.example");
    }

    [Fact]
    public async Task Scope_for_renewing_is_asked_for_where_the_issuer_has_it()
    {
        Assert.Contains("until ", (await SignIn()).Error, StringComparison.Ordinal);
        _issuer.Says(OddIssuer.Discovery, _issuer.Document(("scopes_supported", new[] { "openid", "offline_access" })));
        _issuer.Says(OddIssuer.Tokens, OddIssuer.Token(("refresh_token", "r")));
        Assert.Contains("renewed by itself", (await SignIn()).Error, StringComparison.Ordinal);
        Assert.Equal(
            ["openid", "openid offline_access"], _issuer.Posted.Where(one => one.Path == OddIssuer.Devices).Select(one => one.Form["scope"]));
    }

    [Fact]
    public async Task End_of_a_token_is_read_from_it_where_the_issuer_leaves_it_out()
    {
        var end = _desk.Time.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds();
        var payload = System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes($$"""{"exp":{{end}}}"""));
        _issuer.Says(OddIssuer.Tokens, new { access_token = $"h.{payload}.s", token_type = "Bearer" });
        Assert.Equal(0, (await SignIn()).Code);
        Assert.InRange(_desk.Kept.GetProperty("token").GetProperty("until").GetDateTimeOffset().ToUnixTimeSeconds(), end, end + 60);
        _issuer.Says(OddIssuer.Tokens, new { access_token = "h.x.s", token_type = "Bearer" });
        var ran = await SignIn();
        Assert.Equal(1, ran.Code);
        Assert.Contains("a token without an end", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expired_token", 8, "The code expired")]
    [InlineData("access_denied", 5, "The sign-in was denied.")]
    [InlineData("invalid_client", 5, "gave no token (invalid_client: no [31m such client")]
    public async Task Refusal_of_a_token_ends_the_sign_in(string error, int code, string message)
    {
        _issuer.Says(OddIssuer.Tokens, new { error, error_description = "no\u001b[31m such client" }, 400);
        var ran = await SignIn();
        Assert.Equal(code, ran.Code);
        Assert.Contains(message, ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', ran.Error);
        Assert.False(File.Exists(_desk.File));
    }

    [Theory]
    [InlineData("device_code", "")]
    [InlineData("user_code", "")]
    [InlineData("verification_uri", "javascript:alert(1)")]
    [InlineData("verification_uri", "http://login.example/device")]
    [InlineData("expires_in", -1)]
    [InlineData("expires_in", "soon")]
    public async Task Answer_without_a_usable_code_ends_the_sign_in(string member, object value)
    {
        _issuer.Says(OddIssuer.Devices, _issuer.Code((member, value)));
        var ran = await SignIn();
        Assert.Equal(1, ran.Code);
        Assert.Contains($"without a usable {member}", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token_type", "DPoP")]
    [InlineData("access_token", "")]
    [InlineData("access_token", "a b")]
    [InlineData("access_token", "a\r\nX: y")]
    public async Task Answer_without_a_usable_token_ends_the_sign_in(string member, string value)
    {
        _issuer.Says(OddIssuer.Tokens, OddIssuer.Token((member, value)));
        var ran = await SignIn();
        Assert.Equal(1, ran.Code);
        Assert.Contains("no access token of the type Bearer", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token_endpoint", "http://login.example/token", 1, "is no https address")]
    [InlineData("device_authorization_endpoint", "file:///etc/passwd", 1, "is no https address")]
    [InlineData("token_endpoint", "", 1, "names no token_endpoint")]
    [InlineData("device_authorization_endpoint", "", 4, "has no device flow")]
    [InlineData("issuer", "https://login.example", 1, "names another issuer")]
    public async Task Discovery_document_that_is_not_safe_is_refused(string member, string value, int code, string message)
    {
        _issuer.Says(OddIssuer.Discovery, _issuer.Document((member, value)));
        var ran = await SignIn();
        Assert.Equal(code, ran.Code);
        Assert.Contains(message, ran.Error, StringComparison.Ordinal);
        Assert.Empty(_issuer.Posted);
    }

    [Theory]
    [InlineData("http://login.example", 3, "must be an https address")]
    [InlineData("login", 3, "must be an https address")]
    [InlineData("https://login.example/?tenant=1", 3, "must be an https address")]
    [InlineData("", 1, "names no issuer")]
    public async Task Issuer_that_is_not_safe_is_refused(string named, int code, string message)
    {
        _issuer.Says(OddIssuer.Metadata, new { authorization_servers = new[] { named }, command_line_client_id = "rollout" });
        var ran = await SignIn();
        Assert.Equal(code, ran.Code);
        Assert.Contains(message, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_without_bounds_or_sense_end_the_sign_in()
    {
        _issuer.Says(OddIssuer.Discovery, _ => (200, new string('x', 300 * 1024)));
        Assert.Equal(7, (await SignIn()).Code);
        _issuer.Says(OddIssuer.Discovery, _ => (302, "https://elsewhere.example/"));
        Assert.Contains("gave no discovery document: status 302", (await SignIn()).Error, StringComparison.Ordinal);
        _issuer.Says(OddIssuer.Discovery, _ => (200, string.Concat(Enumerable.Repeat("[", 100))));
        Assert.Contains("gave no discovery document", (await SignIn()).Error, StringComparison.Ordinal);
        _issuer.Says(OddIssuer.Metadata, _ => (500, "{}"));
        Assert.Contains("No server answered.", (await SignIn()).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_over_plain_http_is_not_asked_for_its_issuer()
    {
        var ran = await SignIn("--server", "http://rollouts.example");
        Assert.Equal(3, ran.Code);
        Assert.Contains("http://rollouts.example/ is not https", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Next_server_is_asked_when_one_is_away()
    {
        var ran = await SignIn("--server", "http://127.0.0.1:1", "--server", _issuer.Address);
        Assert.Equal(0, ran.Code);
        Assert.Equal(2, _desk.Kept.GetProperty("servers").GetArrayLength());
    }

    private Task<Verbs.Ran> SignIn(params string[] args) => _desk.Wait(
        _desk.Begin("", ["login", .. args.Contains("--server") ? args : [.. args, "--server", _issuer.Address]]), TimeSpan.FromSeconds(5));
}
