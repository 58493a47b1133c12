using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Client.Table;

namespace Orchestrator.Client.Metrics;

/// <summary>
/// Pushes what the meters counted, a batch for each rollout and interval. A batch whose fate is unknown is sent again with the same ids, so that
/// nothing counts twice; what is too old for the orchestrator to take, too much to keep, or refused is given up and counted as lost.
/// </summary>
internal sealed partial class Pusher(Meters meters, TableHolder holder, OrchestratorOptions options, TimeProvider time, ILogger<Pusher> logger) : BackgroundService
{
    /// <summary>Of an answer: a sentence for each of the samples that a body of <see cref="Waiting.LongestBody"/> holds.</summary>
    private const long LongestAnswer = 4 * 1024 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly string _instance = Guid.NewGuid().ToString("N")[..12];
    private readonly Waiting _waiting = new();
    private readonly Load _load = new(time);
    private readonly HttpClient? _http = options.IngestKey is { } key ? Connection.Open(options, key, LongestAnswer) : null;
    private readonly PushSignature? _signature = options.IngestSecret is { } secret ? new PushSignature(secret, time) : null;

    /// <summary>Rollouts whose samples were refused last, of those that were counted for in this interval.</summary>
    private readonly HashSet<string> _refused = [];

    /// <summary>Own series of which it was said that nothing reads them; at most <see cref="OwnNames.Most"/>.</summary>
    private readonly HashSet<string> _unread = [];
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

        // Before the first table nothing has a rollout, and the pace is the server's to say.
        await holder.Ready.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var timer = new PeriodicTimer(Pace.Of(options.PushInterval, holder.Speed), time);
        while (await Tick(timer, stoppingToken))
        {
            await Push(stoppingToken);
            var pace = Pace.Of(options.PushInterval, holder.Speed);
            if (timer.Period != pace)
            {
                timer.Period = pace;
            }
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
    internal async Task Push(CancellationToken stop)
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
        var taken = meters.Take();
        foreach (var rollout in taken)
        {
            _waiting.Add(rollout.Key, round, rollout.Select(one => JsonSerializer.SerializeToUtf8Bytes(Sample(one.Key, one.Meter, round, now, gauges), Json)));
        }

        meters.Lose(_waiting.GiveUp(round));
        _refused.RemoveWhere(rollout => !taken.Contains(rollout));
        foreach (var refusal in meters.Own.TakeNews())
        {
            LogNotCounted(refusal);
        }
    }

    private object Sample(MeterKey key, Meter meter, long round, DateTimeOffset now, Dictionary<string, double> load)
    {
        var counted = meter.Take();
        var traffic = key.Shadow ? "shadow" : "live";
        var variant = key.Variant == Variant.New ? "new" : "legacy";
        foreach (var (name, level) in key.Segment is null ? load : [])
        {
            // Of the process, whichever variant it served: a gauge of a segment would be the same number once more.
            counted.Gauges[name] = level;
        }

        return new
        {
            id = $"{_instance}/{round}/{variant}/{traffic}/{key.Segment}",

            // This machine's time says nothing to a clock that runs faster.
            at = options.StampSamples && holder.Speed == 1 ? now : (DateTimeOffset?)null,
            variant,
            traffic,
            segment = key.Segment,
            counters = counted.Counters,
            gauges = counted.Gauges.Count > 0 ? counted.Gauges : null,
            histograms = counted.Histograms.Count > 0 ? counted.Histograms : null,
        };
    }

    private async Task Send(CancellationToken stop)
    {
        while (_waiting.Oldest is { } batch && await Post(batch, stop) is { } receipt)
        {
            _waiting.Remove();
            meters.Lose(receipt.Lost);
            foreach (var (series, text) in receipt.Unread.Where(one => meters.Own.Contains(one.Series) && _unread.Add(one.Series)))
            {
                LogUnread(series, batch.Rollout, text);
            }

            if (receipt.Reason is null && _refused.Remove(batch.Rollout))
            {
                LogTaken(batch.Rollout, meters.Lost);
            }
            else if (receipt.Reason is { } reason && _refused.Add(batch.Rollout))
            {
                LogRefused(receipt.Lost, batch.Samples, batch.Rollout, reason);
            }
        }
    }

    /// <summary>Outcome; null when it is worth trying again.</summary>
    private async Task<Receipt?> Post(Batch batch, CancellationToken stop)
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
                var answer = await response.Content.ReadAsByteArrayAsync(ends.Token);
                _failing = false;
                return Receipt.Read(response.StatusCode, answer, batch.Samples);
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

    [LoggerMessage(LogLevel.Warning, "{Lost} of {Samples} samples of rollout {Rollout} were refused and are lost: {Reason}. Later refusals only count in Lost until a push is taken")]
    private partial void LogRefused(int lost, int samples, string rollout, string reason);

    [LoggerMessage(LogLevel.Information, "Samples of rollout {Rollout} are taken again; {Lost} were lost in all")]
    private partial void LogTaken(string rollout, long lost);

    [LoggerMessage(LogLevel.Warning, "{Refusal}")]
    private partial void LogNotCounted(string refusal);

    [LoggerMessage(LogLevel.Warning, "The series {Series} is pushed for rollout {Rollout} in vain: {Text}")]
    private partial void LogUnread(string series, string rollout, string text);

    [LoggerMessage(LogLevel.Error, "Metrics could not be taken or sent; going on")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(LogLevel.Warning, "Metrics could not be delivered: {Reason}; they are kept and sent again")]
    private partial void LogWaiting(string reason);
}
