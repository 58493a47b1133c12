using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;

namespace Orchestrator.Grains.Access;

/// <summary>All keys: one grain, one stream.</summary>
public interface IAccessGrain : IGrainWithStringKey
{
    /// <summary>The one grain's key.</summary>
    const string Only = AccessEvents.Prefix;

    Task<CommandResult> Execute(AccessCommand command, Envelope envelope);
}

internal sealed class AccessGrain(IEventLog log, OrchestratorClock clock, ILogger<AccessGrain> logger)
    : AggregateGrain<AccessState, AccessEvent>(log, clock, logger), IAccessGrain
{
    protected override string Stream => AccessEvents.Stream();

    protected override EventCatalog<AccessEvent> Catalog => AccessEvents.Catalog;

    public Task<CommandResult> Execute(AccessCommand command, Envelope envelope) =>
        Run(envelope, (state, _) => AccessDecider.Decide(state, command));
}
