using System.Collections.Immutable;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.Rollouts.Amending;

/// <summary>
/// Reviews that an amendment withdraws. A go at a step's end was about the old plan; an override was requested against its gates; a removed
/// trigger has no review any more. Checkpoints, and warnings whose rule still exists, stay: no amendment answers an open review.
/// </summary>
internal static class Withdrawals
{
    public static ImmutableArray<string> Of(RolloutState state, Plan plan)
    {
        HashSet<string> rules = RuleChanges.At(state, plan) is { } after
            ? [.. RulesInForce.Triggers(after).Select(trigger => trigger.Name),
                .. RulesInForce.Criteria(after).Select(criterion => criterion.Name)]
            : [];
        return [.. state.Reviews.Where(review => Lapses(state, review, rules)).Select(review => review.Id)];
    }

    private static bool Lapses(RolloutState state, Review review, HashSet<string> rules) => review switch
    {
        { Kind: ReviewKind.Gate, Outcome: null or ReviewOutcome.Approved } => review.Entry == state.Entry,
        { Kind: ReviewKind.Override or ReviewKind.Amendment, Open: true } => true,
        { Kind: ReviewKind.Trigger, Open: true, Trigger: { } rule } => !rules.Contains(rule),
        _ => false,
    };
}
