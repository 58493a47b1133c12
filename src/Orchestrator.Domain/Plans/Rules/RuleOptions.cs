using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Plans.Rules;

/// <summary>Reads the options of a rule beyond its condition: <c>onNoData</c>, <c>test</c> with <c>alpha</c>, and <c>clear</c>.</summary>
internal static class RuleOptions
{
    private const double UsualAlpha = 0.05;

    public static Rule Options(this PlanScope scope, MappingReader mapping, Rule rule) => rule with
    {
        OnNoData = mapping["onNoData"] is { } noData ? NoData(noData, rule) : null,
        Alpha = Alpha(scope, mapping, rule),
        DesignEffect = mapping["designEffect"]?.Whole(1, 1000) ?? 1,
    };

    /// <summary>Condition that ends a fired trigger: a test on the same metric, such as <c>&lt; 0.3%</c>.</summary>
    public static Condition? Clear(this PlanScope scope, Field field, Rule rule)
    {
        if (rule is not { Alpha: null, Condition: Condition.Comparison or Condition.Between, Condition.Subject: { } subject })
        {
            field.Error("'clear' needs a single condition that compares a metric, without 'test'");
            return null;
        }

        return scope.Find(field, subject.Metric, out var metric) && metric is not null ? RuleReader.Partial(field, metric) switch
        {
            Condition.Comparison c => c with { On = subject },
            Condition.Between b => b with { On = subject },
            _ => null,
        } : null;
    }

    private static NoData? NoData(Field field, Rule rule)
    {
        if (!rule.Condition.Leaves()
            .Any(leaf => (leaf.Compares() || leaf is Condition.Alert) && leaf.Subject is not { Metric: PlanVocabulary.Incidents }))
        {
            field.Error("'onNoData' needs a condition that compares a measured metric, or an alert");
            return null;
        }

        const string head = "rollback after ";
        switch (field.Text())
        {
            case "hold":
                return new NoData.Hold();
            case "review":
                return new NoData.Review();
            case "ignore":
                return new NoData.Ignore();
            case { } text when text.StartsWith(head, StringComparison.Ordinal)
                && Durations.TryParse(text.AsSpan()[head.Length..], out var after) && after > TimeSpan.Zero:
                return new NoData.Rollback(after);
            case null:
                return null;
            default:
                field.Error($"must be 'hold', 'review', 'rollback after 10m' or 'ignore', but is {field.Shown}");
                return null;
        }
    }

    private static double? Alpha(PlanScope scope, MappingReader mapping, Rule rule)
    {
        var alpha = mapping["alpha"]?.Fraction(zero: false, one: false);
        if (mapping["test"] is not { } test)
        {
            mapping["alpha"]?.Error("'alpha' belongs to 'test: sequential'");
            mapping["designEffect"]?.Error("'designEffect' belongs to 'test: sequential'");
            return null;
        }

        if (test.OneOf("test", PlanVocabulary.Tests.AsSpan()) is null)
        {
            return null;
        }

        if (rule.Condition is not Condition.Comparison
            {
                On: { Variant: Variant.New } on, Limit: Limit.OfBaseline,
                Operator: not (Operator.Equal or Operator.NotEqual)
            }
            || !scope.Find(test, on.Metric, out var metric)
            || metric is { Baseline: not Baseline.Legacy } or { Source: not (MetricSource.Ratio or MetricSource.Quantile) })
        {
            test.Error("a sequential test needs a single condition that compares a ratio or a quantile of the new variant with its baseline by <, <=, > or >=; its metric needs 'baseline: legacy'");
            return null;
        }

        if (rule.For is not null || rule.Over is not null)
        {
            test.Error("a sequential test covers the whole step: it takes no 'for' and no 'over'");
        }

        return alpha ?? UsualAlpha;
    }
}
