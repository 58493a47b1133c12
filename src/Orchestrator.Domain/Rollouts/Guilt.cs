using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts;

/// <summary>Why the others are kept when some segments go back.</summary>
internal static class Guilt
{
    public static string WhyOthersStay(RolloutState state, Trigger guilty, Observation seen)
    {
        if (!guilty.PerSegment)
        {
            return "The others stay: the rule takes back these segments alone.";
        }

        var rule = guilty.Name[..guilty.Name.LastIndexOf(':')] + ":";
        var others = RulesInForce.Triggers(state)
            .Where(t => t.PerSegment && t.Name != guilty.Name && t.Name.StartsWith(rule, StringComparison.Ordinal) && !state.TakenBack.Contains(t.Segments[0]))
            .ToLookup(t => RulePart.Of(t.Rule, Inquiries.Trigger(t.Name)).Any(part => Watching.Find(seen, part.Question)?.Measured.Samples > 0));
        if (!others.Any())
        {
            return "The others stay: no other segment is judged by this rule.";
        }

        var unheard = others[false].Any() ? $" Of {string.Join(", ", others[false].Select(t => t.Segments[0]))} nothing was measured." : "";
        return (others[true].Any()
            ? "The others stay by their own samples: " + string.Join(" ", others[true].Select(t => Verdicts.Trigger(state, t.Rule, Inquiries.Trigger(t.Name), seen).Evidence().Text))
            : "The others stay.") + unheard;
    }
}
