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
            .Select(t => Verdicts.Trigger(state, t.Rule, Inquiries.Trigger(t.Name), seen).Evidence().Text)
            .ToArray();
        return others.Length == 0
            ? "The others stay: no other segment is judged by this rule."
            : "The others stay by their own samples: " + string.Join(" ", others);
    }
}
