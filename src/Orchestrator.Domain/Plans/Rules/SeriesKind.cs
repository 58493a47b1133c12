namespace Orchestrator.Domain.Plans.Rules;

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
