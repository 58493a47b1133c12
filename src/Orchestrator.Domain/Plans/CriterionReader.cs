using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Plans;

/// <summary>Reads <c>success</c>: texts, or mappings with a name and a minimum of samples.</summary>
internal static class CriterionReader
{
    /// <param name="items">The list.</param>
    /// <param name="scope">The plan around it.</param>
    /// <param name="others">Criteria that hold together with these.</param>
    /// <param name="longest">How long the phase may last; null when not said.</param>
    public static ImmutableArray<Criterion> Read(ImmutableArray<Field> items, PlanScope scope, ImmutableArray<Criterion> others, TimeSpan? longest)
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
            return scope.Rule(field) is { } plain && Sound(field, plain) ? new Criterion(plain.Text, plain) : null;
        }

        var mapping = field.Mapping(PlanKeys.Criterion)!;
        var name = mapping["name"]?.Text(120);
        var title = mapping["title"]?.Text();
        var samples = mapping["minSamples"]?.Whole(0);
        var rule = scope.Rule(mapping, "when", null, mapping["over"]);
        return rule is not null && Sound(mapping["when"]!, rule) ? new Criterion(name ?? rule.Text, scope.Options(mapping, rule), samples) { Title = title } : null;
    }

    private static bool Sound(Field field, Rule rule)
    {
        if (rule.For is not null)
        {
            field.Error($"{field.Shown} is a criterion: say 'over' for its window; 'for' is for triggers");
            return false;
        }

        if (rule.Condition.Leaves().Any(leaf => leaf is Condition.Absent or Condition.Alert))
        {
            field.Error($"{field.Shown} cannot be a criterion: silence or an alert is never success");
            return false;
        }

        return true;
    }
}
