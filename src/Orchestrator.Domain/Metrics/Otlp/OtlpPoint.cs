using System.Collections.Immutable;

namespace Orchestrator.Domain.Metrics.Otlp;

/// <summary>One data point of an OTLP export, with everything that its resource and scope said of it.</summary>
/// <param name="Sender">Resource and scope: the process that counts.</param>
/// <param name="Stream">Sender, metric and attributes: one counter.</param>
/// <param name="Metric">Name of the metric, which is the name of the series.</param>
/// <param name="Unit">As a sample names it; null when it has none that samples know.</param>
/// <param name="Attributes">Those of the point, over those of the scope, over those of the resource.</param>
/// <param name="Start">Beginning of what it counts, in Unix milliseconds; 0 when not said.</param>
/// <param name="At">Its time, in Unix milliseconds; 0 when not said.</param>
/// <param name="Value">What was measured.</param>
public sealed record OtlpPoint(
    string Sender, string Stream, string Metric, string? Unit, OtlpAttributes Attributes, long Start, long At, OtlpValue Value)
{
    /// <summary>Resource alone: the process, whichever of its libraries counts.</summary>
    public string Target { get; init; } = "";
}

/// <summary>What a data point measured.</summary>
public abstract record OtlpValue
{
    private OtlpValue()
    {
    }

    /// <summary>A level: a gauge, or a sum that may fall.</summary>
    public sealed record Level(double Value) : OtlpValue;

    /// <summary>NaN or an infinity in the place of a level or a sum.</summary>
    /// <param name="Value">Which.</param>
    /// <param name="Cumulative">True for a sum that goes on from its last number.</param>
    public sealed record NoNumber(double Value, bool Cumulative) : OtlpValue;

    /// <summary>A sum that only rises.</summary>
    public sealed record Sum(double Value, bool Cumulative) : OtlpValue;

    /// <summary>Observations by bucket: <paramref name="Counts"/> has one more than <paramref name="Bounds"/>.</summary>
    public sealed record Histogram(ImmutableArray<double> Bounds, ImmutableArray<long> Counts, bool Cumulative) : OtlpValue;

    /// <summary>Observations by bucket of a scale: bucket i of a side holds (base^i, base^(i+1)], base = 2^(2^-scale).</summary>
    public sealed record Exponential(
        int Scale, long Zero, double ZeroThreshold, ImmutableSortedDictionary<int, long> Positive, ImmutableSortedDictionary<int, long> Negative, bool Cumulative) : OtlpValue;
}

/// <summary>What an export held.</summary>
/// <param name="Points">Points that could be read.</param>
/// <param name="Rejected">How many could not.</param>
/// <param name="Errors">Why, the first few.</param>
/// <param name="Malformed">Why nothing of the body could be read; null when it could.</param>
public sealed record OtlpExport(ImmutableArray<OtlpPoint> Points, int Rejected, ImmutableArray<string> Errors, string? Malformed)
{
    /// <summary>Those of the rejected that say where they come from, and no number.</summary>
    public ImmutableArray<OtlpPoint> Mute { get; init; } = [];
}
