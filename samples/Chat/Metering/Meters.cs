namespace Orchestrator.Samples.Chat.Metering;

/// <summary>The three lines of a report: users on legacy, users on new, and copies of legacy's requests on new.</summary>
internal sealed class Meters(ChatOptions options)
{
    private static readonly string[] OfRequests = ["requests", "errors", "http_5xx"];

    private static readonly string[] Live =
    [
        .. OfRequests, "probes", "probe_ok", "messages_sent", "messages_delivered",
        "callbacks_started", "callbacks_completed", "sessions_before", "sessions_after",
    ];

    public PathMeter Legacy { get; } = new(Live);

    /// <summary>
    /// Without the requests of the regions that are told apart: those have meters of their own, and a report must not hold them twice.
    /// </summary>
    public PathMeter New { get; } = new(Live);

    public IReadOnlyDictionary<string, PathMeter> NewByRegion { get; } = options.Regions
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct()
        .ToDictionary(region => region, _ => new PathMeter(OfRequests));

    /// <summary>Where a finished request on the new path is counted.</summary>
    public PathMeter RequestsOnNew(string? region) => region is not null && NewByRegion.TryGetValue(region, out var meter) ? meter : New;

    /// <summary>All of the new path since the service started.</summary>
    public Dictionary<string, long> TotalsOfNew()
    {
        var totals = New.Totals();
        foreach (var (counter, value) in NewByRegion.Values.SelectMany(meter => meter.Totals()))
        {
            totals[counter] += value;
        }

        return totals;
    }

    public PathMeter Shadow { get; } = new("requests", "errors", "http_5xx", "probes", "probe_ok", "comparisons", "mismatches", "skipped");
}
