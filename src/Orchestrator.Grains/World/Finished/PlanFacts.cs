using System.Collections.Immutable;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Checks;

namespace Orchestrator.Grains.World.Finished;

/// <summary>
/// Everything that lists and journeys ask of the plan of a rollout that is over. One instance for all rollouts of a plan.
/// </summary>
/// <param name="Hash">Hash of the plan.</param>
/// <param name="Name">Name.</param>
/// <param name="Title">Title.</param>
/// <param name="Flag">Flag.</param>
/// <param name="Flags">Keys of the flags of its phases.</param>
/// <param name="Segments">Keys of all segments that it defines or judges.</param>
/// <param name="Phases">Its phases with their steps.</param>
public sealed record PlanFacts(
    string Hash, string Name, string Title, string Flag, ImmutableArray<string> Flags, ImmutableArray<string> Segments,
    ImmutableArray<PhaseFacts> Phases)
{
    public static PlanFacts Of(Plan plan) => new(
        plan.Hash, plan.Name, plan.Title, plan.Flag,
        [.. plan.Phases.SelectMany(phase => phase.Flags).Select(flag => flag.Key).Distinct(StringComparer.Ordinal)],
        [.. JudgedSegments.Of(plan).Union(plan.Segments.Select(segment => segment.Key), StringComparer.Ordinal)],
        [
            .. plan.Phases.Select(phase => new PhaseFacts(
                phase.Name, [.. phase.Steps.Select(step => new StepFacts(
                    step.Name, [.. step.Segments.Union(step.Shares.Select(share => share.Segment), StringComparer.Ordinal)]))])),
        ]);
}

/// <summary>A phase of <see cref="PlanFacts"/>.</summary>
/// <param name="Name">Name.</param>
/// <param name="Steps">Its steps.</param>
public sealed record PhaseFacts(string Name, ImmutableArray<StepFacts> Steps);

/// <summary>A step of <see cref="PhaseFacts"/>.</summary>
/// <param name="Name">Name.</param>
/// <param name="Segments">Keys of the segments that it includes, whole or by a share.</param>
public sealed record StepFacts(string Name, ImmutableArray<string> Segments);
