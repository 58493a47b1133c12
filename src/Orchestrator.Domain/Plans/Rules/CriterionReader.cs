using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans.Checks;

namespace Orchestrator.Domain.Plans.Rules;

/// <summary>Reads <c>success</c>: texts, or mappings with a name and a minimum of samples.</summary>
internal static class CriterionReader
{
    /// <param name="items">The list.</param>
    /// <param name="scope">The plan around it.</param>
    /// <param name="others">Criteria that hold together with these.</param>
    /// <param name="longest">Longest duration of the phase; null when not given.</param>
    public static ImmutableArray<Criterion> Read(
        ImmutableArray<Field> items, PlanScope scope, ImmutableArray<Criterion> others, TimeSpan? longest)
    {
        var names = others.Select(o => o.Name).ToHashSet();
        var criteria = ImmutableArray.CreateBuilder<Criterion>();
        foreach (var item in items)
        {
            if (Read(item, scope) is not { } criterion)
            {
                continue;
            }

            if (!names.Add(criterion.Name))
            {
                item.Error($"the criterion '{Field.Short(criterion.Name)}' is given twice");
            }

            TimeCheck.Fits(item, criterion.Rule, longest);
            criteria.Add(criterion);
        }

        return criteria.ToImmutable();
    }

    private static Criterion? Read(Field field, PlanScope scope)
    {
        if (field.Node is not Node.Mapping)
        {
            return scope.Rule(field) is { } plain && Sound(field, plain) ? WithRoom(field, scope, new Criterion(plain.Text, plain)) : null;
        }

        var mapping = field.Mapping(PlanKeys.Criterion)!;
        var name = mapping["name"]?.Text(120);
        var title = mapping["title"]?.Text();
        var samples = mapping["minSamples"]?.Whole(0);
        var rule = scope.Rule(mapping, "when", null, mapping["over"]);
        return rule is not null && Sound(mapping["when"]!, rule)
            ? WithRoom(mapping["when"]!, scope, new Criterion(name ?? rule.Text, scope.Options(mapping, rule), samples) { Title = title })
            : null;
    }

    private static bool Sound(Field field, Rule rule)
    {
        if (rule.For is not null)
        {
            field.Error($"{field.Shown} is a criterion: use 'over' for its window; 'for' belongs to triggers");
            return false;
        }

        if (rule.Condition.Leaves().Any(leaf => leaf is Condition.Absent or Condition.Alert))
        {
            field.Error($"{field.Shown} cannot be a criterion: absence of data or an alert is never success");
            return false;
        }

        return true;
    }

    /// <summary>The criterion, after a warning when it has no margin: no number of samples shows "not worse than the same" while both are the same.</summary>
    private static Criterion WithRoom(Field field, PlanScope scope, Criterion criterion)
    {
        foreach (var leaf in criterion.MinSamples is null ? criterion.Rule.Condition.Leaves() : [])
        {
            if (leaf is Condition.Comparison { Limit: Limit.OfBaseline { Factor: var factor } } comparison
                && scope.Metric(comparison.On.Metric) is
                {
                    Source: MetricSource.Ratio or MetricSource.Quantile,
                    Baseline: Baseline.Legacy or Baseline.Trailing
                }
                && comparison.Operator switch
                {
                    Operator.Below or Operator.AtMost => factor <= 1,
                    Operator.Above or Operator.AtLeast =>
                    factor >= 1,
                    _ => false
                })
            {
                var room = comparison.Operator is Operator.Below or Operator.AtMost ? "<= 110% of baseline" : ">= 90% of baseline";
                field.Warn($"'{ConditionText.Format(comparison)}' can never be shown while both variants are alike: leave a margin, as in '{room}', or give 'minSamples'");
            }
        }

        return criterion;
    }
}
