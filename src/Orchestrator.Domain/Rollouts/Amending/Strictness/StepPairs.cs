using System.Collections.Immutable;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.Rollouts.Amending.Strictness;

/// <summary>Each step of the corrected plan beside the step of the plan in force that guards the same users.</summary>
/// <param name="All">Pairs, in the order of the corrected plan.</param>
/// <param name="Gone">Steps of the plan in force without a counterpart in the corrected plan.</param>
internal sealed record StepPairs(ImmutableArray<StepPair> All, ImmutableArray<StepAt> Gone)
{
    /// <summary>Pairs by name; a step of a new name is paired with the first step of at least its share, or the last step.</summary>
    public static StepPairs Of(Plan before, Plan after)
    {
        var (was, now) = (StepAt.All(before), StepAt.All(after));
        ImmutableArray<StepPair> pairs =
        [
            .. from step in now
               let twin = was.FirstOrDefault(one => one.Step.Name == step.Step.Name)
               select new StepPair(twin ?? was.FirstOrDefault(one => one.Share >= step.Share) ?? was[^1], step, twin is not null),
        ];
        return new StepPairs(pairs, [.. was.Where(step => !pairs.Any(pair => pair.Before == step))]);
    }
}

/// <summary>A step and the one that it is compared with.</summary>
/// <param name="Before">In the plan in force.</param>
/// <param name="After">In the corrected plan.</param>
/// <param name="SameName">False for a step that is new.</param>
internal sealed record StepPair(StepAt Before, StepAt After, bool SameName);

/// <summary>A step with its place.</summary>
internal sealed record StepAt(Plan Plan, int PhaseIndex, int Index, Share Share)
{
    public Phase Phase => Plan.Phases[PhaseIndex];

    public Step Step => Phase.Steps[Index];

    public string Path => $"phases[{PhaseIndex}].steps[{Index}]";

    public bool IsLast => Index == Phase.Steps.Length - 1;

    public StepRules Rules => StepRules.Of(Plan, PhaseIndex, Index);

    public static ImmutableArray<StepAt> All(Plan plan) =>
        [.. Audience.Of(plan).Select(audience => new StepAt(plan, audience.Phase, audience.Index, audience.Percentage))];
}
