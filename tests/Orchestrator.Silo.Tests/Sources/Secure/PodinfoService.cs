using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Silo.Tests.Sources.Secure;

/// <summary>
/// A canary and its primary as Flagger lays them: the label <c>app</c> names the variant. Every scrape finds 200 requests more of each.
/// </summary>
internal sealed class PodinfoService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private long _requests;
    private long _failed;

    private PodinfoService(WebApplication app) => _app = app;

    /// <summary>When true, a tenth of the canary's requests fail. The primary fails in one of a hundred all the time.</summary>
    public bool Bad { get; set; }

    public Uri Address { get; private set; } = null!;

    public static async Task<PodinfoService> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var service = new PodinfoService(builder.Build());
        service._app.MapGet("/metrics", http => http.Response.WriteAsync(service.Metrics()));
        await service._app.StartAsync();
        service.Address = new Uri(service._app.Urls.Single());
        return service;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private string Metrics()
    {
        var requests = Interlocked.Add(ref _requests, 200);
        var failed = Interlocked.Add(ref _failed, Bad ? 20 : 2);
        return string.Create(CultureInfo.InvariantCulture, $$"""
            # TYPE http_requests_total counter
            http_requests_total{app="podinfo-primary",status="200"} {{requests - (requests / 100)}}
            http_requests_total{app="podinfo-primary",status="500"} {{requests / 100}}
            http_requests_total{app="podinfo",status="200"} {{requests - failed}}
            http_requests_total{app="podinfo",status="500"} {{failed}}

            """);
    }
}
