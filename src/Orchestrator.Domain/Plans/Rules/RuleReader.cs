using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Plans.Rules;

/// <summary>Reads conditions and checks them against the plan's metrics and segments; numbers are converted to the metric's unit.</summary>
internal static class RuleReader
{
    /// <summary>A rule from one text.</summary>
    public static Rule? Rule(this PlanScope scope, Field field)
    {
        if (field.Text() is not { } text)
        {
            return null;
        }

        if (!ConditionParser.TryParse(text, out var rule, out var error))
        {
            field.Unparsed(text, error);
            return null;
        }

        return scope.Bind(field, rule.Condition) is { } condition ? rule with { Condition = condition } : null;
    }

    /// <summary>A rule with its durations inside its text or beside it.</summary>
    public static Rule? Rule(this PlanScope scope, MappingReader mapping, string key, Field? lasting, Field? window)
    {
        var rule = mapping.Require(key) is { } when ? scope.Rule(when) : null;
        var forTime = lasting?.Duration(positive: true);
        var overTime = window?.Duration(positive: true);
        if (rule is null)
        {
            return null;
        }

        if (forTime is { } t)
        {
            Twice(lasting!, "for", key, rule.For);
            rule = rule with { For = t, Text = $"{Whole(rule)} for {Durations.Format(t)}" };
        }

        if (overTime is { } w)
        {
            Twice(window!, "over", key, rule.Over);
            rule = rule.Condition is Condition.Joined ? Joined(window!, rule, w, key) : rule with { Over = w, Text = $"{rule.Text} over {Durations.Format(w)}" };
        }

        return rule;
    }

    /// <summary>A metric's target or alert.</summary>
    public static Condition? Partial(Field field, Metric metric)
    {
        if (field.Text() is not { } text)
        {
            return null;
        }

        if (!ConditionParser.TryParsePartial(text, metric.Name, out var condition, out var error))
        {
            field.Unparsed(text, error);
            return null;
        }

        return Fit(field, metric, condition);
    }

    public static void Unparsed(this Field field, string text, ConditionError error) =>
        field.Error($"'{Field.Short(text)}' does not parse at column {error.Column}: {error.Message}", error.Column);

    /// <summary>The quantity in the metric's unit; null after an error when its unit differs.</summary>
    public static Quantity? Fit(Field field, string metric, Unit unit, MetricSource source, Quantity quantity)
    {
        if (quantity.Unit != unit && quantity.Unit != Unit.Number)
        {
            var advice = source is MetricSource.Quantile or MetricSource.Gauge ? "; give the metric a 'unit' if it measures something else" : "";
            field.Error($"{Units.Format(quantity)} does not fit: {metric} measures {Units.Name(unit)}, not {Units.Name(quantity.Unit)}{advice}");
            return null;
        }

        if (quantity.Unit == Unit.Number && source is MetricSource.Ratio && quantity.Value is > 1 or < 0)
        {
            field.Error($"{Units.Format(quantity)} does not fit: {metric} is a share of 1, written as 0.5% or 0.005");
            return null;
        }

        return quantity with { Unit = unit };
    }

    /// <summary>The window beside a rule applies to each condition that has none of its own.</summary>
    private static Rule Joined(Field window, Rule rule, TimeSpan over, string key)
    {
        if (rule.Condition.Leaves().All(leaf => leaf.Over is not null || leaf.Subject is null))
        {
            window.Error($"'over' is given twice: here and at each condition inside '{key}'");
        }

        var condition = rule.Condition.Map(leaf => leaf is { Over: null, Subject: not null } ? leaf with { Over = over } : leaf);
        return rule with { Condition = condition, Text = $"{Whole(rule)} over {Durations.Format(over)}" };
    }

    /// <summary>The rule's text in a form that a duration may follow.</summary>
    private static string Whole(Rule rule) => rule is { Condition: Condition.Joined, For: null } ? $"({rule.Text})" : rule.Text;

    private static Condition? Bind(this PlanScope scope, Field field, Condition condition)
    {
        if (condition is Condition.Joined joined)
        {
            // Every error of every part is reported.
            Condition?[] parts = [.. joined.Parts.Select(part => scope.Bind(field, part))];
            var bound = parts.Contains(null) ? null : joined with { Parts = [.. parts.OfType<Condition>()] };
            if (bound is not null)
            {
                RangeCheck.Together(field, bound, scope.Metric);
            }

            return bound;
        }

        if (condition.Subject is not { } subject)
        {
            return condition;
        }

        if (condition is Condition.Absent && subject.Metric == PlanVocabulary.Incidents)
        {
            field.YoungerError("'absent(incidents)' has no effect: the orchestrator counts incidents itself, and no sample carries them");
        }

        if (subject is { Metric: PlanVocabulary.Incidents, Segment: not null })
        {
            field.YoungerError("'incidents' counts the incidents of the whole rollout: it has no segment");
        }

        // Absence is about samples, so it may also name a raw series that some metric is computed from.
        if (condition is Condition.Absent && scope.IsSeries(subject.Metric))
        {
            return subject.Segment is not { } heard || scope.FindSegment(field, heard) ? condition : null;
        }

        var known = scope.Find(field, subject.Metric, out var metric);
        known &= subject.Segment is not { } segment || scope.FindSegment(field, segment);
        return !known || metric is null ? null : Fit(field, metric, condition);
    }

    private static Condition? Fit(Field field, Metric metric, Condition condition)
    {
        switch (condition)
        {
            case Condition.Comparison c:
                if (c.Operator is Operator.Equal or Operator.NotEqual && metric.Source is MetricSource.Quantile or MetricSource.Gauge)
                {
                    field.Warn($"'{ConditionText.Format(c)}' compares a measured level for equality, which hardly ever holds");
                }

                return Fit(field, metric, c.Limit) is { } limit ? Ranged(field, metric, c, c with { Limit = limit }) : null;
            case Condition.Between b:
                var low = Fit(field, metric, b.Low);
                var high = Fit(field, metric, b.High);
                return low is null || high is null ? null : Ranged(field, metric, b, b with { Low = low, High = high });
            default:
                return condition;
        }
    }

    private static Condition Ranged(Field field, Metric metric, Condition written, Condition bound)
    {
        RangeCheck.Alone(field, metric, written, bound);
        return bound;
    }

    private static Limit? Fit(Field field, Metric metric, Limit limit)
    {
        switch (limit)
        {
            case Limit.Fixed f:
                return Fit(field, metric.Name, metric.Unit, metric.Source, f.Quantity) is { } quantity ? new Limit.Fixed(quantity) : null;
            case Limit.OfBaseline when metric.Baseline is null:
                field.Error($"{metric.Name} has no baseline to compare with; give the metric one, such as 'baseline: legacy'");
                return null;
            default:
                return limit;
        }
    }

    private static void Twice(Field field, string word, string key, TimeSpan? said)
    {
        if (said is not null)
        {
            field.Error($"'{word}' is given twice: here and inside '{key}'");
        }
    }
}
