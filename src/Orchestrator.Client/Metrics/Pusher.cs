using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Client.Metrics;

/// <summary>
/// Pushes what the meters counted, a batch for each rollout and interval. A batch whose fate is unknown is sent again with the same ids, so that
/// nothing counts twice; what is too old for the orchestrator to take, or too much to keep, is given up and counted as lost.
/// </summary>
internal sealed partial class Pusher(Meters meters, OrchestratorOptions options, TimeProvider time, ILogger<Pusher> logger) : BackgroundService
{
    /// <summary>The orchestrator takes samples up to forty intervals late.</summary>
    private const int Intervals = 40;

    private const int Most = 400;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly string _instance = Guid.NewGuid().ToString("N")[..12];

    /// <summary>At most <see cref="Most"/> batches; the oldest are lost, and counted.</summary>
    private readonly Queue<Batch> _waiting = new();
    private readonly Load _load = new(time);
    private readonly HttpClient? _http = options.IngestKey is { } key ? Connection.Open(options, key) : null;
    private readonly PushSignature? _signature = options.IngestSecret is { } secret ? new PushSignature(secret, time) : null;
    private long _round;
    private bool _failing;

    public override void Dispose()
    {
        base.Dispose();
        _http?.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.IngestKey is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(options.PushInterval, time);
        while (await Tick(timer, stoppingToken))
        {
            await Push(stoppingToken);
        }

        // The service stops: what was counted since the last push is worth one try.
        using var last = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
        await Push(last.Token);
    }

    private static async Task<bool> Tick(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Never throws: a service must not end for its metrics.</summary>
    private async Task Push(CancellationToken stop)
    {
        try
        {
            Take();
            await Send(stop);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(failure);
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    private void Take()
    {
        var (round, now) = (++_round, time.GetUtcNow());
        var gauges = _load.Read();
        foreach (var rollout in meters.Take())
        {
            var samples = rollout.Select(one => Sample(one.Key, one.Meter, round, now, gauges)).ToArray();
            _waiting.Enqueue(new Batch(rollout.Key, round, samples.Length, JsonSerializer.SerializeToUtf8Bytes(new { samples }, Json)));
        }

        while (_waiting.TryPeek(out var oldest) && (_waiting.Count > Most || round - oldest.Round > Intervals))
        {
            meters.Lose(_waiting.Dequeue().Samples);
        }
    }

    private object Sample(MeterKey key, Meter meter, long round, DateTimeOffset now, Dictionary<string, double> gauges)
    {
        var (counters, times) = meter.Take();
        var traffic = key.Shadow ? "shadow" : "live";
        var variant = key.Variant == Variant.New ? "new" : "legacy";
        return new
        {
            id = $"{_instance}/{round}/{variant}/{traffic}/{key.Segment}",
            at = options.StampSamples ? now : (DateTimeOffset?)null,
            variant,
            traffic,
            segment = key.Segment,
            counters,

            // Of the process, whichever variant it served: a gauge of a segment would be the same number once more.
            gauges = key.Segment is null ? gauges : null,
            histograms = times.Any(count => count > 0) ? new { response_time = new { bounds = Meter.Bounds, counts = times } } : null,
        };
    }

    private async Task Send(CancellationToken stop)
    {
        while (_waiting.TryPeek(out var batch))
        {
            var status = await Post(batch, stop);
            if (status is null)
            {
                return;
            }

            _waiting.Dequeue();
            if ((int)status >= 400)
            {
                meters.Lose(batch.Samples);
                LogRefused(batch.Rollout, (int)status);
            }
        }
    }

    /// <summary>The final status; null when it is worth trying again.</summary>
    private async Task<HttpStatusCode?> Post(Batch batch, CancellationToken stop)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var limit = new CancellationTokenSource(options.RequestTimeout, time);
        using var linked = limit.Token.Register(ends.Cancel);
        string reason;
        try
        {
            using var body = new ByteArrayContent(batch.Body) { Headers = { { "Content-Type", "application/json" } } };
            using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/rollouts/{Uri.EscapeDataString(batch.Rollout)}/metrics") { Content = body };
            _signature?.Sign(request, batch.Body);
            using var response = await _http!.SendAsync(request, ends.Token);
            if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.Unauthorized) && (int)response.StatusCode < 500)
            {
                _failing = false;
                return response.StatusCode;
            }

            reason = $"the server answered {(int)response.StatusCode}";
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            // Whatever it is, the service has better things to do than to end for it.
            reason = e.Message;
        }

        if (!_failing)
        {
            _failing = true;
            LogWaiting(reason);
        }

        return null;
    }

    private sealed record Batch(string Rollout, long Round, int Samples, byte[] Body);

    [LoggerMessage(LogLevel.Warning, "Metrics of rollout {Rollout} were refused with {Status}")]
    private partial void LogRefused(string rollout, int status);

    [LoggerMessage(LogLevel.Error, "Metrics could not be taken or sent; going on")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(LogLevel.Warning, "Metrics could not be delivered: {Reason}; they are kept and sent again")]
    private partial void LogWaiting(string reason);
}
