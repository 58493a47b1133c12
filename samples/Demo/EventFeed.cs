using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Orchestrator.Samples.Demo;

/// <summary>An event of the log, and when it reached us.</summary>
/// <param name="Arrived">A timestamp of <see cref="Stopwatch"/>.</param>
internal sealed record Seen(string Type, DateTimeOffset At, string Data, long Arrived);

/// <summary>Follows the event stream and takes it up again where it broke off.</summary>
internal sealed class EventFeed(HttpClient http, OrchestratorApi api, string key, Action<Seen> tell)
{
    private readonly List<Seen> _seen = [];
    private string? _last;

    /// <summary>The first event of a type that arrived after a moment (a timestamp of <see cref="Stopwatch"/>).</summary>
    public Seen? First(string type, long after)
    {
        lock (_seen)
        {
            return _seen.Find(e => e.Type == type && e.Arrived >= after);
        }
    }

    public int Count(string type)
    {
        lock (_seen)
        {
            return _seen.Count(e => e.Type == type);
        }
    }

    public async Task FollowAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(stop);
            }
            catch (Exception e) when (e is HttpRequestException or IOException && !stop.IsCancellationRequested)
            {
                // Asked for again below, from the last event that came.
            }

            await Task.Delay(250, stop);
        }
    }

    private async Task ReadAsync(CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(api.Address, $"api/v1/stream?rollout={DemoRun.Rollout}"));
        request.Headers.Add("X-API-Key", key);
        if (_last is not null)
        {
            request.Headers.Add("Last-Event-ID", _last);
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(stop);
        var parser = SseParser.Create(body);
        await foreach (var item in parser.EnumerateAsync(stop))
        {
            _last = parser.LastEventId is { Length: > 0 } id ? id : _last;
            if (Read(item.Data) is { } seen)
            {
                lock (_seen)
                {
                    _seen.Add(seen);
                }

                tell(seen);
            }
        }
    }

    private static Seen? Read(string data)
    {
        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(data);
            if (RolloutView.Text(json, "type") is not { Length: > 0 } type)
            {
                return null;
            }

            var at = json.TryGetProperty("at", out var t) && t.TryGetDateTimeOffset(out var when) ? when : default;
            return new Seen(type, at, json.TryGetProperty("data", out var d) ? d.GetRawText() : "", Stopwatch.GetTimestamp());
        }
        catch (JsonException)
        {
            // A comment or a heartbeat.
            return null;
        }
    }
}
