using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Plans.Rules;

/// <summary>Spellings that the author of a condition without effect may have intended.</summary>
internal static class RangeAdvice
{
    /// <param name="metric">The compared metric.</param>
    /// <param name="written">The condition as written.</param>
    /// <param name="limits">Its limits in the unit of the metric.</param>
    public static string For(Metric metric, Condition written, double[] limits)
    {
        var meant = written switch
        {
            Condition.Comparison c => Comparison(metric, c, limits[0]),
            _ => Between(metric, limits[0], limits[1]),
        };
        return $"did you mean {string.Join(" or ", meant.Distinct().Select(text => $"'{text}'"))}?";
    }

    private static IEnumerable<string> Comparison(Metric metric, Condition.Comparison written, double limit)
    {
        var sign = ConditionText.Sign(written.Operator);
        if (limit == 0)
        {
            return [$"> {Text(metric, 0)}", $"== {Text(metric, 0)}"];
        }

        if (limit < 0)
        {
            return [$"{sign} {Text(metric, -limit)}", $"> {Text(metric, 0)}"];
        }

        if (metric.Source is not MetricSource.Ratio)
        {
            return [$"{sign} {Text(metric, Math.Floor(limit))}", $"{sign} {Text(metric, Math.Ceiling(limit))}"];
        }

        if (written.Limit is Limit.OfBaseline)
        {
            return [$"{sign} baseline", Whole(written.Operator)];
        }

        // 1 was meant as 1 %, and 150 % as a comparison with the baseline.
        var percent = $"{sign} {Text(metric, limit / 100)}";
        return limit == 1 && metric.Baseline is null ? [percent, Whole(written.Operator)]
            : limit == 1 ? [percent, Whole(written.Operator), OfBaseline(sign, limit)]
            : [percent, OfBaseline(sign, limit)];
    }

    private static IEnumerable<string> Between(Metric metric, double low, double high) => metric.Source is MetricSource.Ratio
        ? [$"between {Text(metric, low / 100)} and {Text(metric, high / 100)}", $"between {Share(low)} of baseline and {Share(high)} of baseline"]
        : low < 0 ? [$"between {Text(metric, -high)} and {Text(metric, -low)}", $"== {Text(metric, 0)}"]
        : [$"between {Text(metric, Math.Floor(low))} and {Text(metric, Math.Ceiling(high))}", $"== {Text(metric, Math.Ceiling(high))}"];

    /// <summary>All of them, or not all of them.</summary>
    private static string Whole(Operator compared) => compared is Operator.Above or Operator.AtLeast or Operator.Equal ? "== 100%" : "!= 100%";

    private static string OfBaseline(string sign, double limit) => $"{sign} {Share(limit)} of baseline";

    private static string Share(double value) => Units.Format(new Quantity(value, Unit.Ratio));

    private static string Text(Metric metric, double value) => Units.Format(new Quantity(value, metric.Unit));
}
