namespace Orchestrator.Silo.Tests.Edge;

public sealed class HttpsTests
{
    private const string Hsts = "Strict-Transport-Security";

    [Fact]
    public async Task Certificate_of_the_settings_is_served_and_browsers_are_told_to_stay_with_https()
    {
        using var authority = new Authority();
        var (certificate, key) = authority.Issue();
        await using var host = await SiloHost.Start(settings:
            ["--urls=https://127.0.0.1:0", $"--Kestrel:Certificates:Default:Path={certificate}", $"--Kestrel:Certificates:Default:KeyPath={key}"]);
        using var client = new HttpClient(new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback =
            (_, shown, _, _) => authority.Signed(shown)
        })
        { BaseAddress = host.Address };
        client.DefaultRequestHeaders.Add("X-API-Key", SiloHost.AdminKey);
        client.DefaultRequestHeaders.Host = "rollouts.test";

        using var answer = await client.GetAsync("/api/v1/nodes");
        Assert.True(answer.IsSuccessStatusCode);
        Assert.Equal("max-age=31536000", Assert.Single(answer.Headers.GetValues(Hsts)));
        await Assert.ThrowsAsync<HttpRequestException>(() => host.Admin.GetAsync("/api/v1/nodes"));
    }

    [Theory]
    [InlineData("--Orchestrator:Http:KnownProxies=127.0.0.1", true)]
    [InlineData("--Orchestrator:Http:KnownProxies=10.0.0.0/8 127.0.0.0/8", true)]
    [InlineData("--Orchestrator:Http:KnownProxies=10.0.0.7", false)]
    [InlineData("--Orchestrator:Metrics:Public=true", false)]
    public async Task Forwarded_headers_count_of_known_proxies_only(string setting, bool counts)
    {
        await using var host = await SiloHost.Start(settings: setting);
        using var client = host.As(SiloHost.AdminKey);
        client.DefaultRequestHeaders.Host = "rollouts.test";
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        using var answer = await client.GetAsync("/api/v1/nodes");
        Assert.Equal(counts, answer.Headers.Contains(Hsts));
    }
}
