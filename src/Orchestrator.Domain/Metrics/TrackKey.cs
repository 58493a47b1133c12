namespace Orchestrator.Domain.Metrics;

/// <summary>What a track holds.</summary>
internal enum SeriesKind
{
    /// <summary>That a sample came at all; its series is empty.</summary>
    Seen,

    /// <summary>Growth of a counter.</summary>
    Counter,

    /// <summary>Readings of a level.</summary>
    Gauge,

    /// <summary>Observed values.</summary>
    Distribution,
}

/// <summary>Which series of whom. A null segment is everyone together.</summary>
internal readonly record struct TrackKey(Variant Variant, Traffic Traffic, string? Segment, SeriesKind Kind, string Series)
{
    public static TrackKey Seen(Variant variant, Traffic traffic, string? segment) => new(variant, traffic, segment, SeriesKind.Seen, "");
}
