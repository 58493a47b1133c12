using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Silo.Tests.Sources;

/// <summary>
/// A small service that both variants serve, with the metrics of each for Prometheus. Every scrape finds 200 requests more.
/// </summary>
internal sealed class ChatService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private long _requests;
    private long _errors;

    private ChatService(WebApplication app) => _app = app;

    /// <summary>When true, a tenth of the requests to the new variant fail.</summary>
    public bool Bad { get; set; }

    /// <summary>When true, the one instance of the new variant that serves says that it is slow; the idle one goes on saying NaN.</summary>
    public bool Slow { get; set; }

    public Uri Address { get; private set; } = null!;

    public static async Task<ChatService> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var service = new ChatService(builder.Build());
        service._app.MapGet("/metrics", http => http.Response.WriteAsync(service.Metrics()));
        await service._app.StartAsync();
        service.Address = new Uri(service._app.Urls.Single());
        return service;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private string Metrics()
    {
        var requests = Interlocked.Add(ref _requests, 200);
        var errors = Interlocked.Add(ref _errors, Bad ? 20 : 0);
        // The counter of errors appears with the first error, as in most libraries.
        var failed = errors == 0 ? "" : $"chat_requests_total{{variant=\"new\",code=\"500\"}} {errors}\n";
        return string.Create(CultureInfo.InvariantCulture, $$"""
            # TYPE chat_requests_total counter
            chat_requests_total{variant="legacy",code="200"} {{requests}}
            chat_requests_total{variant="new",code="200"} {{requests - errors}}
            {{failed}}# TYPE chat_response_seconds histogram
            chat_response_seconds_bucket{variant="legacy",le="0.1"} {{requests}}
            chat_response_seconds_bucket{variant="legacy",le="+Inf"} {{requests}}
            chat_response_seconds_bucket{variant="new",le="0.1"} {{requests - (requests / 100)}}
            chat_response_seconds_bucket{variant="new",le="0.25"} {{requests}}
            chat_response_seconds_bucket{variant="new",le="+Inf"} {{requests}}
            # TYPE chat_memory_bytes gauge
            chat_memory_bytes{variant="legacy"} 40000000
            chat_memory_bytes{variant="new"} 42000000
            # TYPE chat_p99_seconds gauge
            chat_p99_seconds{variant="legacy",pod="a"} 0.1
            chat_p99_seconds{variant="new",pod="a"} {{(Slow ? "3.1" : "0.1")}}
            chat_p99_seconds{variant="new",pod="idle"} NaN

            """);
    }
}
