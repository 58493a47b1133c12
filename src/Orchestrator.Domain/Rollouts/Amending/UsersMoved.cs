using System.Collections.Immutable;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Rollouts.Amending;

/// <summary>Users on new before and after an amendment, now and at each step ahead. Percentages from 0 to 100.</summary>
/// <param name="Now">Audience of the current step. Before and after are the same unless the amendment is refused.</param>
/// <param name="Ahead">Audiences of the steps after it that differ, are new or are gone.</param>
public sealed record UsersMoved(AudienceChange Now, ImmutableArray<AudienceChange> Ahead)
{
    /// <summary>Compares the audiences of two plans from the current step on.</summary>
    internal static UsersMoved Of(RolloutState state, Plan plan)
    {
        var before = Audience.Of(state.Plan);
        var after = Audience.Of(plan);
        var current = before.First(one => one.Phase == state.PhaseIndex && one.Index == state.StepIndex);
        var twin = after.FirstOrDefault(one => one.Phase == state.PhaseIndex && one.Index == state.StepIndex);
        var ahead = from step in before.Where(one => one.IsAfter(current)).Select(one => one.Name).Union(after.Where(one => one.IsAfter(current)).Select(one => one.Name))
                    let change = AudienceChange.Of(step, before.FirstOrDefault(one => one.Name == step), after.FirstOrDefault(one => one.Name == step))
                    where change.Differs
                    select change;
        return new UsersMoved(AudienceChange.Of(current.Name, current, twin), [.. ahead]);
    }
}

/// <summary>Audience of a step before and after.</summary>
/// <param name="Step">Name of the step.</param>
/// <param name="Before">Share on new; null when the plan in force has no such step.</param>
/// <param name="After">Share on new; null when the revision has no such step.</param>
/// <param name="Joining">Segments that the step has only in the revision.</param>
/// <param name="Leaving">Segments that the step has only in the plan in force.</param>
/// <param name="Shares">Segments of which another share is on new.</param>
public sealed record AudienceChange(
    string Step, decimal? Before, decimal? After, ImmutableArray<string> Joining, ImmutableArray<string> Leaving, ImmutableArray<ShareChange> Shares)
{
    internal bool Differs => Before != After || !Joining.IsEmpty || !Leaving.IsEmpty || !Shares.IsEmpty;

    internal static AudienceChange Of(string step, Audience? before, Audience? after) => new(
        step, before?.Percentage.Percent, after?.Percentage.Percent,
        [.. (after?.Segments ?? []).Except(before?.Segments ?? [])], [.. (before?.Segments ?? []).Except(after?.Segments ?? [])],
        [
            .. from segment in (before?.Users.Shares ?? []).Concat(after?.Users.Shares ?? []).Select(share => share.Segment).Distinct()
               let change = new ShareChange(segment, before?.Users.Of(segment).Percent ?? 0, after?.Users.Of(segment).Percent ?? 0)
               where change.Before != change.After
               select change,
        ]);
}

/// <summary>A segment of which another share is on new. Percentages from 0 to 100.</summary>
public sealed record ShareChange(string Segment, decimal Before, decimal After);

/// <summary>All users whom the steps up to this one add.</summary>
internal sealed record Audience(int Phase, int Index, string Name, StepAudience Users)
{
    public Share Percentage => Users.Percentage;

    public ImmutableArray<string> Segments => Users.Segments;

    public bool IsAfter(Audience other) => (Phase, Index).CompareTo((other.Phase, other.Index)) > 0;

    /// <summary>The audience of each step, in the order of the plan.</summary>
    public static ImmutableArray<Audience> Of(Plan plan)
    {
        var steps = ImmutableArray.CreateBuilder<Audience>();
        var users = StepAudience.Nobody;
        foreach (var (phase, one) in plan.Phases.Index())
        {
            foreach (var (index, step) in one.Steps.Index())
            {
                users = users.With(step);
                steps.Add(new Audience(phase, index, step.Name, users));
            }
        }

        return steps.ToImmutable();
    }
}
