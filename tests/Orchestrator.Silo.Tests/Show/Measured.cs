using System.Text.Json;

namespace Orchestrator.Silo.Tests.Show;

/// <summary>Report of the sample service for one sampling period: healthy, unless the test says otherwise.</summary>
internal sealed record Measured
{
    public int Errors { get; init; }

    public int Http5xx { get; init; }

    /// <summary>Of every request, in milliseconds.</summary>
    public double Latency { get; init; } = 100;

    public double Megabytes { get; init; } = 30;

    public string Traffic { get; init; } = "live";

    /// <summary>Whose requests; null when nobody splits them.</summary>
    public string? Segment { get; init; }

    /// <summary>A body of one sample of the new variant with 1,000 requests.</summary>
    public string Body(DateTimeOffset at) => JsonSerializer.Serialize(new
    {
        samples = new[]
        {
            new
            {
                at,
                variant = "new",
                traffic = Traffic,
                segment = Segment,
                units = new { memory = "MB" },
                counters = new { requests = 1000, errors = Errors, http_5xx = Http5xx, probes = 4, probe_ok = 4, comparisons = 1000,
                    mismatches = 0 },
                gauges = new { memory = Megabytes },
                histograms = new { response_time = new { bounds = new[] { Latency }, counts = new[] { 1000, 0 } } },
            },
        },
    });
}
