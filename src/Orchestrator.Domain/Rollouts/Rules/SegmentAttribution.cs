using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>Reason why the other segments stay on new when some are taken back.</summary>
internal static class SegmentAttribution
{
    public static string WhyOthersStay(RolloutState state, Trigger guilty, Observation seen)
    {
        if (!guilty.PerSegment)
        {
            return "The other segments stay: the rule takes back these alone.";
        }

        var rule = guilty.Name[..guilty.Name.LastIndexOf(':')] + ":";
        var others = RulesInForce.Triggers(state)
            .Where(t => t.PerSegment && t.Name != guilty.Name && t.Name.StartsWith(rule, StringComparison.Ordinal)
                && !state.TakenBack.Contains(t.Segments[0]))
            .ToLookup(t => RulePart.Of(t.Rule, RoundQueries.Trigger(t.Name))
                .Any(part => Watching.Find(seen, part.Question)?.Measured.Samples > 0));
        if (!others.Any())
        {
            return "The other segments stay: no other one is judged by this rule.";
        }

        var unheard = others[false].Any() ? $" There are no measurements of {string.Join(", ", others[false].Select(t => t.Segments[0]))}." : "";
        return (others[true].Any()
            ? "The other segments stay by their own samples: " + string.Join(
                " ", others[true].Select(t => Verdicts.Trigger(state, t.Rule, RoundQueries.Trigger(t.Name), seen).Evidence().Text))
            : "The other segments stay.") + unheard;
    }
}
