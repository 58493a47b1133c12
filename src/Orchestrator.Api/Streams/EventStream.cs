using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Orchestrator.Api.Streams;

/// <summary>
/// One client's server-sent events. Each has a number as its id, which the client sends back in <c>Last-Event-ID</c>; while nothing
/// happens a comment goes out every <see cref="Heartbeat"/>, so that neither side takes a dead connection for a quiet one.
/// </summary>
internal sealed class EventStream : IDisposable
{
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly HttpContext _http;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ends;

    private EventStream(HttpContext http, TimeProvider time)
    {
        (_http, _time) = (http, time);

        // A stream never ends by itself: without this a stop would wait for its time-out.
        var stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        _ends = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
    }

    /// <summary>Cancelled when the client goes or the process stops.</summary>
    public CancellationToken Ends => _ends.Token;

    /// <summary>Sends the head of the answer. When many lose their streams together, they are told different times to come back after.</summary>
    public static async Task<EventStream> Open(HttpContext http, TimeProvider time)
    {
        var stream = new EventStream(http, time);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";

        // For nginx, which would keep events back until it has a buffer full of them.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await stream.Write(string.Create(CultureInfo.InvariantCulture, $"retry: {Random.Shared.Next(1_000, 5_000)}\n\n"));
        return stream;
    }

    /// <summary>The id of the last event that a returning client has seen; null when it says none. One that is no position is older than all: -1.</summary>
    public static long? LastEventId(HttpRequest request)
    {
        var text = request.Headers["Last-Event-ID"].ToString();
        return text.Length == 0 ? null : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : -1;
    }

    /// <summary>Sends an event; the data must be one line.</summary>
    public async Task Send(long id, string data) => await Write(string.Create(CultureInfo.InvariantCulture, $"id: {id}\ndata: {data}\n\n"));

    /// <summary>Waits for news, at most one heartbeat long; a quiet one is sent. Throws <see cref="OperationCanceledException"/> at the end.</summary>
    public async Task Rest(Task news)
    {
        await news.WaitAsync(Heartbeat, _time, Ends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Ends.ThrowIfCancellationRequested();
        if (!news.IsCompleted)
        {
            await Write(":\n\n");
        }
    }

    public void Dispose() => _ends.Dispose();

    private async Task Write(string text)
    {
        var body = _http.Response.BodyWriter;
        Encoding.UTF8.GetBytes(text, body);
        await body.FlushAsync(Ends);
    }
}
