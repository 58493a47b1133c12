using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Segments;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;

namespace Orchestrator.Grains.Segments;

/// <summary>One segment; the grain's key is <c>{environment}/{key}</c>.</summary>
public interface ISegmentGrain : IGrainWithStringKey
{
    Task<CommandResult> Execute(SegmentCommand command, Envelope envelope);
}

internal sealed class SegmentGrain(IEventLog log, OrchestratorClock clock, ILogger<SegmentGrain> logger)
    : AggregateGrain<SegmentState, SegmentEvent>(log, clock, logger), ISegmentGrain
{
    protected override string Stream => $"segment/{this.GetPrimaryKeyString()}";

    protected override SegmentState Initial => SegmentState.Initial;

    protected override EventCatalog<SegmentEvent> Catalog => SegmentEvents.Catalog;

    public Task<CommandResult> Execute(SegmentCommand command, Envelope envelope) => Run(envelope, (state, _) => SegmentDecider.Decide(state, command));

    protected override SegmentState Evolve(SegmentState state, Happened<SegmentEvent> happened) => state.Evolve(happened.Event);
}
