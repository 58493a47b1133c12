using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Client.Table;
using Orchestrator.Domain.People;

namespace Orchestrator.Client.Metrics;

/// <summary>
/// Pushes the meters' counts, a batch for each rollout and interval. A batch without an answer is sent again with the same ids,
/// so that no sample counts twice. Samples that are too old, too many to keep, or refused are given up and counted as lost.
/// </summary>
internal sealed partial class MetricsPusher(
    Meters meters, TableHolder holder, OrchestratorOptions options, TimeProvider time, ILogger<MetricsPusher> logger)
    : BackgroundService
{
    /// <summary>Limit of an answer: a sentence for each of the samples in a body of <see cref="PendingBatches.LongestBody"/>.</summary>
    private const long LongestAnswer = 4 * 1024 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly string _instance = Guid.NewGuid().ToString("N")[..12];
    private readonly PendingBatches _pending = new();
    private readonly ProcessLoad _load = new(time);
    private readonly HttpClient? _http = options.IngestKey is { } key ? Connection.Open(options, key, LongestAnswer) : null;
    private readonly PushSignature? _signature = options.IngestSecret is { } secret ? new PushSignature(secret, time) : null;

    /// <summary>Rollouts whose last samples were refused; only those with counts in this interval.</summary>
    private readonly HashSet<string> _refused = [];

    /// <summary>Series that were logged because the plan does not read them; at most <see cref="CustomSeries.Most"/>.</summary>
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

        // Before the first table no flag has a rollout, and the speed of the orchestrator's clock is unknown.
        await holder.Ready.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var timer = new PeriodicTimer(Pace.Of(options.PushInterval, holder.Speed), time);
        while (await Tick(timer, stoppingToken).ConfigureAwait(false))
        {
            await Push(stoppingToken).ConfigureAwait(false);
            var pace = Pace.Of(options.PushInterval, holder.Speed);
            if (timer.Period != pace)
            {
                timer.Period = pace;
            }
        }

        // The service stops: the counts since the last push are worth one try.
        using var last = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
        await Push(last.Token).ConfigureAwait(false);
    }

    private static async Task<bool> Tick(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Takes the counts and sends them. Never throws: a service must not end for its metrics.</summary>
    internal async Task Push(CancellationToken stop)
    {
        try
        {
            Take();
            await Send(stop).ConfigureAwait(false);
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
        var people = People();
        foreach (var rollout in taken.Select(one => one.Key).Union(people.Keys))
        {
            var samples = taken[rollout]
                .Select(one => Sample(one.Key, one.Meter, round, now, gauges));
            _pending.Add(rollout, round, samples, people.GetValueOrDefault(rollout));
        }

        meters.Lose(_pending.GiveUp(round));
        _refused.RemoveWhere(rollout => !taken.Contains(rollout));
        foreach (var refusal in meters.Custom.TakeRefusals())
        {
            LogNotCounted(refusal);
        }
    }

    /// <summary>Users since the last report, by rollout, as JSON. Sketches only: no key of a user leaves the process.</summary>
    private Dictionary<string, byte[]> People()
    {
        var people = new Dictionary<string, byte[]>();
        foreach (var flag in holder.Current.Table?.Flags.Values ?? [])
        {
            if (flag.People?.Take() is { Length: > 0 } users)
            {
                people[flag.People.Rollout] = PeopleJson.Write(_instance, users);
            }
        }

        return people;
    }

    private WrittenSample Sample(MeterKey key, Meter meter, long round, DateTimeOffset now, Dictionary<string, double> load)
    {
        var counted = meter.Take();
        var traffic = key.Shadow ? "shadow" : "live";
        var variant = key.Variant == RouteVariant.New ? "new" : "legacy";
        foreach (var (name, level) in key.Segment is null ? load : [])
        {
            // The load is the process's, whichever variant it served: a gauge of a segment would repeat the same number.
            counted.Gauges[name] = level;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = $"{_instance}/{round}/{variant}/{traffic}/{key.Segment}",

            // This machine's time means nothing to a clock that runs faster.
            at = options.StampSamples && holder.Speed == 1 ? now : (DateTimeOffset?)null,
            variant,
            traffic,
            segment = key.Segment,
            counters = counted.Counters,
            gauges = counted.Gauges.Count > 0 ? counted.Gauges : null,
            histograms = counted.Histograms.Count > 0 ? counted.Histograms : null,
        }, Json);

        // The orchestrator counts the series of its plan and one more, for all users and for each segment.
        var series = 1 + counted.Counters.Count + counted.Gauges.Count + counted.Histograms.Count;
        return new WrittenSample(json, series * (1 + (key.Segment?.Split(',').Length ?? 0)));
    }

    private async Task Send(CancellationToken stop)
    {
        while (_pending.Oldest is { } batch && await Post(batch, stop).ConfigureAwait(false) is { } receipt)
        {
            _pending.Remove();
            meters.Lose(receipt.Lost);
            foreach (var (series, text) in receipt.Unread.Where(one => meters.Custom.Contains(one.Series) && _unread.Add(one.Series)))
            {
                LogUnread(series, batch.Rollout, text);
            }

            if (batch.Samples == 0)
            {
                // Counted users alone, of a rollout that the service does not measure.
                continue;
            }

            if (receipt.Reason is null && _refused.Remove(batch.Rollout))
            {
                LogAccepted(batch.Rollout, meters.Lost);
            }
            else if (receipt.Reason is { } reason && _refused.Add(batch.Rollout))
            {
                LogRefused(receipt.Lost, batch.Samples, batch.Rollout, reason);
            }
        }
    }

    /// <summary>Sends one batch. Returns its outcome; null for a failure that is worth a retry.</summary>
    private async Task<Receipt?> Post(Batch batch, CancellationToken stop)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var limit = new CancellationTokenSource(options.RequestTimeout, time);
        using var linked = limit.Token.Register(ends.Cancel);
        string reason;
        try
        {
            using var body = new ByteArrayContent(batch.Body) { Headers = { { "Content-Type", "application/json" } } };
            var address = $"api/v1/rollouts/{Uri.EscapeDataString(batch.Rollout)}/metrics";
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = body };
            _signature?.Sign(request, batch.Body);
            using var response = await _http!.SendAsync(request, ends.Token).ConfigureAwait(false);
            if (IsFinal(response.StatusCode))
            {
                var answer = await response.Content.ReadAsByteArrayAsync(ends.Token).ConfigureAwait(false);
                _failing = false;
                return Receipt.Read(response.StatusCode, answer, batch.Samples);
            }

            reason = $"the server answered {(int)response.StatusCode}";
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            // Any failure is retried: a service must not end for its metrics.
            reason = e.Message;
        }

        if (!_failing)
        {
            _failing = true;
            LogRetrying(reason);
        }

        return null;
    }

    private static bool IsFinal(HttpStatusCode status) =>
        status is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.Unauthorized) && (int)status < 500;

    [LoggerMessage(
        LogLevel.Warning,
        "{Lost} of {Samples} samples of rollout {Rollout} were refused and are lost: {Reason}. "
        + "Until a push is accepted, more refusals are only counted in Lost")]
    private partial void LogRefused(int lost, int samples, string rollout, string reason);

    [LoggerMessage(LogLevel.Information, "Samples of rollout {Rollout} are accepted again; this process lost {Lost} samples in all")]
    private partial void LogAccepted(string rollout, long lost);

    [LoggerMessage(LogLevel.Warning, "{Refusal}")]
    private partial void LogNotCounted(string refusal);

    [LoggerMessage(LogLevel.Warning, "Series {Series} of rollout {Rollout} is pushed but not read: {Text}")]
    private partial void LogUnread(string series, string rollout, string text);

    [LoggerMessage(LogLevel.Error, "Failed to push metrics; the next interval tries again")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(LogLevel.Warning, "Failed to deliver metrics: {Reason}; retrying")]
    private partial void LogRetrying(string reason);
}
