using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Api.Requests;

namespace Orchestrator.Api.Streams;

/// <summary>
/// One client's server-sent events. Each has an id, which the client sends back in <c>Last-Event-ID</c>; while nothing
/// happens a comment goes out every <see cref="Heartbeat"/>, so that neither side takes a dead connection for a quiet one.
/// </summary>
internal sealed class EventStream : IDisposable
{
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly HttpContext _http;
    private readonly TimeProvider _time;
    private readonly Func<bool> _allowed;
    private readonly CancellationTokenSource? _token;
    private readonly CancellationTokenSource _ends;
    private long _sent;

    private EventStream(HttpContext http, TimeProvider time, Func<bool> allowed)
    {
        (_http, _time, _allowed) = (http, time, allowed);

        // A stream never ends by itself: without this a stop would wait for its time-out.
        var stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        _token = http.Features.Get<Caller>()?.Person?.End();
        _ends = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping, _token?.Token ?? CancellationToken.None);
    }

    /// <summary>Cancelled when the client goes, its token ends, or the process stops.</summary>
    public CancellationToken Ends => _ends.Token;

    /// <summary>Sends the head of the answer. Clients that lose their streams together get different times to come back after.</summary>
    /// <param name="http">The request.</param>
    /// <param name="time">Clock of the heartbeats.</param>
    /// <param name="allowed">False once the key that opened the stream no longer opens it; asked before everything that is sent, and at every change of the world.</param>
    public static async Task<EventStream> Open(HttpContext http, TimeProvider time, Func<bool> allowed)
    {
        var stream = new EventStream(http, time, allowed);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";

        // For nginx, which would keep events back until it has a buffer full of them.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"retry: {Random.Shared.Next(1_000, 5_000)}\n\n"), http.Response.BodyWriter);
        await stream.Flush();
        return stream;
    }

    /// <summary>The id of the last event that a returning client has seen; null when it says none. One that is no position is older than all: -1.</summary>
    public static long? LastEventId(HttpRequest request)
    {
        var text = request.Headers["Last-Event-ID"].ToString();
        return text.Length == 0 ? null : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : -1;
    }

    /// <summary>Adds an event to what is sent at the next <see cref="Flush"/> or <see cref="Rest"/>; the data (UTF-8) must be one line.</summary>
    public void Add(string id, ReadOnlySpan<byte> data, string? name = null)
    {
        var body = _http.Response.BodyWriter;
        Encoding.UTF8.GetBytes(name is null ? $"id: {id}\ndata: " : $"id: {id}\nevent: {name}\ndata: ", body);
        body.Write(data);
        body.Write("\n\n"u8);
    }

    /// <summary>How long until a heartbeat is due.</summary>
    public TimeSpan Patience => Heartbeat - _time.GetElapsedTime(_sent) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    /// <summary>Sends what was added. Throws <see cref="OperationCanceledException"/> at the end: a loop around it ends with its client, its key and its process.</summary>
    public async Task Flush()
    {
        // A pipe whose reader has gone completes every flush without a word, so the end is asked for and not waited for.
        Ends.ThrowIfCancellationRequested();
        if (!_allowed())
        {
            throw new OperationCanceledException("The key that opened the stream no longer opens it.");
        }

        if (_http.Response.BodyWriter.UnflushedBytes > 0)
        {
            _sent = _time.GetTimestamp();
            await _http.Response.BodyWriter.FlushAsync(Ends);
        }
    }

    /// <summary>Sends what was added and waits for news, at most until a heartbeat is due. Throws <see cref="OperationCanceledException"/> at the end.</summary>
    public async Task Rest(Task news)
    {
        await Flush();
        await news.WaitAsync(Patience, _time, Ends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Beat();
    }

    /// <summary>Sends a heartbeat if one is due: others may have had much news of which none was for this client.</summary>
    public Task Beat()
    {
        if (Patience == TimeSpan.Zero)
        {
            Encoding.UTF8.GetBytes(":\n\n", _http.Response.BodyWriter);
        }

        return Flush();
    }

    public void Dispose()
    {
        _ends.Dispose();
        _token?.Dispose();
    }
}
