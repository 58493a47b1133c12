using System.Collections.Immutable;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts.Amending;

/// <summary>Effect of a corrected plan on a rollout under way, before anybody decides on it.</summary>
/// <param name="From">The revision in force.</param>
/// <param name="To">The revision that would be.</param>
/// <param name="Refusals">Parts that the revision may not change, each by its path. Empty when it can be taken in.</param>
/// <param name="Looser">Parts that are looser, or cannot be shown to be as strict: with any of them a second person must agree.</param>
/// <param name="Changes">Every value that differs.</param>
/// <param name="Users">Shares that the current and the later steps have, before and after.</param>
/// <param name="Restarts">Rules of the current step whose evidence starts again.</param>
/// <param name="Withdrawn">Reviews that no longer count.</param>
public sealed record Amendment(
    PlanRef From, PlanRef To, ImmutableArray<InputError> Refusals, ImmutableArray<Loosening> Looser, ImmutableArray<PlanChange> Changes, UsersMoved Users,
    RuleRestarts Restarts, ImmutableArray<string> Withdrawn)
{
    /// <summary>The reason why the rollout takes no amendment where it stands; null when it does.</summary>
    public static Decision<RolloutEvent>.Refused? NotNow(RolloutState state) =>
        state.Held is { } held ? (Decision<RolloutEvent>.Refused)Refusal.Held(held)
        : state.Status is RolloutStatus.Running or RolloutStatus.Paused or RolloutStatus.RolledBack ? null
        : (Decision<RolloutEvent>.Refused)Refusal.Status(state, "be amended");

    /// <summary>The effect of taking a revision into a rollout where it stands.</summary>
    /// <param name="state">The rollout, started and not ended.</param>
    /// <param name="plan">The corrected plan.</param>
    /// <param name="revision">Its revision.</param>
    public static Amendment Of(RolloutState state, Plan plan, int revision)
    {
        var restarts = RuleChanges.Of(state, plan);
        return new Amendment(
            new PlanRef(state.Revision, state.Plan.Hash), new PlanRef(revision, plan.Hash), SettledPast.Refusals(state, plan), Looseness.Of(state, plan),
            PlanChanges.Of(state.Plan.Document, plan.Document), UsersMoved.Of(state, plan), restarts, Withdrawals.Of(state, plan));
    }
}

/// <summary>A revision of a plan and its hash.</summary>
public sealed record PlanRef(int Revision, string Hash);

/// <summary>A part of the corrected plan that is looser than before.</summary>
/// <param name="Path">Where it stands; in the old plan when the new one no longer has it.</param>
/// <param name="Text">In one sentence.</param>
public sealed record Loosening(string Path, string Text);

/// <summary>A value that differs.</summary>
/// <param name="Path">Where it stands; in the old plan when the new one no longer has it.</param>
/// <param name="Before">As JSON; null when it is new. Cut off after <see cref="PlanChanges.MostShown"/> characters.</param>
/// <param name="After">As JSON; null when it is gone.</param>
public sealed record PlanChange(string Path, string? Before, string? After);

/// <summary>Rules of the current step whose evidence starts again: they are new, or something in them that decides changed.</summary>
/// <param name="Triggers">Names of triggers.</param>
/// <param name="Criteria">Names of criteria.</param>
public sealed record RuleRestarts(ImmutableArray<string> Triggers, ImmutableArray<string> Criteria);
