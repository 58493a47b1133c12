using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts.Rules;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts.Amending;

/// <summary>
/// The fold of an amendment. The event lists the rules that start again, so that a later build with another definition of "changed" replays
/// the same history.
/// </summary>
internal static class AmendmentEvolution
{
    public static RolloutState Propose(RolloutState state, AmendmentProposed e, DateTimeOffset at) => state with
    {
        Amendments = state.Amendments + 1,
        Proposed =
            new ProposedAmendment(e.Review, e.Revision, PlanDocument.Read(e.Hash, e.Document), e.Reason, [.. e.Looser], e.Sampling, at),
    };

    /// <summary>A review that ended without approval ends its proposal.</summary>
    public static RolloutState Close(RolloutState state, ReviewClosed e) =>
        state.Proposed?.Review == e.Review && e.Outcome != ReviewOutcome.Approved ? state with { Proposed = null } : state;

    public static RolloutState Amend(RolloutState state, RolloutAmended e, DateTimeOffset at)
    {
        var plan = PlanDocument.Read(e.Hash, e.Document);
        var step = state.Step!;
        var next = state with
        {
            PlanOrNone = plan,
            Revision = e.Revision,
            Judgement = RolloutEvolution.JudgementOf(plan, e.Sampling),
            Amendments = state.Amendments + (e.Review is null ? 1 : 0),
            Amended = new LastAmendment(at, e.FromRevision, e.FromHash, e.Reason, e.Review, [.. e.Triggers], [.. e.Criteria]),
            Proposed = null,
        };

        // A waiver was for the hold of that time; an overrun was of the duration of that time.
        next = next with
        {
            HoldWaived = state.HoldWaived && next.Step!.Hold == step.Hold,
            Overran = state.Overran && next.Phase!.Duration is { } duration && at - state.PhaseSince > duration.Max,
        };
        var (triggers, criteria) = (RulesInForce.Triggers(next),
            RulesInForce.Criteria(next).Concat(RulesInForce.Exercises(next)).ToArray());
        var kept = triggers.Where(trigger => !e.Triggers.Contains(trigger.Name))
            .SelectMany(trigger => Questions(trigger.Rule, RoundQueries.Trigger(trigger.Name)))
            .Concat(criteria.Where(criterion => !e.Criteria.Contains(criterion.Name))
                .SelectMany(criterion => Questions(criterion.Rule, RoundQueries.Criterion(criterion.Name)))).ToHashSet();
        var compares = triggers.Any(trigger => trigger.Rule.Alpha is not null && e.Triggers.Contains(trigger.Name))
            || criteria.Any(criterion => criterion.Rule.Alpha is not null && e.Criteria.Contains(criterion.Name));
        return next with
        {
            Triggers = state.Triggers.RemoveRange(
                state.Triggers.Keys.Where(name => e.Triggers.Contains(name) || !triggers.Any(trigger => trigger.Name == name))),
            FiredAt = state.FiredAt.RemoveRange(e.Triggers),
            Criteria = state.Criteria.RemoveRange(
                state.Criteria.Keys.Where(name => e.Criteria.Contains(name) || !criteria.Any(criterion => criterion.Name == name))),
            Unmeasured = state.Unmeasured.RemoveRange(state.Unmeasured.Keys.Where(question => !kept.Contains(question))),
            Comparisons = compares
                ? state.Comparisons.SetItem(step.Name, state.Comparisons.GetValueOrDefault(step.Name) + 1)
                : state.Comparisons,
            RestartedAt = Restarted(state, e, triggers, at),
        };
    }

    /// <summary>
    /// Start times of the rules that started again. A rule that is no longer in force is dropped, so that their number is bounded by the
    /// rules of a step.
    /// </summary>
    private static ImmutableDictionary<string, DateTimeOffset> Restarted(
        RolloutState state, RolloutAmended e, ImmutableArray<Trigger> triggers, DateTimeOffset at) =>
        state.RestartedAt.Where(one => triggers.Any(trigger => RoundQueries.Trigger(trigger.Name) == one.Key)
            || one.Key.StartsWith(RoundQueries.Criterion(""), StringComparison.Ordinal))
            .ToImmutableDictionary()
            .SetItems(e.Triggers.Select(RoundQueries.Trigger).Concat(e.Criteria.Select(RoundQueries.Criterion))
                .Select(question => KeyValuePair.Create(question, at)));

    private static IEnumerable<string> Questions(Rule rule, string question) => RulePart.Of(rule, question).Select(part => part.Question);
}

/// <summary>A looser plan that waits for a second person.</summary>
/// <param name="Review">Id of the review.</param>
/// <param name="Revision">Revision of the plan.</param>
/// <param name="Plan">The plan, whole.</param>
/// <param name="Reason">Reason.</param>
/// <param name="Looser">Parts that are looser.</param>
/// <param name="Sampling">The sampling period under an accelerated clock; null takes the plan's.</param>
/// <param name="At">Time of the proposal, UTC.</param>
public sealed record ProposedAmendment(
    string Review, int Revision, Plan Plan, string Reason, ImmutableArray<string> Looser, TimeSpan? Sampling, DateTimeOffset At);

/// <summary>The newest amendment.</summary>
/// <param name="At">Time of the amendment, UTC.</param>
/// <param name="FromRevision">The revision before.</param>
/// <param name="FromHash">Its hash.</param>
/// <param name="Reason">Reason.</param>
/// <param name="Review">Review in which a second person agreed; null where none had to.</param>
/// <param name="Triggers">Triggers whose evidence started again.</param>
/// <param name="Criteria">Criteria whose evidence started again.</param>
public sealed record LastAmendment(
    DateTimeOffset At, int FromRevision, string FromHash, string Reason, string? Review, ImmutableArray<string> Triggers,
    ImmutableArray<string> Criteria);
