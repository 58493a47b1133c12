namespace Orchestrator.Client;

/// <summary>Options of the client. Read once, at the start of the host; wrong values end the start, with all errors at once.</summary>
public sealed class OrchestratorOptions
{
    /// <summary>Address of the orchestrator, such as <c>http://127.0.0.1:5080</c>. Required.</summary>
    public Uri? Url { get; set; }

    /// <summary>
    /// API key of the role <c>evaluation</c>, bound to the environment to route in. Required. Never hand it to browsers: it
    /// opens the whole table.
    /// </summary>
    public string Key { get; set; } = "";

    /// <summary>
    /// File that keeps the newest table for the next start, readable by this user only; null keeps none. A cached table is stale until the
    /// orchestrator answers: each phase's <c>onStale</c> decides.
    /// </summary>
    public string? CacheFile { get; set; }

    /// <summary>
    /// Longest wait of the host's start for the first table; the host then starts without it. Zero does not wait. Default 2 s,
    /// at most 60 s.
    /// </summary>
    public TimeSpan StartWait { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Timeout of one request. Default 5 s, from 100 ms to 5 min.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>API key of the role <c>ingest</c>, with which metrics and shadow mismatches are pushed; null pushes nothing.</summary>
    public string? IngestKey { get; set; }

    /// <summary>
    /// Signing secret (<c>whsec_…</c>) that was shown beside <see cref="IngestKey"/>. With it each push is signed, as plans with
    /// <c>signals: { signed: true }</c> require. Null signs nothing.
    /// </summary>
    public string? IngestSecret { get; set; }

    /// <summary>
    /// Interval of pushes: the plan's <c>sampling</c>. Default 15 s, from 100 ms to 10 min. Where the orchestrator's clock runs
    /// faster, pushes come that much more often, at most every half second.
    /// </summary>
    public TimeSpan PushInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// True when samples carry this machine's time. Default true. Samples carry none while the orchestrator's clock runs at
    /// another speed, whatever this option says.
    /// </summary>
    public bool StampSamples { get; set; } = true;

    /// <summary>Static flag that turns shadow runs on, such as <c>shadowProcessingEnabled</c>; null is always on.</summary>
    public string? ShadowSwitch { get; set; }

    /// <summary>Shadow runs at once; more are skipped and counted. Default 32, from 1 to 10,000.</summary>
    public int ShadowRuns { get; set; } = 32;

    /// <summary>
    /// Makes the handler of all requests; null makes a <see cref="SocketsHttpHandler"/>. For proxies, certificates and tests.
    /// </summary>
    public Func<HttpMessageHandler>? Handler { get; set; }
}
