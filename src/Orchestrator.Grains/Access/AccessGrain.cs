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
    /// <summary>The one grain's key and the name of its stream.</summary>
    public const string Only = "access";

    Task<CommandResult> Execute(AccessCommand command, Envelope envelope);
}

internal sealed class AccessGrain(IEventLog log, OrchestratorClock clock, ILogger<AccessGrain> logger)
    : AggregateGrain<AccessState, AccessEvent>(log, clock, logger), IAccessGrain
{
    protected override string Stream => IAccessGrain.Only;

    protected override AccessState Initial => AccessState.Initial;

    protected override EventCatalog<AccessEvent> Catalog => AccessEvent.Catalog;

    public Task<CommandResult> Execute(AccessCommand command, Envelope envelope) => Run(envelope, (state, _) => AccessDecider.Decide(state, command));

    protected override AccessState Evolve(AccessState state, Happened<AccessEvent> happened) => state.Evolve(happened);
}
