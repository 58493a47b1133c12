using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Orchestrator.Benchmarks.Servers;

namespace Orchestrator.Benchmarks.Steady;

/// <summary>
/// Misbehaving clients: bodies without an end, very slow bodies, and invalid contexts. Each sends again as soon as it was
/// refused, with a pause in between, so that the measured load is the refusals and not a flood.
/// </summary>
internal sealed class Abuse : IAsyncDisposable
{
    private const int Slow = 64;
    private const int Endless = 4;
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(100);
    private static readonly byte[] Chunk = [.. "4000\r\n"u8, .. Enumerable.Repeat((byte)' ', 0x4000), .. "\r\n"u8];

    private static readonly byte[][] Broken =
    [
        "{\"context\":{"u8.ToArray(),
        "{\"context\":[]}"u8.ToArray(),
        [.. "{\"context\":{\"targetingKey\":\""u8, 0xFF, 0xFE, .. "\"}}"u8],
        Encoding.ASCII.GetBytes("{\"context\":" + string.Concat(Enumerable.Repeat("{\"a\":", 1_000)) + "1" + new string('}', 1_001)),
        Encoding.ASCII.GetBytes("{\"context\":{" + string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"k{i}\":{i}")) + "}}"),
    ];

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<int, int> _answers = [];
    private readonly Uri _server;
    private readonly Task _all;

    private Abuse(Uri server)
    {
        _server = server;
        _all = Task.WhenAll(
            [.. Enumerable.Range(0, Slow).Select(_ => Again(SendSlowly)),
                .. Enumerable.Range(0, Endless).Select(_ => Again(SendWithoutEnd)), .. Broken.Select(body => Again(() => Send(body)))]);
    }

    /// <summary>Number of responses by status; 0 for a connection that ended without one.</summary>
    public IReadOnlyDictionary<int, int> Answers => _answers;

    public static Abuse Begin(Uri server) => new(server);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _all;
        _stop.Dispose();
    }

    private async Task Again(Func<Task<int>> send)
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                _answers.AddOrUpdate(await send(), 1, static (_, count) => count + 1);
                await Task.Delay(Spacing, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    private async Task<int> Send(byte[] body)
    {
        using var http = new HttpClient();
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_server, "ofrep/v1/evaluate/flags")) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", BenchSilo.EvaluationKey);
        try
        {
            using var response = await http.SendAsync(request, _stop.Token);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private Task<int> SendSlowly() => Talk("Content-Length: 60000", async socket =>
    {
        await socket.SendAsync(" "u8.ToArray(), _stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(1), _stop.Token);
    });

    private Task<int> SendWithoutEnd() => Talk("Transfer-Encoding: chunked", async socket => await socket.SendAsync(Chunk, _stop.Token));

    /// <summary>Sends pieces until a response or the end of the connection.</summary>
    private async Task<int> Talk(string header, Func<Socket, Task> piece)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var answer = new byte[64];
        var length = 0;
        try
        {
            await socket.ConnectAsync(_server.Host, _server.Port, _stop.Token);
            await socket.SendAsync(
                Encoding.ASCII.GetBytes($"POST /ofrep/v1/evaluate/flags HTTP/1.1\r\nHost: silo\r\nAuthorization: Bearer {BenchSilo.EvaluationKey}\r\nContent-Type: application/json\r\n{header}\r\n\r\n"), _stop.Token);
            var read = socket.ReceiveAsync(answer, _stop.Token).AsTask();
            while (!read.IsCompleted)
            {
                await piece(socket);
            }

            length = await read;
        }
        catch (SocketException)
        {
            // Closed while the request was still being sent, maybe before its response could be read.
        }

        return length >= 12 ? int.Parse(Encoding.ASCII.GetString(answer, 9, 3), CultureInfo.InvariantCulture) : 0;
    }
}
