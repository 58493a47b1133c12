using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Plans.Rules;

/// <summary>
/// Refuses conditions that can only be true, or only be false, whatever is measured: with a rule that always passes everything advances,
/// and one that never fires guards nothing. Plans in recorded events may hold such rules (decision 16), so the condition itself is never
/// changed here.
/// </summary>
internal static class RangeCheck
{
    /// <param name="field">Place of the condition.</param>
    /// <param name="metric">Its metric.</param>
    /// <param name="written">The comparison in the units of the plan.</param>
    /// <param name="bound">The same in the unit of the metric.</param>
    public static void Alone(Field field, Metric metric, Condition written, Condition bound)
    {
        var range = ValueRange.Of(metric);
        if (Limits(range, metric, bound) is not { } limits)
        {
            return;
        }

        var text = $"'{ConditionText.Format(written)}'";
        if (range is { High: 1 } && bound is Condition.Comparison { Operator: Operator.Below } && limits is [1])
        {
            // True for nearly everything: a criterion passes and a trigger fires until every single request counts.
            field.YoungerError($"{text} is true of every share below 100%: {metric.Name} is {range.Text}; {RangeAdvice.For(metric, written, limits)}");
        }
        else if (Constant(bound, range, limits, metric) is { } always)
        {
            field.YoungerError($"{text} is {(always ? "always" : "never")} true: {metric.Name} is {range.Text}{Sentence(written, metric, limits)}; {RangeAdvice.For(metric, written, limits)}");
        }
    }

    /// <summary>Conditions on one value that contradict each other, or exclude nothing.</summary>
    public static void Together(Field field, Condition.Joined joined, Func<string, Metric?> find)
    {
        var groups = joined.Parts.Where(part => part.Compares()).GroupBy(part => (part.Subject, part.Over))
            .Where(group => group.Count() > 1);
        foreach (var group in groups)
        {
            if (find(group.Key.Subject!.Metric) is not { } metric)
            {
                continue;
            }

            var range = ValueRange.Of(metric);
            Condition[] known = [.. group.Where(part => Limits(range, metric, part) is not null)];
            var together = joined with { Parts = [.. known] };
            if (known.Length > 1
                && Constant(together, range, [.. known.SelectMany(part => Limits(range, metric, part)!)], metric) is { } always)
            {
                var text = $"'{Field.Short(ConditionText.Format(together))}'";
                field.YoungerError(always
                    ? $"{text} is always true: no value of {metric.Name} is excluded"
                    : $"{text} is never true: no value of {metric.Name} satisfies all of it");
            }
        }
    }

    private static bool? Constant(Condition condition, ValueRange range, double[] limits, Metric metric)
    {
        double? baseline = metric.Baseline switch { Baseline.Fixed { Quantity.Value: var known } => known, null => null, _ => 1 };
        bool? outcome = null;
        var (first, likely) = (true, 0);
        foreach (var value in range.Witnesses(limits))
        {
            var holds = condition is Condition.Joined joined
                ? Holds(joined, value, baseline, ref likely)
                : ConditionEvaluator.Holds(condition, value, baseline);
            if (!first && holds != outcome)
            {
                return null;
            }

            (first, outcome) = (false, holds);
        }

        return outcome;
    }

    /// <summary>
    /// The truth of single conditions that are joined, as <see cref="ConditionTree"/> has it. The part that decided the value before is asked
    /// first: neighbours are mostly decided by the same one, and a condition of 160 parts has 320 values.
    /// </summary>
    private static bool? Holds(Condition.Joined joined, double value, double? baseline, ref int likely)
    {
        var deciding = joined.Joint is Joint.Or;
        if (ConditionEvaluator.Holds(joined.Parts[likely], value, baseline) == deciding)
        {
            return deciding;
        }

        bool? whole = !deciding;
        for (var i = 0; i < joined.Parts.Length; i++)
        {
            var part = ConditionEvaluator.Holds(joined.Parts[i], value, baseline);
            if (part == deciding)
            {
                likely = i;
                return deciding;
            }

            whole = part is null ? null : whole;
        }

        return whole;
    }

    /// <summary>The numbers that it compares with; null when one has to be measured.</summary>
    private static double[]? Limits(ValueRange range, Metric metric, Condition condition)
    {
        double?[] limits = condition switch
        {
            Condition.Comparison c => [range.Number(c.Limit, metric.Baseline)],
            Condition.Between b => [range.Number(b.Low, metric.Baseline), range.Number(b.High, metric.Baseline)],
            _ => [null],
        };
        return limits.Contains(null) ? null : [.. limits.Select(limit => limit!.Value)];
    }

    /// <summary>The number that a multiple of the baseline gives.</summary>
    private static string Sentence(Condition written, Metric metric, double[] limits) =>
        written is Condition.Comparison { Limit: Limit.OfBaseline limit } && metric.Baseline is Baseline.Fixed
            ? $", and {ConditionText.Format(limit)} is {QuantityText.Format(limits[0], metric.Unit)}"
            : "";
}
