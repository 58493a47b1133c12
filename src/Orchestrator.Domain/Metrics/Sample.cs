using System.Collections.Immutable;

namespace Orchestrator.Domain.Metrics;

/// <summary>What one sender measured since its last sample, in base units (milliseconds, bytes, fractions of 1).</summary>
/// <param name="Index">Its place in the body that brought it, from 0; names it in a rejection.</param>
/// <param name="Id">The sender's own id, which makes a repeated push harmless; null when it has none.</param>
/// <param name="At">End of the time it tells of.</param>
/// <param name="Variant">Which variant served.</param>
/// <param name="Traffic">Whether users saw the answers.</param>
/// <param name="Segment">Whose requests: the key of a segment, or of several, joined by commas, for users that belong to each of them; null when the sender does not split. Part of the total too, once.</param>
/// <param name="Counters">How much each counter grew.</param>
/// <param name="Gauges">Levels as read.</param>
/// <param name="Distributions">Observed values: of value lists, and of histograms as the upper bounds of their buckets.</param>
/// <param name="Unmeasured">Counters that its sender could not measure for this time: no ratio reads them as 0. Default for none.</param>
public sealed record Sample(
    int Index,
    string? Id,
    DateTimeOffset At,
    Variant Variant,
    Traffic Traffic,
    string? Segment,
    ImmutableArray<SampleCounter> Counters,
    ImmutableArray<SampleGauge> Gauges,
    ImmutableArray<SampleDistribution> Distributions,
    ImmutableArray<string> Unmeasured = default)
{
    /// <summary>The most segments that one sample names. Each costs as much as a sample.</summary>
    public const int MostSegments = 32;

    /// <summary>Stands between the keys of segments, in which it never is.</summary>
    public const char Between = ',';

    /// <summary>The segments, one by one.</summary>
    public string[] Segments => Segment?.Split(Between) ?? [];
}

/// <summary>Growth of a counter; never negative.</summary>
public readonly record struct SampleCounter(string Series, long Value);

/// <summary>A level.</summary>
public readonly record struct SampleGauge(string Series, double Value);

/// <summary>Values of a series, each with how often it was observed.</summary>
public readonly record struct SampleDistribution(string Series, ImmutableArray<Observed> Values);

/// <summary>A value, and how often it was observed.</summary>
public readonly record struct Observed(double Value, long Count);
