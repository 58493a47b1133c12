using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Segments;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Segments;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Rollouts;

/// <summary>Segments belong to the environment: a plan must define them equally, and adds those that the environment lacks.</summary>
public sealed class PlanSegments(IGrainFactory grains, IEventLog log, IWorld world)
{
    /// <summary>The reason why the plan does not fit the environment; null when it does.</summary>
    public static CommandResult? Disagreement(World.World known, Plan plan, string environment)
    {
        var streams = plan.Segments.Select(segment => SegmentEvents.Stream(environment, segment.Key));
        if (streams.Select(stream => known.Broken.GetValueOrDefault(stream)).FirstOrDefault(found => found is not null) is { } broken)
        {
            return CommandResult.Refused(0, "stream.broken", broken.Text);
        }

        return plan.Segments.FirstOrDefault(segment => Differs(known, environment, segment)) is { } differs
            ? Different(environment, differs)
            : null;
    }

    /// <summary>Defines the missing segments. Null when all exist.</summary>
    public async Task<CommandResult?> Define(Plan plan, string environment, Envelope envelope)
    {
        var known = world.Current;
        foreach (var segment in plan.Segments.Where(segment => !known.Segments.ContainsKey($"{environment}/{segment.Key}")))
        {
            var name = $"{environment}/{segment.Key}";
            var defined = await grains.GetGrain<ISegmentGrain>(name).Execute(
                SegmentCommands.Define(segment.Definition), Envelope.By(envelope.Actor, envelope.CommandId) with { ExpectedVersion = 0 });
            if (defined.Outcome == CommandOutcome.VersionMismatch)
            {
                // Another request defined it at the same time.
                var recorded = await log.ReadStream(SegmentEvents.Stream(name));
                var now = recorded.Select(SegmentEvents.Catalog.Replay).Aggregate(SegmentState.Initial, (state, one) => state.Evolve(one));
                if (now.Definition is { } other && !SegmentDefinitions.SameUsers(other, segment.Definition))
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
        $"Segment '{segment.Key}' of {environment} has another definition than in the plan; make them equal (PUT the segment or revise the plan), "
            + "or the wrong users would join.");

    private static bool Differs(World.World known, string environment, PlanSegment segment) =>
        known.Segments.GetValueOrDefault($"{environment}/{segment.Key}")?.State.Definition is { } definition
        && !SegmentDefinitions.SameUsers(definition, segment.Definition);
}
