using System.Collections.Immutable;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts.Amending;

/// <summary>Effect of a corrected plan on a rollout under way, before a decision on it.</summary>
/// <param name="From">The revision in force.</param>
/// <param name="To">The revision that would be.</param>
/// <param name="Refusals">Parts that the revision may not change, each by its path. Empty when the amendment is possible.</param>
/// <param name="Looser">Parts that are looser, or cannot be shown to be as strict: with any of them a second person must agree.</param>
/// <param name="Changes">Every changed value.</param>
/// <param name="Users">Shares of the current and the later steps, before and after.</param>
/// <param name="Restarts">Rules of the current step whose evidence starts again.</param>
/// <param name="Withdrawn">Reviews that no longer count.</param>
public sealed record Amendment(
    PlanRef From, PlanRef To, ImmutableArray<InputError> Refusals, ImmutableArray<Loosening> Looser, ImmutableArray<PlanChange> Changes,
    UsersMoved Users,
    RuleRestarts Restarts, ImmutableArray<string> Withdrawn)
{
    /// <summary>The reason why the rollout cannot be amended in its current state; null when it can.</summary>
    public static Decision<RolloutEvent>.Refused? NotNow(RolloutState state) =>
        state.AwaitingConfirmation is { } held ? (Decision<RolloutEvent>.Refused)Refusal.Held(held)
        : state.Status is RolloutStatus.Running or RolloutStatus.Paused or RolloutStatus.RolledBack ? null
        : (Decision<RolloutEvent>.Refused)Refusal.Status(state, "be amended");

    /// <summary>The effect of a revision on a rollout in its current state.</summary>
    /// <param name="state">The rollout, started and not ended.</param>
    /// <param name="plan">The corrected plan.</param>
    /// <param name="revision">Its revision.</param>
    public static Amendment Of(RolloutState state, Plan plan, int revision)
    {
        var restarts = RuleChanges.Of(state, plan);
        return new Amendment(
            new PlanRef(state.Revision, state.Plan.Hash), new PlanRef(revision, plan.Hash), SettledPast.Refusals(state, plan),
            Looseness.Of(state, plan),
            PlanChanges.Of(state.Plan.Document, plan.Document), UsersMoved.Of(state, plan), restarts, Withdrawals.Of(state, plan));
    }
}

/// <summary>A revision of a plan and its hash.</summary>
public sealed record PlanRef(int Revision, string Hash);

/// <summary>A part of the corrected plan that is looser than before.</summary>
/// <param name="Path">Path of the part; in the old plan when the new one no longer has it.</param>
/// <param name="Text">Display text, one sentence.</param>
public sealed record Loosening(string Path, string Text);

/// <summary>A changed value.</summary>
/// <param name="Path">Path of the value; in the old plan when the new one no longer has it.</param>
/// <param name="Before">As JSON; null when it is new. Cut off after <see cref="PlanChanges.MostShown"/> characters.</param>
/// <param name="After">As JSON; null when it was removed.</param>
public sealed record PlanChange(string Path, string? Before, string? After);

/// <summary>Rules of the current step whose evidence starts again: they are new, or a part that decides was changed.</summary>
/// <param name="Triggers">Names of triggers.</param>
/// <param name="Criteria">Names of criteria.</param>
public sealed record RuleRestarts(ImmutableArray<string> Triggers, ImmutableArray<string> Criteria);
