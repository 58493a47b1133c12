namespace Orchestrator.Domain.Conditions;

/// <summary>Compares a measured value with a condition. Pure arithmetic: windows, samples and coverage are judged elsewhere.</summary>
public static class ConditionEvaluator
{
    /// <summary>
    /// Measured values are binary quotients, limits are decimals that an author wrote: 5/1000 is 0.5 % exactly, so values this
    /// close (relative to the larger) are equal.
    /// </summary>
    private const double Tolerance = 1e-12;

    /// <summary>
    /// True or false; null when it is undecided: the limit needs a baseline that is missing, the value is no number, or the
    /// condition is on an alert. Exactly at a limit is neither above nor below it; <c>between</c> includes both ends. A value
    /// was measured, so <c>absent</c> is false.
    /// </summary>
    /// <param name="condition">The condition.</param>
    /// <param name="value">In the base unit of the metric.</param>
    /// <param name="baseline">In the same unit; null when none could be measured.</param>
    public static bool? Holds(Condition condition, double value, double? baseline)
    {
        if (double.IsNaN(value))
        {
            return null;
        }

        switch (condition)
        {
            case Condition.Comparison c:
                return Value(c.Limit, baseline) is not { } limit ? null : c.Operator switch
                {
                    Operator.Below => Compare(value, limit) < 0,
                    Operator.AtMost => Compare(value, limit) <= 0,
                    Operator.Above => Compare(value, limit) > 0,
                    Operator.AtLeast => Compare(value, limit) >= 0,
                    Operator.Equal => Compare(value, limit) == 0,
                    _ => Compare(value, limit) != 0,
                };
            case Condition.Between b:
                return Value(b.Low, baseline) is { } low && Value(b.High, baseline) is { } high
                    ? Compare(value, low) >= 0 && Compare(value, high) <= 0
                    : null;
            case Condition.Absent:
                return false;
            default:
                return null;
        }
    }

    /// <summary>The limit in the metric's base unit; null when it needs a baseline that is missing.</summary>
    public static double? Value(Limit limit, double? baseline) => limit switch
    {
        Limit.Fixed f => f.Quantity.Value,
        Limit.OfBaseline b when baseline is { } known && !double.IsNaN(known) => b.Factor * known,
        _ => null,
    };

    /// <summary>The order of two values; values within the tolerance are equal.</summary>
    internal static int Compare(double left, double right)
    {
        var scale = Math.Max(Math.Abs(left), Math.Abs(right));
        return double.IsFinite(scale) && Math.Abs(left - right) <= Tolerance * scale ? 0 : left.CompareTo(right);
    }
}
