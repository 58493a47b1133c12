namespace Orchestrator.Domain.Conditions;

/// <summary>A single condition of a rule, as it is queried and judged.</summary>
/// <param name="Rule">The rule with this condition alone, over its own window.</param>
/// <param name="Question">The name of its query.</param>
/// <param name="Doubt">Divisor of its doubt (1 - confidence).</param>
internal readonly record struct RulePart(Rule Rule, string Question, int Doubt)
{
    /// <summary>The parts of a rule, in the order of <see cref="ConditionTree.Leaves"/>; a single condition is its own part.</summary>
    public static RulePart[] Of(Rule rule, string question)
    {
        if (rule.Condition is not Condition.Joined)
        {
            return [new RulePart(rule, question, 1)];
        }

        var doubts = ConditionTree.Doubts(rule.Condition);
        return [.. rule.Condition.Leaves().Select((leaf, i) => Of(rule, leaf, $"part {i + 1} of {question}", doubts[i]))];
    }

    private static RulePart Of(Rule rule, Condition leaf, string question, int doubt)
    {
        var own = rule with { Condition = leaf with { Over = null }, Over = leaf.Over ?? rule.Over };
        return new RulePart(own with { Text = ConditionText.Format(own with { For = null }) }, question, doubt);
    }
}
