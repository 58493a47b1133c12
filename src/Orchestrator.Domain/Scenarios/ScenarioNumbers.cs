using System.Globalization;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Scenarios;

/// <summary>Numbers of scenarios: quantities as conditions write them, and rates such as <c>240/h</c>.</summary>
internal static class ScenarioNumbers
{
    private static readonly (string Suffix, double Seconds)[] Rates = [("/s", 1), ("/min", 60), ("/h", 3600), ("/d", 86_400)];

    /// <summary>The value of a metric in its base unit, per second for a rate or a count; null for another text, with the rule.</summary>
    public static (double? Value, string Rule) Of(Metric metric, string text)
    {
        if (metric.Source is MetricSource.Rate or MetricSource.Count)
        {
            return Rate(text);
        }

        var most = metric.Source is MetricSource.Ratio ? 1 : SignalLevel.Most;
        var rule = metric.Source is MetricSource.Ratio ? "a share from 0% to 100%"
            : $"{Units.Name(metric.Unit)} or a plain number, from 0 to {SignalLevel.Most:0} base units";
        return ConditionParser.TryParseQuantity(text, out var quantity, out _)
            && (quantity.Unit == metric.Unit || quantity.Unit == Unit.Number) && quantity.Value >= 0 && quantity.Value <= most
                ? (quantity.Value, rule)
                : (null, rule);
    }

    /// <summary>A number per second; null for another text, with the rule.</summary>
    public static (double? Value, string Rule) Rate(string text)
    {
        const string rule = "a rate such as 50/s, 16/min, 240/h or 3/d";
        foreach (var (suffix, seconds) in Rates)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && text.AsSpan(0, text.Length - suffix.Length).TrimEnd() is var digits
                && double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number <= MostRate)
            {
                return (number / seconds, rule);
            }
        }

        return (null, rule);
    }

    /// <summary>Largest rate: no sum of a simulation overflows.</summary>
    private const double MostRate = 1e9;
}
