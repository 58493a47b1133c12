using Orchestrator.Samples.Chat.Routing;

namespace Orchestrator.Samples.Chat.Metering;

/// <summary>
/// Probes both paths and reports both, used or not, every push interval. What could not be delivered is lost: the gap is the truth.
/// </summary>
internal sealed partial class Reporter(
    HttpClient http, ChatOptions options, Meters meters, ChatPaths paths, ShadowFlag shadow, TimeProvider time, ILogger<Reporter> log)
        : BackgroundService
{
    private readonly string _instance = Guid.NewGuid().ToString("N")[..12];
    private bool _wasShadow;
    private long _round;
    private long _pushed;
    private long _failed;

    public long Pushed => Interlocked.Read(ref _pushed);

    public long Failed => Interlocked.Read(ref _failed);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.IngestKey.Length == 0 || options.Rollout.Length == 0)
        {
            LogSilent();
            return;
        }

        using var timer = new PeriodicTimer(options.PushInterval);
        do
        {
            await ProbeAsync(stoppingToken);
            await PushAsync(Samples(), stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ProbeAsync(CancellationToken stop)
    {
        List<(PathMeter Meter, MeteredPath Path)> all = [(meters.Legacy, paths.Legacy), (meters.New, paths.New)];
        if (shadow.On)
        {
            all.Add((meters.Shadow, paths.Shadow));
        }

        await Task.WhenAll(all.Select(async one =>
        {
            var works = await Probe.WorksAsync(one.Path, stop);
            one.Meter.Add("probes");
            one.Meter.Add("probe_ok", works ? 1 : 0);
        }));
    }

    private List<Sample> Samples()
    {
        var round = ++_round;
        DateTimeOffset? at = options.StampSamples ? time.GetUtcNow() : null;
        var samples = new List<Sample>
        {
            Sample.Of($"{_instance}-{round}-legacy", at, "legacy", "live", meters.Legacy.Take(), Gauges(paths.Legacy)),
            Sample.Of($"{_instance}-{round}-new", at, "new", "live", meters.New.Take(), Gauges(paths.New)),
        };

        // Part of the total, like the sample of everybody else above: each request is in one of them. A region nobody wrote from is heard
        // too, with zeros.
        samples.AddRange(meters.NewByRegion.Select(region =>
            Sample.Of($"{_instance}-{round}-new-{region.Key}", at, "new", "live", region.Value.Take(), gauges: null, $"region-{region.Key}")));

        // The copies still under way when the mirror is switched off belong to the last shadow sample.
        var mirrored = meters.Shadow.Take();
        if (shadow.On || _wasShadow)
        {
            samples.Add(Sample.Of($"{_instance}-{round}-shadow", at, "new", "shadow", mirrored, Gauges(paths.Shadow)));
        }

        _wasShadow = shadow.On;
        return samples;
    }

    private static Dictionary<string, double> Gauges(MeteredPath path)
    {
        var gauges = new Dictionary<string, double> { ["memory"] = path.Memory };
        if (path.TakeCpu() is { } cpu)
        {
            gauges["cpu"] = cpu;
        }

        return gauges;
    }

    private async Task PushAsync(List<Sample> samples, CancellationToken stop)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Orchestrator, $"api/v1/rollouts/{options.Rollout}/metrics"));
            request.Headers.Add("X-API-Key", options.IngestKey);
            request.Content = JsonContent.Create(new { samples }, options: Sample.Json);
            using var response = await http.SendAsync(request, stop);
            if (response.IsSuccessStatusCode)
            {
                Interlocked.Increment(ref _pushed);
                return;
            }

            LogRefused((int)response.StatusCode, await response.Content.ReadAsStringAsync(stop));
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            LogUnreachable(e.Message);
        }

        Interlocked.Increment(ref _failed);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reporting nothing: Chat:IngestKey and Chat:Rollout are not both set")]
    private partial void LogSilent();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Metrics refused with {Status}: {Answer}")]
    private partial void LogRefused(int status, string answer);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Metrics not delivered: {Why}")]
    private partial void LogUnreachable(string why);
}
