using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans.Rules;

namespace Orchestrator.Domain.Metrics.Statistics;

/// <summary>
/// A criterion's limits on a share or a quantile, to be shown with a confidence and not only observed. Each of two limits is shown by
/// itself.
/// </summary>
/// <param name="Confidence">Above 0 and below 1.</param>
/// <param name="Upper">The value is below this; null for no upper limit.</param>
/// <param name="Lower">The value is above this; null for no lower limit.</param>
public sealed record Claim(double Confidence, ClaimLimit? Upper, ClaimLimit? Lower)
{
    /// <summary>
    /// The claim of a condition; null where chance has no part (a level, a rate, a count) or where no number of samples could show it:
    /// equality, and "none at all" or "all of them" as the plan's own number.
    /// </summary>
    public static Claim? Of(Condition condition, MetricSource? source, double confidence)
    {
        if (source is not (MetricSource.Ratio or MetricSource.Quantile))
        {
            return null;
        }

        var (upper, lower) = condition switch
        {
            Condition.Comparison { Operator: Operator.Below or Operator.AtMost } c =>
                (ClaimLimit.Of(c.Limit, c.Operator is Operator.AtMost), (ClaimLimit?)null),
            Condition.Comparison { Operator: Operator.Above or Operator.AtLeast } c =>
                (null, ClaimLimit.Of(c.Limit, c.Operator is Operator.AtLeast)),
            Condition.Between b => (ClaimLimit.Of(b.High, true), ClaimLimit.Of(b.Low, true)),
            _ => (null, null),
        };
        if (source is MetricSource.Ratio)
        {
            upper = upper is { OfBaseline: false, Number: <= 0 or >= 1 } ? null : upper;
            lower = lower is { OfBaseline: false, Number: <= 0 or >= 1 } ? null : lower;
        }

        return upper is null && lower is null ? null : new Claim(confidence, upper, lower);
    }
}

/// <summary>A limit of a claim.</summary>
/// <param name="Number">In the metric's base unit, or a multiple of the baseline.</param>
/// <param name="OfBaseline">True for a multiple of the baseline.</param>
/// <param name="Included">True when the limit itself is within.</param>
public sealed record ClaimLimit(double Number, bool OfBaseline, bool Included)
{
    internal static ClaimLimit Of(Limit limit, bool included) => limit switch
    {
        Limit.Fixed { Quantity.Value: var number } => new ClaimLimit(number, false, included),
        Limit.OfBaseline { Factor: var factor } => new ClaimLimit(factor, true, included),
        _ => throw new InvalidOperationException($"No such limit: {limit.GetType().Name}."),
    };

    /// <summary>The limit in the metric's base unit; null without the baseline that it needs.</summary>
    public double? Value(double? baseline) => OfBaseline ? Number * baseline : Number;
}
