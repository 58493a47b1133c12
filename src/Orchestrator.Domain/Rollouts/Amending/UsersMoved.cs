using System.Collections.Immutable;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts.Previews;

namespace Orchestrator.Domain.Rollouts.Amending;

/// <summary>Users on new before and after an amendment, now and at each step ahead. Percentages from 0 to 100.</summary>
/// <param name="Now">Audience of the current step. Before and after are the same unless the amendment is refused.</param>
/// <param name="Ahead">Audiences of the steps after it that differ, are new or are gone.</param>
public sealed record UsersMoved(AudienceChange Now, ImmutableArray<AudienceChange> Ahead)
{
    /// <summary>The same in sentences: of the current step, and of each step ahead that differs.</summary>
    public ImmutableArray<string> Texts => [AudienceText.Now(Now), .. Ahead.Select(AudienceText.Of)];

    /// <summary>Compares the audiences of two plans from the current step on.</summary>
    internal static UsersMoved Of(RolloutState state, Plan plan)
    {
        var before = Audience.Of(state.Plan);
        var after = Audience.Of(plan);
        var current = before.First(one => one.Phase == state.PhaseIndex && one.Index == state.StepIndex);
        var twin = after.FirstOrDefault(one => one.Phase == state.PhaseIndex && one.Index == state.StepIndex);
        var ahead = from step in before.Where(one => one.IsAfter(current)).Select(one => one.Name)
            .Union(after.Where(one => one.IsAfter(current)).Select(one => one.Name))
                    let change = AudienceChange.Of(
                        step, before.FirstOrDefault(one => one.Name == step), after.FirstOrDefault(one => one.Name == step))
                    where change.Differs
                    select change;
        return new UsersMoved(AudienceChange.Of(current.Name, current, twin), [.. ahead]);
    }
}
