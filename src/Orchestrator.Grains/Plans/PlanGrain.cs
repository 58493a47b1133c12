using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;

namespace Orchestrator.Grains.Plans;

/// <summary>The revisions of one plan; the grain's key is its name.</summary>
public interface IPlanGrain : IGrainWithStringKey
{
    Task<CommandResult> Execute(PlanCommand command, Envelope envelope);
}

internal sealed class PlanGrain(IEventLog log, OrchestratorClock clock, ILogger<PlanGrain> logger)
    : AggregateGrain<PlanState, PlanEvent>(log, clock, logger), IPlanGrain
{
    protected override string Stream => PlanEvents.Stream(this.GetPrimaryKeyString());

    protected override EventCatalog<PlanEvent> Catalog => PlanEvents.Catalog;

    public Task<CommandResult> Execute(PlanCommand command, Envelope envelope) =>
        Run(envelope, (state, _) => PlanDecider.Decide(state, command));
}
