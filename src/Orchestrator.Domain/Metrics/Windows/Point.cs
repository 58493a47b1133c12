namespace Orchestrator.Domain.Metrics.Windows;

/// <summary>
/// Values of one series, at one instant or in a span. All kinds of series share the shape: <see cref="Weight"/> is the
/// sum of a counter, the readings of a gauge, the observations of a distribution.
/// </summary>
/// <param name="Start">Exclusive start of the span in Unix milliseconds; of an instant equal to <paramref name="At"/>.</param>
/// <param name="At">The instant, or the inclusive end of the span.</param>
/// <param name="Samples">Samples that carried the series.</param>
/// <param name="Weight">See the summary.</param>
/// <param name="Sum">Sum of a gauge's readings; 0 for others.</param>
/// <param name="Min">Lowest reading.</param>
/// <param name="Max">Highest reading.</param>
/// <param name="Values">The packed distribution; null for others.</param>
internal readonly record struct Point(long Start, long At, int Samples, long Weight, double Sum, double Min, double Max, byte[]? Values)
{
    public static Point Seen(long at) => new(at, at, 1, 1, 0, 0, 0, null);

    public static Point Counter(long at, long growth) => new(at, at, 1, growth, 0, 0, 0, null);

    public static Point Gauge(long at, double level) => new(at, at, 1, 1, level, level, level, null);

    /// <param name="at">The instant.</param>
    /// <param name="samples">Observations of each sample of the instant; at least one.</param>
    public static Point Distribution(long at, IReadOnlyList<Distribution> samples)
    {
        var all = Orchestrator.Domain.Metrics.Windows.Distribution.Merge(samples);
        return new(at, at, samples.Count, all.Count, 0, 0, 0, all.OfInstant);
    }

    /// <summary>
    /// This with another sample of the same instant. Independent of their order, except for the resolution of more values than an instant
    /// keeps.
    /// </summary>
    public Point With(Point other) => this with
    {
        Samples = Samples + other.Samples,
        Weight = Weight + other.Weight,
        Sum = Sum + other.Sum,
        Min = Math.Min(Min, other.Min),
        Max = Math.Max(Max, other.Max),
        Values = Values is null || other.Values is null
            ? Values ?? other.Values
            : Orchestrator.Domain.Metrics.Windows.Distribution.Unpack(Values)
                .Merge(Orchestrator.Domain.Metrics.Windows.Distribution.Unpack(other.Values)).OfInstant,
    };
}

/// <summary>A span whose samples have been folded into one point.</summary>
/// <param name="Folded">All of them.</param>
/// <param name="Covered">Milliseconds of the span that were measured.</param>
/// <param name="Last">Instant of the newest sample; 0 when none fell inside (a sample after it can still cover its end).</param>
/// <param name="Newest">A gauge's reading at <paramref name="Last"/>.</param>
internal readonly record struct Sealed(Point Folded, long Covered, long Last, double Newest);
