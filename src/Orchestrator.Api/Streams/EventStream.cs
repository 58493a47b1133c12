using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Api.Callers;

namespace Orchestrator.Api.Streams;

/// <summary>
/// One client's server-sent events. Each has an id, which the client sends back in <c>Last-Event-ID</c>; while nothing
/// happens a comment goes out every <see cref="Heartbeat"/>, so that both sides notice a dead connection.
/// </summary>
internal sealed class EventStream : IDisposable
{
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly HttpContext _http;
    private readonly TimeProvider _time;
    private readonly Func<bool> _allowed;
    private readonly CancellationTokenSource? _token;
    private readonly ISessionWatch? _session;
    private readonly CancellationTokenSource _ends;
    private long _sent;

    private EventStream(HttpContext http, TimeProvider time, Func<bool> allowed)
    {
        (_http, _time, _allowed) = (http, time, allowed);

        // A stream never ends by itself: without this a stop would wait for its timeout.
        var stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var caller = http.Features.Get<Caller>();
        _token = caller?.Person?.End();
        _session = caller?.Session?.Watch();
        _ends = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted, stopping, _token?.Token ?? CancellationToken.None, _session?.Over ?? CancellationToken.None);
    }

    /// <summary>Cancelled when the client disconnects, its token or its session ends, or the process stops.</summary>
    public CancellationToken Ends => _ends.Token;

    /// <summary>Sends the response headers. Clients that lose their streams together get different reconnect delays.</summary>
    /// <param name="http">The request.</param>
    /// <param name="time">Clock of the heartbeats.</param>
    /// <param name="allowed">False once the key of the stream is no longer valid; checked before every write, and at every change of the
    /// world.</param>
    public static async Task<EventStream> Open(HttpContext http, TimeProvider time, Func<bool> allowed)
    {
        var stream = new EventStream(http, time, allowed);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";

        // For nginx, which would otherwise buffer events.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"retry: {Random.Shared.Next(1_000, 5_000)}\n\n"), http.Response.BodyWriter);
        await stream.Flush();
        return stream;
    }

    /// <summary>
    /// The id of the last event that a reconnecting client has seen; null without one. An id that is not a position is older than all: -1.
    /// </summary>
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

    /// <summary>Time until the next heartbeat is due.</summary>
    public TimeSpan Patience => Heartbeat - _time.GetElapsedTime(_sent) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    /// <summary>
    /// Sends the added events. Throws <see cref="OperationCanceledException"/> at the end: a loop around it ends with its client, its key
    /// and its process.
    /// </summary>
    public async Task Flush()
    {
        // A pipe without a reader completes every flush silently, so the end is checked and not awaited.
        Ends.ThrowIfCancellationRequested();
        if (!_allowed())
        {
            throw new OperationCanceledException("The API key of the stream is no longer valid.");
        }

        if (_http.Response.BodyWriter.UnflushedBytes > 0)
        {
            _sent = _time.GetTimestamp();
            await _http.Response.BodyWriter.FlushAsync(Ends);
        }
    }

    /// <summary>
    /// Sends the added events and waits for a change, at most until a heartbeat is due. Throws <see cref="OperationCanceledException"/> at
    /// the end.
    /// </summary>
    public async Task Rest(Task signal)
    {
        await Flush();
        await signal.WaitAsync(Patience, _time, Ends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Beat();
    }

    /// <summary>Sends a heartbeat if one is due: there may have been many changes of which none was for this client.</summary>
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
        _session?.Dispose();
    }
}
