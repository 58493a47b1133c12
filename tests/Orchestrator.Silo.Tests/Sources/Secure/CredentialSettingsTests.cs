using Microsoft.Extensions.Configuration;
using Orchestrator.Grains.Metrics.Sources.Credentials;

namespace Orchestrator.Silo.Tests.Sources.Secure;

public sealed class CredentialSettingsTests
{
    private const string Secret = "s3cret-that-must-not-show";

    [Theory]
    [InlineData("Hosts must name the hosts", "Hosts=", "Bearer=" + Secret)]
    [InlineData("Hosts must name hosts as host, host:port or *.domain, but names 'http://a/b'", "Hosts=http://a/b")]
    [InlineData("Token is not a known setting; credentials have Hosts", "Hosts=a", "Token=" + Secret)]
    [InlineData("Password is missing beside User", "Hosts=a", "User=u")]
    [InlineData("User is missing beside Password", "Hosts=a", "Password=" + Secret)]
    [InlineData("User must be a name without a colon", "Hosts=a", "User=a:b", "Password=" + Secret)]
    [InlineData("Bearer must be a token without blanks", "Hosts=a", "Bearer=" + Secret + " x")]
    [InlineData("Headers:Authorization conflicts with Bearer or User", "Hosts=a", "Bearer=" + Secret, "Headers:Authorization=" + Secret)]
    [InlineData("Headers:Content-Length is not a header that can be set", "Hosts=a", "Headers:Content-Length=3")]
    [InlineData("Headers:X y is not a header that can be set", "Hosts=a", "Headers:X y=3")]
    [InlineData("Headers:X-Key must be a text of printable ASCII", "Hosts=a", "Headers:X-Key=" + Secret + "\r\nX-Evil: 1")]
    [InlineData("Ca must be a PEM file with certificates, but '/nowhere/ca.pem' is not", "Hosts=a", "Ca=/nowhere/ca.pem")]
    [InlineData("Certificate is missing beside Key", "Hosts=a", "Key=/nowhere/key.pem")]
    [InlineData("Certificate and Key must be PEM files that belong together", "Hosts=a", "Certificate=/nowhere/c.pem", "Key=/nowhere/key.pem")]
    public void Wrong_setting_is_told_without_its_secret(string error, params string[] settings)
    {
        var told = Assert.Single(CredentialSettings.Errors(Configuration("mimir", settings)));

        Assert.Contains(error, told, StringComparison.Ordinal);
        Assert.StartsWith("Orchestrator:Credentials:mimir", told, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, told, StringComparison.Ordinal);
    }

    [Fact]
    public void Bearer_beside_a_user_is_told() =>
        Assert.Contains("must have either Bearer, or User and Password", Assert.Single(CredentialSettings.Errors(Configuration("m", "Hosts=a", "Bearer=t", "User=u", "Password=p"))), StringComparison.Ordinal);

    [Fact]
    public async Task All_wrong_settings_are_told_at_once_at_the_start()
    {
        var folder = Directory.CreateTempSubdirectory("settings-").FullName;
        var (exit, output) = await SiloProcess.RunToEnd(
            $"--Orchestrator:Data={folder}", "--urls", "http://127.0.0.1:0", "--Orchestrator:Credentials:mimir:Hosts=a", $"--Orchestrator:Credentials:mimir:Bearer={Secret} x",
            "--Orchestrator:Credentials:datadog:Header=x", "--Orchestrator:Lease=never");
        Directory.Delete(folder, recursive: true);

        Assert.NotEqual(0, exit);
        Assert.Contains("Orchestrator:Credentials:mimir:Bearer must be", output, StringComparison.Ordinal);
        Assert.Contains("Orchestrator:Credentials:datadog:Header is not a known setting", output, StringComparison.Ordinal);
        Assert.Contains("Orchestrator:Credentials:datadog:Hosts must name", output, StringComparison.Ordinal);
        Assert.Contains("Orchestrator:Lease must be", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, output, StringComparison.Ordinal);
    }

    private static IConfiguration Configuration(string name, params string[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => s.Split('=', 2)).Select(s => KeyValuePair.Create($"Orchestrator:Credentials:{name}:{s[0]}", (string?)s[1]))).Build();
}
