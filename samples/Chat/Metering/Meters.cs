namespace Orchestrator.Samples.Chat.Metering;

/// <summary>The three lines of a report: users on legacy, users on new, and copies of legacy's requests on new.</summary>
internal sealed class Meters
{
    private static readonly string[] Live =
    [
        "requests", "errors", "http_5xx", "probes", "probe_ok", "messages_sent", "messages_delivered",
        "callbacks_started", "callbacks_completed", "sessions_before", "sessions_after",
    ];

    public PathMeter Legacy { get; } = new(Live);

    public PathMeter New { get; } = new(Live);

    public PathMeter Shadow { get; } = new("requests", "errors", "http_5xx", "probes", "probe_ok", "comparisons", "mismatches", "skipped");
}
