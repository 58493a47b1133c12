using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orchestrator.Dashboard.Assets;
using Orchestrator.Dashboard.Frame;

namespace Orchestrator.Dashboard.Tests.Live;

/// <summary>Serves one page with the script and the policy of the product, and a stream of events that the test sends.</summary>
internal sealed class LiveServer : IAsyncDisposable
{
    private static readonly AssetFiles Files = new();
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<Channel<long>, bool> _streams = new();
    private long _position = 100;
    private int _opened, _fetched;

    private LiveServer(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    /// <summary>Content of the page.</summary>
    public string Main { get; set; } = "<h1>Page</h1>";

    /// <summary>Strips above the content.</summary>
    public string Strips { get; set; } = "";

    /// <summary>Body of the page, instead of header, strips and content; null for those.</summary>
    public string? Body { get; set; }

    /// <summary>Attributes of the root element.</summary>
    public string Root { get; set; } = "";

    /// <summary>False answers every request for the stream with 503.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>Streams that are open.</summary>
    public int Streams => _streams.Count;

    /// <summary>Streams that were opened so far.</summary>
    public int Opened => _opened;

    /// <summary>Times that the script fetched the page.</summary>
    public int Fetched => _fetched;

    /// <summary>Forms that were posted.</summary>
    public ConcurrentQueue<string> Posted { get; } = new();

    /// <summary>Paths that were asked for.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public static async Task<LiveServer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new LiveServer(builder.Build());
        server._app.Run(server.Answer);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Sends an event.</summary>
    public void Happen()
    {
        var position = Interlocked.Increment(ref _position);
        foreach (var stream in _streams.Keys)
        {
            stream.Writer.TryWrite(position);
        }
    }

    /// <summary>Ends all streams.</summary>
    public void Cut()
    {
        foreach (var stream in _streams.Keys)
        {
            stream.Writer.TryComplete();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        await _app.DisposeAsync();
    }

    private async Task Answer(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        Asked.Enqueue(path + http.Request.QueryString);
        if (path == "/api/v1/stream")
        {
            await Stream(http);
        }
        else if (path.StartsWith("/assets/", StringComparison.Ordinal) && Files.Find(path[8..]) is { } file)
        {
            http.Response.ContentType = file.ContentType;
            await http.Response.Body.WriteAsync(file.Plain);
        }
        else
        {
            await Page(http);
        }
    }

    private async Task Page(HttpContext http)
    {
        if (http.Request.Method == "POST")
        {
            using var reader = new StreamReader(http.Request.Body);
            Posted.Enqueue(await reader.ReadToEndAsync());
        }
        else if (http.Request.Headers.ContainsKey("X-Live"))
        {
            Interlocked.Increment(ref _fetched);
        }

        var position = Interlocked.Read(ref _position).ToString(CultureInfo.InvariantCulture);
        var main = Main.Replace("{query}", System.Net.WebUtility.HtmlEncode(http.Request.QueryString.Value), StringComparison.Ordinal);
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.ContentSecurityPolicy = PageHeaders.Policy;
        var body = Body ?? $"""
            <header class="top" data-live-part="top"><a class="brand" href="/">Rollout Orchestrator</a>
            <p class="fresh" id="fresh" data-position="{position}" data-now="2026-11-24T02:12:40Z" data-speed="1">As of <time>03:12:40</time></p></header>
            {Strips}<main id="main" tabindex="-1">{main}</main><div class="sr" role="status" id="spoken"></div>
            """;
        await http.Response.WriteAsync($"""
            <!DOCTYPE html><html lang="en" {Root}><head><meta charset="utf-8"><title>Page {position}</title>
            <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/assets/dash.css">
            <link rel="icon" href="/assets/icon.svg"><script src="/assets/live.js" defer></script></head><body>{body}</body></html>
            """);
    }

    private async Task Stream(HttpContext http)
    {
        if (!Answers)
        {
            http.Response.StatusCode = 503;
            return;
        }

        var channel = Channel.CreateUnbounded<long>();
        _streams[channel] = true;
        Interlocked.Increment(ref _opened);
        try
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.WriteAsync("retry: 100\n\n");
            await http.Response.Body.FlushAsync();
            await foreach (var position in channel.Reader.ReadAllAsync(http.RequestAborted))
            {
                await http.Response.WriteAsync($"id: {position}\nevent: PercentageRaised\ndata: {{}}\n\n");
                await http.Response.Body.FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The page closed its stream.
        }
        finally
        {
            _streams.TryRemove(channel, out _);
        }
    }
}
