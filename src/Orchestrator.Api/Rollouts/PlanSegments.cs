using Orchestrator.Api.Segments;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Segments;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Segments;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts;

/// <summary>Segments belong to the environment: a plan must define them equally, and adds those that the environment lacks.</summary>
internal static class PlanSegments
{
    /// <summary>The reason why the plan does not fit the environment; null when it does.</summary>
    public static CommandResult? Disagreement(World world, Plan plan, string environment)
    {
        if (plan.Segments.Select(segment => world.Broken.GetValueOrDefault($"segment/{environment}/{segment.Key}")).FirstOrDefault(found => found is not null) is { } broken)
        {
            return CommandResult.Refused(0, "stream.broken", broken.Text);
        }

        return plan.Segments.FirstOrDefault(segment => Differs(world, environment, segment)) is { } differs ? Different(environment, differs) : null;
    }

    /// <summary>Defines the missing segments. Null when all exist.</summary>
    public static async Task<CommandResult?> Bring(IGrainFactory grains, IEventLog log, World world, Plan plan, string environment, Envelope envelope)
    {
        foreach (var segment in plan.Segments.Where(segment => !world.Segments.ContainsKey($"{environment}/{segment.Key}")))
        {
            var name = $"{environment}/{segment.Key}";
            var defined = await grains.GetGrain<ISegmentGrain>(name).Execute(
                SegmentEndpoints.Define(segment.Definition), Envelope.By(envelope.Actor, envelope.CommandId) with { ExpectedVersion = 0 });
            if (defined.Outcome == CommandOutcome.VersionMismatch)
            {
                // Another request defined it at the same time.
                var now = (await log.ReadStream($"segment/{name}")).Aggregate(SegmentState.Initial, (state, e) => state.Evolve(SegmentEvents.Catalog.Read(e)));
                if (now.Definition is { } known && !SegmentDefinitions.SameUsers(known, segment.Definition))
                {
                    return Different(environment, segment);
                }
            }
            else if (defined.Outcome is not (CommandOutcome.Applied or CommandOutcome.Unchanged))
            {
                return defined;
            }
        }

        return null;
    }

    private static CommandResult Different(string environment, PlanSegment segment) => CommandResult.Refused(
        0, "rollout.segment_differs",
        $"Segment '{segment.Key}' of {environment} has another definition than in the plan; make them equal (PUT the segment or revise the plan), or the wrong users would join.");

    private static bool Differs(World world, string environment, PlanSegment segment) =>
        world.Segments.GetValueOrDefault($"{environment}/{segment.Key}")?.State.Definition is { } known
        && !SegmentDefinitions.SameUsers(known, segment.Definition);
}
