namespace Orchestrator.Domain.Metrics;

/// <summary>Kind of the series in a track.</summary>
internal enum SeriesKind
{
    /// <summary>Arrival of any sample; its series is empty.</summary>
    Seen,

    /// <summary>Growth of a counter.</summary>
    Counter,

    /// <summary>Readings of a level.</summary>
    Gauge,

    /// <summary>Observed values.</summary>
    Distribution,
}

/// <summary>Key of a track: series and audience. A null segment is all users together.</summary>
internal readonly record struct TrackKey(Variant Variant, Traffic Traffic, string? Segment, SeriesKind Kind, string Series)
{
    public static TrackKey Seen(Variant variant, Traffic traffic, string? segment) => new(variant, traffic, segment, SeriesKind.Seen, "");
}
