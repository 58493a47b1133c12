using System.Collections.Immutable;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.Rollouts.Amending;

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
        var users = StepAudience.None;
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
