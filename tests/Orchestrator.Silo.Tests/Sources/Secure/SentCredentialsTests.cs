using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Grains.Egress;
using Orchestrator.Grains.Metrics.Sources;
using Orchestrator.Grains.Metrics.Sources.Credentials;
using Orchestrator.Grains.Metrics.Sources.Http;

namespace Orchestrator.Silo.Tests.Sources.Secure;

/// <summary>Credentials as a server sees them, and the part of them that its answers may show.</summary>
public sealed class SentCredentialsTests : IAsyncLifetime
{
    private const string Token = "t0ken-of-the-tenant";
    private static readonly SourceQuery Up =
        new(new SourceSeries("up", SourceShape.Gauge, "up"), new SeriesAudience(Variant.New, Traffic.Live, null), "up");
    private readonly List<string> _seen = [];
    private WebApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.MapGet("/api/v1/query", Echo);
        await _server.StartAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Bearer_and_headers_arrive_and_a_server_that_repeats_them_is_not_quoted()
    {
        var scrape = await Ask("Bearer=" + Token, "Headers:X-Scope-OrgID=team-payments");

        Assert.Equal($"Bearer {Token}|team-payments", Assert.Single(_seen));
        Assert.Equal("Prometheus refuses the query: no such tenant: Bearer ***|***", scrape.Error);
    }

    [Fact]
    public async Task Password_that_a_server_repeats_is_not_quoted_in_either_form()
    {
        var scrape = await Ask("User=rollouts", "Password=" + Token);

        Assert.Equal("Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("rollouts:" + Token)) + "|", Assert.Single(_seen));
        Assert.Equal("Prometheus refuses the query: no such tenant: Basic ***|", scrape.Error);
    }

    [Fact]
    public async Task Credentials_for_other_hosts_are_not_sent_to_this_machine()
    {
        var scrape = await Ask("Bearer=" + Token, "Hosts=prometheus.internal");

        Assert.StartsWith("the credentials 'mimir' are not allowed for 127.0.0.1:", scrape.Error, StringComparison.Ordinal);
        Assert.Empty(_seen);
    }

    private async Task Echo(HttpContext http)
    {
        var seen = $"{http.Request.Headers.Authorization}|{http.Request.Headers["X-Scope-OrgID"]}";
        _seen.Add(seen);
        http.Response.StatusCode = 400;
        await http.Response.WriteAsync($$"""{ "status": "error", "error": "no such tenant: {{seen}}" }""");
    }

    private async Task<Scrape> Ask(params string[] settings)
    {
        var url = _server.Urls.Single();
        var values = settings.Select(one => one.Split('=', 2)).ToDictionary(one => $"Orchestrator:Credentials:mimir:{one[0]}", one => (string?)one[1]);
        values.TryAdd("Orchestrator:Credentials:mimir:Hosts", new Uri(url).Authority);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        Assert.Empty(CredentialSettings.Errors(configuration));
        using var http = new SourceHttp(new EgressList([]), new CredentialSettings(configuration));
        return await new PrometheusClient(http).Ask(url, "mimir", Up, SiloHost.Patience, CancellationToken.None);
    }
}
