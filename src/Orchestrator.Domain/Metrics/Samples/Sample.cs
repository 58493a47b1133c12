using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;

namespace Orchestrator.Domain.Metrics.Samples;

/// <summary>Measurements of one sender since its last sample, in base units (milliseconds, bytes, fractions of 1).</summary>
/// <param name="Index">Its index in the body, from 0; names it in a rejection.</param>
/// <param name="Id">The sender's own id, which makes a repeated push harmless; null when it has none.</param>
/// <param name="At">End of the time that it covers.</param>
/// <param name="Variant">The variant that served.</param>
/// <param name="Traffic">Kind of traffic.</param>
/// <param name="Segment">Segment of the users: its key, or several keys joined by commas, for users that belong to each of them; null when
/// the sender does not split. Part of the total too, once.</param>
/// <param name="Counters">Growth of each counter.</param>
/// <param name="Gauges">Levels as read.</param>
/// <param name="Distributions">Observed values: of value lists, and of histograms as the upper bounds of their buckets.</param>
/// <param name="Unmeasured">Counters that the sender could not measure in this time: no ratio reads them as 0. Default for none.</param>
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
    /// <summary>Most segments that one sample names. Each costs as much as a sample.</summary>
    public const int MostSegments = 32;

    /// <summary>Most characters of the segments of a sample, with what separates them.</summary>
    public const int LongestSegments = MostSegments * 64;

    /// <summary>Separator of the keys of segments, which never contain it.</summary>
    public const char Between = ',';

    /// <summary>The segments, one by one.</summary>
    public string[] Segments => Segment?.Split(Between) ?? [];
}

/// <summary>Growth of a counter; never negative.</summary>
public readonly record struct SampleCounter(string Series, long Value);

/// <summary>A level.</summary>
public readonly record struct SampleGauge(string Series, double Value);

/// <summary>Values of a series with their counts.</summary>
public readonly record struct SampleDistribution(string Series, ImmutableArray<Observed> Values);

/// <summary>A value with its count.</summary>
public readonly record struct Observed(double Value, long Count);
