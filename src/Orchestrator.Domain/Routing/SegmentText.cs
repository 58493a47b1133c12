using System.Globalization;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Routing;

/// <summary>A segment in words.</summary>
public static class SegmentText
{
    /// <summary>One or two sentences: the rule, and the cap of its strata.</summary>
    public static string Of(SegmentDefinition definition) => $"A user belongs where {Of(definition.Rule)}.{Cap(definition.Balance)}";

    private static string Of(SegmentRule rule) => rule switch
    {
        SegmentRule.All { Rules: [var only] } => Of(only),
        SegmentRule.Any { Rules: [var only] } => Of(only),
        SegmentRule.All all => Joined(all.Rules.Select(Inner), " and "),
        SegmentRule.Any any => Joined(any.Rules.Select(Inner), " or "),
        SegmentRule.Not not => $"not {Inner(not.Rule)}",
        SegmentRule.OptedIn => "they opted in",
        SegmentRule.Attribute attribute => RuleText.Of(attribute),
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, null),
    };

    private static string Joined(IEnumerable<string> rules, string word) => string.Join(word, rules);

    /// <summary>A rule of several parts within another stands in parentheses.</summary>
    private static string Inner(SegmentRule rule) =>
        rule is SegmentRule.All { Rules.Length: > 1 } or SegmentRule.Any { Rules.Length: > 1 } ? $"({Of(rule)})" : Of(rule);

    private static string Cap(Balance? balance) => balance is null ? ""
        : $" Of each {string.Join(" and ", balance.By)} at most {Percent(balance.Cap)} of the users belong{Population(balance)}.";

    private static string Population(Balance balance) =>
        balance.Measured ? "; the share whom the rule matches is measured, so that the cohort fills up to it"
        : balance.Population < 1 ? $", if the rule matches {Percent(balance.Population)} of them"
        : "";

    private static string Percent(double share) => ((decimal)share * 100).ToString("0.###", CultureInfo.InvariantCulture) + " %";
}
