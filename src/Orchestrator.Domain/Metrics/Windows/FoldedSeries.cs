namespace Orchestrator.Domain.Metrics.Windows;

/// <summary>One series over a window.</summary>
internal struct FoldedSeries()
{
    public long Samples { get; private set; }

    public long Weight { get; private set; }

    public double Sum { get; private set; }

    public double Min { get; private set; } = double.PositiveInfinity;

    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>Instant of the newest sample; 0 for none.</summary>
    public long Last { get; private set; }

    /// <summary>A gauge's reading at <see cref="Last"/>; the highest when several were taken at that instant.</summary>
    public double Newest { get; private set; }

    /// <summary>Measured time in milliseconds; more than the window when its first span began before it.</summary>
    public long Covered { get; set; }

    /// <summary>Time span of the samples inside, in milliseconds, also where they reach back beyond the window.</summary>
    public long SpanMillis { get; set; }

    public Distribution? Values { get; set; }

    public void Add(in Point point) => Add(point, point.At, point.Max);

    /// <summary>This without a part of it, for counts and covered time.</summary>
    public readonly FoldedSeries Less(in FoldedSeries part) => this with
    {
        Samples = Math.Max(0, Samples - part.Samples),
        Weight = Math.Max(0, Weight - part.Weight),
        Covered = Math.Max(0, Covered - part.Covered),
        SpanMillis = Math.Max(0, SpanMillis - part.SpanMillis),
    };

    public void Add(in Sealed span)
    {
        Covered += span.Covered;
        SpanMillis += span.Covered;
        Add(span.Folded, span.Last, span.Newest);
    }

    private void Add(in Point point, long last, double newest)
    {
        if (point.Samples == 0)
        {
            return;
        }

        Samples += point.Samples;
        Weight += point.Weight;
        Sum += point.Sum;
        Min = Math.Min(Min, point.Min);
        Max = Math.Max(Max, point.Max);
        (Last, Newest) = (last, newest);
    }
}
