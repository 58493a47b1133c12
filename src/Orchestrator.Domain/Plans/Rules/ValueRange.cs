using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Plans.Rules;

/// <summary>The values that a metric can have, in its base unit; null is no bound.</summary>
/// <param name="Low">Included.</param>
/// <param name="High">Included.</param>
/// <param name="Whole">Whole numbers only.</param>
/// <param name="Text">The range in words; null when there is none.</param>
internal sealed record ValueRange(double? Low, double? High, bool Whole, string? Text)
{
    private static readonly ValueRange Any = new(null, null, false, null);

    /// <summary>
    /// The range by the computation of a metric. A ratio counts as a share, although late failures can lift it above 1 for a moment. A
    /// gauge may be a difference, and the quantile of values that are neither a time nor a size may be anything.
    /// </summary>
    public static ValueRange Of(Metric metric) => metric switch
    {
        { Source: MetricSource.Ratio } => new(0, 1, false, "a share, from 0% to 100%"),
        { Source: MetricSource.Count } => new(0, null, true, "a count, a whole number from 0 on"),
        { Source: MetricSource.Rate } => new(0, null, false, "a rate, never below 0"),
        { Source: MetricSource.Quantile, Unit: Unit.Time } => new(0, null, false, "a time, never below 0"),
        { Source: MetricSource.Quantile, Unit: Unit.Size } => new(0, null, false, "a size, never below 0"),
        _ => Any,
    };

    /// <summary>The limit as a number, if the plan determines it; null when it has to be measured.</summary>
    public double? Number(Limit limit, Baseline? baseline) => (limit, baseline) switch
    {
        (Limit.Fixed { Quantity.Value: var value }, _) => value,
        (Limit.OfBaseline { Factor: var factor }, Baseline.Fixed { Quantity.Value: var known }) => factor * known,

        // No multiple of a measured value that is never negative can be above 0 with such a factor.
        (Limit.OfBaseline { Factor: <= 0 and var factor }, _) when Low >= 0 => factor,
        _ => null,
    };

    /// <summary>
    /// Values that distinguish everything that a condition with these limits can distinguish: the ends of the range, the limits, and one
    /// between and beyond them.
    /// </summary>
    public ImmutableArray<double> Witnesses(IEnumerable<double> limits)
    {
        double[] edges =
            [.. limits.Where(Contains).Concat(Low is { } low ? [low] : []).Concat(High is { } high ? [high] : []).Distinct().Order()];
        if (edges.Length == 0)
        {
            return Low is { } least ? [least] : [0];
        }

        var beyond = Math.Abs(edges[^1]) + 1;
        IEnumerable<double> all = [edges[0] - beyond, .. edges, .. edges.Zip(edges.Skip(1), (left, right) => left + ((right - left) / 2)),
            edges[^1] + beyond];
        return [.. (Whole ? all.SelectMany(value => new[] { Math.Floor(value), Math.Ceiling(value) }) : all).Where(Contains).Distinct()];
    }

    private bool Contains(double value) => !(value < Low) && !(value > High);
}
