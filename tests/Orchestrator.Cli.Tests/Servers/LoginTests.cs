using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Silo.Tests;
using Orchestrator.Silo.Tests.Oidc;

namespace Orchestrator.Cli.Tests.Servers;

/// <summary>Sign-in at a real issuer, for a real silo.</summary>
public sealed class LoginTests(Issuer issuer) : IClassFixture<Issuer>, IAsyncLifetime
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private readonly Desk _desk = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private SiloHost _host = null!;

    private string Server => _host.Address.ToString().TrimEnd('/');

    public async ValueTask InitializeAsync() => _host = await SiloHost.Start(time: _time, settings: issuer.WithCommandLine);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _desk.Dispose();
    }

    [Fact]
    public async Task Person_signs_in_with_a_browser_and_has_the_role_of_the_claims()
    {
        var signedIn = await SignIn("ada-1", "Ada Lovelace", "rollout-viewers");
        Assert.Equal((0, ""), (signedIn.Code, signedIn.Out));
        Assert.Contains("Signed in to default as Ada Lovelace (viewer)", signedIn.Error, StringComparison.Ordinal);
        Assert.Contains("Ada Lovelace (viewer)", (await _desk.Ends(0, "whoami")).Out, StringComparison.Ordinal);
        await _desk.Ends(5, "keys", "list");
        var row = (await _desk.Ends(0, "context", "list", "-o", "json")).Json.GetProperty("contexts")[0];
        Assert.Equal("token", row.GetProperty("credential").GetString());
        Assert.Equal(issuer.Authority, row.GetProperty("issuer").GetString());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_desk.File));
        }
    }

    [Fact]
    public async Task Token_that_is_nearly_over_is_renewed_once_for_all_processes()
    {
        await SignIn("ada-2", "Ada", "rollout-viewers");
        var before = _desk.Kept.GetProperty("token");
        _desk.Time.Advance(TimeSpan.FromMinutes(59.5));
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => _desk.Run("", "whoami"))));
        Assert.All(runs, run => Assert.Equal((0, ""), (run.Code, run.Error)));
        var after = _desk.Kept.GetProperty("token");
        Assert.NotEqual(before.GetProperty("access").GetString(), after.GetProperty("access").GetString());
        Assert.True(after.GetProperty("until").GetDateTimeOffset() > before.GetProperty("until").GetDateTimeOffset());

        // A refresh token that was used twice would have ended the sign-in.
        _desk.Time.Advance(TimeSpan.FromHours(2));
        await _desk.Ends(0, "whoami");
    }

    [Fact]
    public async Task Sign_out_ends_the_sign_in_at_the_issuer()
    {
        await SignIn("ada-3", "Ada", "rollout-viewers");
        using var copy = _desk.Copy();
        Assert.Contains("Signed out of default.", (await _desk.Ends(0, "logout")).Error, StringComparison.Ordinal);
        Assert.False(_desk.Kept.TryGetProperty("token", out _));
        await _desk.Ends(5, "whoami");
        Assert.Contains("has no sign-in", (await _desk.Ends(0, "logout")).Error, StringComparison.Ordinal);

        copy.Time.Advance(TimeSpan.FromHours(1));
        var over = await copy.Ends(5, "whoami");
        Assert.Contains("Run: rollout login --context default", over.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Issuer_that_is_away_leaves_the_token_until_its_end()
    {
        await SignIn("ada-4", "Ada", "rollout-viewers");
        await issuer.Tell("stop");
        try
        {
            _desk.Time.SetUtcNow(_desk.Kept.GetProperty("token").GetProperty("until").GetDateTimeOffset() - TimeSpan.FromSeconds(30));
            await _desk.Ends(0, "whoami");
            _desk.Time.Advance(TimeSpan.FromMinutes(1));
            Assert.Contains("cannot be reached", (await _desk.Ends(7, "whoami")).Error, StringComparison.Ordinal);
            Assert.Contains("stay valid until they end", (await _desk.Ends(0, "logout")).Error, StringComparison.Ordinal);
        }
        finally
        {
            await issuer.Tell("start");
        }
    }

    [Fact]
    public async Task Denied_sign_in_leaves_no_token()
    {
        await issuer.Person(new { sub = "ada-5", name = "Ada", roles = "rollout-viewers" });
        var login = _desk.Begin("", "login", "--server", Server);
        await DevicePage.Deny(await login.Page());
        var ran = await _desk.Wait(login, Step);
        Assert.Equal(5, ran.Code);
        Assert.Contains("The sign-in was denied.", ran.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_desk.File));
    }

    [Fact]
    public async Task Code_that_was_not_confirmed_expires()
    {
        var login = _desk.Begin("", "login", "--server", Server);
        await login.Page();
        var ran = await _desk.Wait(login, TimeSpan.FromMinutes(5));
        Assert.Equal(8, ran.Code);
        Assert.Contains("The code expired", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Person_without_a_role_is_not_signed_in()
    {
        var ran = await SignIn("sam", "Sam", "staff");
        Assert.Equal(5, ran.Code);
        Assert.Contains("access.no_role", ran.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_desk.File));
    }

    [Fact]
    public async Task Issuer_of_another_name_is_refused()
    {
        var elsewhere = issuer.Authority.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        await using var host = await SiloHost.Start(
            settings: [.. issuer.WithCommandLine.Where(one => !one.Contains(":Authority=", StringComparison.Ordinal)), $"--Orchestrator:Auth:Oidc:Authority={elsewhere}"]);
        var ran = await _desk.Ends(1, "login", "--server", host.Address.ToString());
        Assert.Contains($"names another issuer: \"{issuer.Authority}\"", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_without_an_issuer_or_client_asks_for_a_key()
    {
        await using var keys = await SiloHost.Start();
        Assert.Contains("Use an API key", (await _desk.Ends(4, "login", "--server", keys.Address.ToString())).Error, StringComparison.Ordinal);
        await using var noClient = await SiloHost.Start(settings: issuer.Settings);
        Assert.Contains(
            "Orchestrator:Auth:Oidc:CommandLineClientId", (await _desk.Ends(4, "login", "--server", noClient.Address.ToString())).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Context_of_other_servers_keeps_its_sign_in()
    {
        await SignIn("ada-6", "Ada", "rollout-viewers");
        var ran = await _desk.Ends(3, "login", "--server", "https://elsewhere.example");
        Assert.Contains($"The context default is for {Server}", ran.Error, StringComparison.Ordinal);
        Assert.Contains("rollout login --context new --server", (await _desk.Ends(3, "login", "--context", "new")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_of_a_context_go_to_its_own_servers_only()
    {
        await SignIn("ada-7", "Ada", "rollout-viewers");
        await using var other = await SiloHost.Start(settings: issuer.WithCommandLine);
        await _desk.Ends(0, "whoami", "--server", Server);
        Assert.Contains("access.no_key", (await _desk.Ends(5, "whoami", "--server", other.Address.ToString())).Error, StringComparison.Ordinal);
    }

    private async Task<Verbs.Ran> SignIn(string subject, string name, string role)
    {
        await issuer.Person(new { sub = subject, name, roles = new[] { "everyone", role } });
        var login = _desk.Begin("", "login", "--server", Server);
        await DevicePage.Approve(await login.Page());
        return await _desk.Wait(login, Step);
    }
}
