using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Silo.Tests.Sources.Json;

/// <summary>
/// A server that answers in the documented shapes of Datadog (<c>GET /api/v1/query</c>), New Relic (<c>POST /graphql</c>) and a home-made
/// endpoint, and in every wrong way. Requests arrive at one a second of which the test says how many failed.
/// </summary>
internal sealed class Vendors : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Vendors(WebApplication app) => _app = app;

    public string Address { get; private set; } = null!;

    /// <summary>Question that came: path, query and body.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>The home-made answer.</summary>
    public string Document { get; set; } = "{}";

    /// <summary>The next status; 200 otherwise.</summary>
    public int? Next { get; set; }

    public static async Task<Vendors> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new Vendors(builder.Build());
        server._app.MapGet("/api/v1/query", server.Datadog);
        server._app.MapPost("/graphql", server.NewRelic);
        server._app.MapGet("/home", server.Home);
        server._app.MapGet("/bad/{way}", Bad);
        await server._app.StartAsync();
        server.Address = server._app.Urls.Single();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>
    /// Points of ten seconds with ten requests each, from the first that begins in the window to the one that begins at its end.
    /// </summary>
    private async Task Datadog(HttpContext http)
    {
        await Note(http);
        if (http.Request.Headers["DD-API-KEY"] != "dd-api-key-1" || http.Request.Headers["DD-APPLICATION-KEY"] != "dd-app-key-1")
        {
            http.Response.StatusCode = 403;
            await http.Response.WriteAsync("""{ "errors": ["Forbidden"] }""");
            return;
        }

        var (from, to) = (Number(http, "from"), Number(http, "to"));
        var query = http.Request.Query["query"].ToString();
        var points = query.Contains("errors", StringComparison.Ordinal) && query.Contains("v1", StringComparison.Ordinal)
            ? ""
            : string.Join(", ", Enumerable.Range(0, 1 + (int)((to - from) / 10)).Select(i => $"[{(from + (10 * i)) * 1000}.0, {(query.Contains("errors", StringComparison.Ordinal) ? 1 : 10)}.0]"));
        var series = points.Length == 0 ? "" : $$"""{ "metric": "http.requests", "aggr": "sum", "interval": 10, "scope": "version:v2", "pointlist": [ {{points}} ], "unit": null, "tag_set": [] }""";
        await http.Response.WriteAsync($$"""{ "status": "ok", "res_type": "time_series", "from_date": {{from * 1000}}, "to_date": {{to * 1000}}, "query": "q", "series": [ {{series}} ], "message": "", "group_by": [] }""");
    }

    private async Task NewRelic(HttpContext http)
    {
        var body = await Note(http);
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(http.Request.Headers["API-Key"] != "NRAK-1"
            ? """{ "errors": [ { "message": "Invalid API key", "extensions": { "errorClass": "INVALID" } } ] }"""
            : body.Contains("percentile", StringComparison.Ordinal)
                ? """{ "data": { "actor": { "account": { "nrql": { "results": [ { "percentile.duration": { "95": 0.125 } } ] } } } } }"""
                : """{ "data": { "actor": { "account": { "nrql": { "results": [ { "count": 42 } ] } } } } }""");
    }

    private async Task Home(HttpContext http)
    {
        await Note(http);
        if (Next is { } status)
        {
            Next = null;
            http.Response.StatusCode = status;
            return;
        }

        await http.Response.WriteAsync(Document);
    }

    private static async Task Bad(HttpContext http)
    {
        var response = http.Response;
        switch ((string)http.Request.RouteValues["way"]!)
        {
            case "html":
                response.ContentType = "text/html";
                await response.WriteAsync("<html><body>Sign in</body></html>");
                break;
            case "deep":
                await response.WriteAsync(new string('[', 100_000) + new string(']', 100_000));
                break;
            case "wide":
                await response.WriteAsync("[" + string.Join(',', Enumerable.Repeat("0", 150_000)) + "]");
                break;
            case "twice":
                await response.WriteAsync("""{ "x": 1, "x": 2 }""");
                break;
            case "lenient":
                await response.WriteAsync("{ x: 1 /* one */ }");
                break;
            case "huge":
                await response.WriteAsync("{ \"x\": \"" + new string('a', 2 * 1024 * 1024) + "\" }");
                break;
            case "dripping":
                await response.WriteAsync("{ \"x\": ");
                await response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case "redirect":
                response.Redirect("/home");
                break;
            case "broken":
                response.StatusCode = 503;
                break;
            default:
                http.Abort();
                break;
        }
    }

    private async Task<string> Note(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync();
        Asked.Enqueue($"{http.Request.Path}{http.Request.QueryString}{body}");
        return body;
    }

    private static long Number(HttpContext http, string name) =>
        long.Parse(http.Request.Query[name].ToString(), CultureInfo.InvariantCulture);
}
