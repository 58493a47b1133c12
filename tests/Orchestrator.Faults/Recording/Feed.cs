using System.Globalization;
using System.Text.Json;
using Orchestrator.Faults.Processes;

namespace Orchestrator.Faults.Recording;

/// <summary>Follows the stream of one node; after a break it resumes after the last position.</summary>
internal sealed class Feed : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Recorder _recorder;
    private readonly Node _node;
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http;
    private readonly Task _running;
    private long _last;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Feed(Recorder recorder, Node node, long after)
    {
        (_recorder, _node, _last) = (recorder, node, after);
        _http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Add("X-API-Key", Cluster.AdminKey);
        _running = Task.Run(Run);
    }

    /// <summary>The newest position of the stream.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Waits until the stream has reached a position.</summary>
    public async Task Reaches(long position, CancellationToken stop)
    {
        for (var news = Volatile.Read(ref _news).Task; Last < position; news = Volatile.Read(ref _news).Task)
        {
            await Task.WhenAny(news, Task.Delay(Pause, stop));
            stop.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task Run()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await Follow();
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                // The node is dead or hangs; the stream is opened again.
            }

            await Task.WhenAny(Task.Delay(Pause, _stop.Token));
        }
    }

    private async Task Follow()
    {
        var process = _node.Process;
        using var request =
            new HttpRequestMessage(HttpMethod.Get, new Uri(_node.Address, string.Create(CultureInfo.InvariantCulture, $"/api/v1/stream?after={_last}")));
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stop.Token);
        if (!answer.IsSuccessStatusCode)
        {
            return;
        }

        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(_stop.Token));
        while (await lines.ReadLineAsync(_stop.Token) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                Take(line["data: ".Length..], process);
            }
        }
    }

    private void Take(string data, string process)
    {
        using var json = JsonDocument.Parse(data);
        var root = json.RootElement;
        var position = root.GetProperty("position").GetInt64();
        var stream = root.GetProperty("stream").GetString()!;
        if (stream.StartsWith("rollout/", StringComparison.Ordinal))
        {
            _recorder.Note(new Entry.Noticed(
                _recorder.Now, process, stream, position, root.GetProperty("id").GetString()!, root.GetProperty("type").GetString()!,
                root.TryGetProperty("correlation", out var correlation) ? correlation.GetString() : null));
        }

        Volatile.Write(ref _last, position);
        Interlocked.Exchange(ref _news!, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }
}
