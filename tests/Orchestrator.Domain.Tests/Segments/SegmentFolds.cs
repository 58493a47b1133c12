using Orchestrator.Domain.Events;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Tests.Segments;

/// <summary>Folds for tests to which version, time and actor of an event are of no interest.</summary>
internal static class SegmentFolds
{
    public static SegmentState Evolve(this SegmentState state, SegmentEvent happened) =>
        state.Evolve(new Happened<SegmentEvent>(1, DateTimeOffset.UnixEpoch, Actor.System, happened));
}
