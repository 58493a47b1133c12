using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Oidc;
using Orchestrator.Dashboard.Sessions;

namespace Orchestrator.Silo.Tests.Sessions;

public sealed class SessionSettingsTests
{
    [Theory]
    [InlineData("Session", "4m", "Orchestrator:Dashboard:Session must be a duration from 5m to 7d, but is '4m'")]
    [InlineData("Session", "8d", "Orchestrator:Dashboard:Session must be a duration from 5m to 7d, but is '8d'")]
    [InlineData("Session", "soon", "Orchestrator:Dashboard:Session must be a duration from 5m to 7d, but is 'soon'")]
    [InlineData("SessionSecret", "short", "Orchestrator:Dashboard:SessionSecret must have 32 to 256 characters, but has 5. Make one with: openssl rand -hex 32")]
    public void Error_names_path_value_and_rule(string key, string value, string error) =>
        Assert.Equal([error], SessionSettings.Errors(Of(($"Orchestrator:Dashboard:{key}", value))));

    [Fact]
    public void Settings_are_read()
    {
        Assert.Equal(new SessionSettings(TimeSpan.FromHours(12), null), SessionSettings.Read(Of()));
        Assert.Equal(TimeSpan.FromMinutes(30), SessionSettings.Read(Of(("Orchestrator:Dashboard:Session", "30m"))).Length);
    }

    [Fact]
    public void Sign_in_with_an_issuer_needs_its_client()
    {
        (string, string)[] issuer =
        [
            ("Orchestrator:Auth:Oidc:Authority", "https://login.example"), ("Orchestrator:Auth:Oidc:Audience", "api"), ("Orchestrator:Auth:Oidc:Roles:a", "admin"),
        ];
        Assert.Empty(OidcSettings.Errors(Of([.. issuer, ("Orchestrator:Auth:Oidc:ClientId", "dashboard")])));
        Assert.Equal(
            ["Orchestrator:Auth:Oidc:ClientSecret does nothing without Orchestrator:Auth:Oidc:ClientId, which turns on the sign-in with the issuer"],
            OidcSettings.Errors(Of([.. issuer, ("Orchestrator:Auth:Oidc:ClientSecret", "s")])));
        Assert.Equal(
            ["Orchestrator:Auth:Oidc:Scopes must have openid among them, but is 'profile'"],
            OidcSettings.Errors(Of([.. issuer, ("Orchestrator:Auth:Oidc:ClientId", "dashboard"), ("Orchestrator:Auth:Oidc:Scopes", "profile")])));
    }

    [Fact]
    public void Sign_in_of_the_command_line_needs_its_client()
    {
        (string, string)[] issuer =
        [
            ("Orchestrator:Auth:Oidc:Authority", "https://login.example"), ("Orchestrator:Auth:Oidc:Audience", "api"), ("Orchestrator:Auth:Oidc:Roles:a", "admin"),
        ];
        var set = Of([.. issuer, ("Orchestrator:Auth:Oidc:CommandLineClientId", "rollout"), ("Orchestrator:Auth:Oidc:Scopes", "openid api")]);
        Assert.Empty(OidcSettings.Errors(set));
        Assert.Equal(("rollout", "openid api", null), OidcSettings.Read(set) is { } read ? (read.CommandLineClientId, read.Scopes, read.ClientId) : default);
        Assert.Equal(
            ["Orchestrator:Auth:Oidc:CommandLineClientId must not be empty"],
            OidcSettings.Errors(Of([.. issuer, ("Orchestrator:Auth:Oidc:CommandLineClientId", " ")])));
        Assert.Equal(
            [
                "Orchestrator:Auth:Oidc:Scopes does nothing without Orchestrator:Auth:Oidc:ClientId, which turns on the sign-in with the issuer, "
                + "or Orchestrator:Auth:Oidc:CommandLineClientId, which turns on that of the command line",
            ],
            OidcSettings.Errors(Of([.. issuer, ("Orchestrator:Auth:Oidc:Scopes", "openid")])));
    }

    [Fact]
    public async Task Another_secret_opens_no_earlier_cookie()
    {
        var folder = Directory.CreateTempSubdirectory("silo-");
        Browser browser;
        await using (var host = await SiloHost.Start(folder: folder.FullName))
        {
            browser = await Browser.SignedIn(host);
        }

        await using (var host = await SiloHost.Start(folder: folder.FullName, settings: [$"--Orchestrator:Dashboard:SessionSecret={new string('s', 32)}"]))
        {
            await Eventually.Until("the node knows the ended sessions", () => host.Services.GetRequiredService<EndedSessions>().AreKnown);
            using var copy = browser.Copy(host);
            Assert.Equal("access.session_over", await copy.Get("/api/v1/node").Problem(401));
            using var again = await Browser.SignedIn(host);
            await again.Get("/api/v1/node").Json();
        }

        browser.Dispose();
        folder.Delete(recursive: true);
    }

    private static IConfiguration Of(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(one => new KeyValuePair<string, string?>(one.Key, one.Value))).Build();
}
