using System.Net.Http.Headers;
using System.Text.Json;
using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Running;

namespace Orchestrator.Faults.Recording;

/// <summary>
/// Load of services: a number of decisions a second over all nodes, on kept connections, each with one retry on the next node. Every answer
/// is recorded. A request that could not be sent in time is not sent later: the rate is a bound.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    public const int Users = 1000;

    private const int MostUnderWay = 400;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly Recorder _recorder;
    private readonly IReadOnlyList<Node> _nodes;
    private readonly IReadOnlyList<string> _flags;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private int _underWay;
    private int _asked;
    private int _unanswered;

    /// <param name="recorder">The recorder of the answers.</param>
    /// <param name="nodes">Nodes, used in turn.</param>
    /// <param name="flags">Flags, used in turn.</param>
    /// <param name="rate">Decisions a second.</param>
    /// <param name="patience">Timeout of a try; the second try has the same.</param>
    public Load(Recorder recorder, IReadOnlyList<Node> nodes, IReadOnlyList<string> flags, int rate, TimeSpan? patience = null)
    {
        (_recorder, _nodes, _flags) = (recorder, nodes, flags);
        _http = new HttpClient(
            new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(1) })
        {
            Timeout = patience ?? TimeSpan.FromSeconds(1),
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Cluster.EvaluationKey);
        _running = Task.Run(() => Run(rate));
    }

    /// <summary>Decisions without an answer.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await Waiting.Until(
            () => Task.FromResult(Volatile.Read(ref _underWay) == 0), "no evaluation is under way", TimeSpan.FromMinutes(2));

        _http.Dispose();
        _stop.Dispose();
    }

    private async Task Run(int rate)
    {
        using var timer = new PeriodicTimer(Tick);
        var due = 0.0;
        var last = _recorder.Now;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            var now = _recorder.Now;
            due = Math.Min(due + (now - last) * rate, Math.Max(1, rate * 0.1));
            for (last = now; due >= 1 && Volatile.Read(ref _underWay) < MostUnderWay; due--)
            {
                Interlocked.Increment(ref _underWay);
                _ = Decide(_asked++);
            }
        }
    }

    private async Task Decide(int number)
    {
        // Every user reaches every node and every flag.
        var user = $"u{number / _nodes.Count / _flags.Count % Users}";
        var flag = _flags[number / _nodes.Count % _flags.Count];
        var began = _recorder.Now;
        var why = "";
        for (var tries = 1; tries <= 2; tries++)
        {
            var node = _nodes[(number + tries - 1) % _nodes.Count];
            var (asked, process) = (_recorder.Now, node.Process);
            try
            {
                using var answer = await _http.PostAsync(new Uri(node.Address, "/ofrep/v1/evaluate/flags/" + flag), Body(user));
                var bytes = await answer.Content.ReadAsByteArrayAsync();
                var now = _recorder.Now;
                if (answer.IsSuccessStatusCode)
                {
                    _recorder.Note(Read(bytes, now, asked, process, user, tries));
                    Interlocked.Decrement(ref _underWay);
                    return;
                }

                why = $"{process}: {(int)answer.StatusCode}";
            }
            catch (Exception e)
                when (e is HttpRequestException or OperationCanceledException or IOException or JsonException or KeyNotFoundException)
            {
                why = $"{process}: {e.GetType().Name}";
            }
        }

        Interlocked.Increment(ref _unanswered);
        _recorder.Note(new Entry.Unanswered(_recorder.Now, began, user, why));
        Interlocked.Decrement(ref _underWay);
    }

    private static ByteArrayContent Body(string user) =>
        new(JsonSerializer.SerializeToUtf8Bytes(new { context = new { targetingKey = user } }))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };

    private static Entry.Answered Read(byte[] bytes, double now, double asked, string process, string user, int tries)
    {
        using var json = JsonDocument.Parse(bytes);
        var root = json.RootElement;
        var metadata = root.GetProperty("metadata");
        var rollout = metadata.TryGetProperty("rollout", out var id) ? id.GetString()! : "";
        return new Entry.Answered(
            now, asked, process, rollout, metadata.GetProperty("position").GetInt64(), user,
            root.GetProperty("variant").GetString()!, root.GetProperty("reason").GetString()!, tries);
    }
}
