using System.Collections.Immutable;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts.Amending.Strictness;

namespace Orchestrator.Domain.Rollouts.Amending;

/// <summary>
/// Parts of a corrected plan that are looser than the plan in force. The burden is on strictness: a difference that cannot be shown to be
/// at least as strict counts as looser, because a second look costs less than a guard that was lowered by mistake.
/// </summary>
internal static class Looseness
{
    public static ImmutableArray<Loosening> Of(RolloutState state, Plan plan)
    {
        var steps = StepPairs.Of(state.Plan, plan);
        return
        [
            .. TriggerStrictness.Of(state.Plan, plan, steps)
                .Concat(CriterionStrictness.Of(state.Plan, plan, steps))
                .Concat(PeopleStrictness.Of(state.Plan, plan, steps))
                .Concat(PaceStrictness.Of(state, plan, steps))
                .Concat(JudgementStrictness.Of(state.Plan, plan))
                .Concat(PolicyStrictness.Of(state.Plan, plan, state.LastAt))
                .Concat(UnknownStrictness.Of(state.Plan, plan))
                .DistinctBy(one => (one.Path, one.Text)),
        ];
    }
}
