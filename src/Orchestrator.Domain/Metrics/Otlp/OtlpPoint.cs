using System.Collections.Immutable;

namespace Orchestrator.Domain.Metrics.Otlp;

/// <summary>One data point of an OTLP export, with the attributes of its resource and scope.</summary>
/// <param name="Sender">Resource and scope: the process that counts.</param>
/// <param name="Stream">Sender, metric and attributes: one counter; empty for a level and for a delta, which continue none.</param>
/// <param name="Metric">Name of the metric, which is the name of the series.</param>
/// <param name="Unit">Unit by its name in samples; null when samples have no such unit.</param>
/// <param name="Attributes">Those of the point, over those of the scope, over those of the resource.</param>
/// <param name="Start">Beginning of its count, in Unix milliseconds; 0 when not given.</param>
/// <param name="At">Its time, in Unix milliseconds; 0 when not given.</param>
/// <param name="Value">The measured value.</param>
public sealed record OtlpPoint(
    string Sender, string Stream, string Metric, string? Unit, OtlpAttributes Attributes, long Start, long At, OtlpValue Value)
{
    /// <summary>Resource alone: the process, for all its libraries.</summary>
    public string Target { get; init; } = "";
}

/// <summary>Value of a data point.</summary>
public abstract record OtlpValue
{
    private OtlpValue()
    {
    }

    /// <summary>True when its growth is the difference to the point before in its stream.</summary>
    internal bool Continues => this is Sum { Cumulative: true } or Histogram { Cumulative: true } or Exponential { Cumulative: true }
        or NoNumber { Cumulative: true };

    /// <summary>A level: a gauge, or a sum that may fall.</summary>
    public sealed record Level(double Value) : OtlpValue;

    /// <summary>NaN or an infinity in the place of a level or a sum.</summary>
    /// <param name="Value">The value.</param>
    /// <param name="Cumulative">True for a sum that continues from its last number.</param>
    public sealed record NoNumber(double Value, bool Cumulative) : OtlpValue;

    /// <summary>A sum that only rises.</summary>
    public sealed record Sum(double Value, bool Cumulative) : OtlpValue;

    /// <summary>Observations by bucket: <paramref name="Counts"/> has one more than <paramref name="Bounds"/>.</summary>
    public sealed record Histogram(ImmutableArray<double> Bounds, ImmutableArray<long> Counts, bool Cumulative) : OtlpValue;

    /// <summary>Observations by bucket of a scale: bucket i of a side holds (base^i, base^(i+1)], base = 2^(2^-scale).</summary>
    public sealed record Exponential(
        int Scale, long Zero, double ZeroThreshold, ImmutableSortedDictionary<int, long> Positive,
        ImmutableSortedDictionary<int, long> Negative, bool Cumulative) : OtlpValue;
}

/// <summary>Content of an export.</summary>
/// <param name="Points">Points that could be read.</param>
/// <param name="Rejected">Number of points that could not be read.</param>
/// <param name="Errors">The first few errors.</param>
/// <param name="Malformed">Reason why the whole body could not be read; null when it could.</param>
public sealed record OtlpExport(ImmutableArray<OtlpPoint> Points, int Rejected, ImmutableArray<string> Errors, string? Malformed)
{
    /// <summary>Rejected points that name their origin but have no number.</summary>
    public ImmutableArray<OtlpPoint> Mute { get; init; } = [];
}
