using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;

namespace Orchestrator.Grains.Environments;

/// <summary>The static flags of one environment; the grain's key is its name.</summary>
public interface IEnvironmentGrain : IGrainWithStringKey
{
    Task<CommandResult> Execute(EnvironmentCommand command, Envelope envelope);

    /// <summary>Reason why no rollout may advance here, from the log itself; null while they may.</summary>
    Task<EnvironmentHalt?> Line();

    /// <summary>Rollout that holds a flag, from the log itself; it may be finished. Null when none does.</summary>
    Task<FlagClaim?> Holder(string flag);

    /// <summary>JSON of a static flag, from the log itself. Null when it has no value.</summary>
    Task<string?> Flag(string key);

    /// <summary>The salt that all rollouts of a plan share here, from the log itself. Null when none is stored.</summary>
    Task<string?> Salt(string plan);
}

internal sealed class EnvironmentGrain(IEventLog log, OrchestratorClock clock, ILogger<EnvironmentGrain> logger)
    : AggregateGrain<EnvironmentState, EnvironmentEvent>(log, clock, logger), IEnvironmentGrain
{
    protected override string Stream => EnvironmentEvents.Stream(this.GetPrimaryKeyString());

    protected override EventCatalog<EnvironmentEvent> Catalog => EnvironmentEvents.Catalog;

    public Task<CommandResult> Execute(EnvironmentCommand command, Envelope envelope) =>
        Run(envelope, (state, _) => EnvironmentDecider.Decide(state, command));

    /// <summary>The unreadable end of a stream may contain a stop, so the environment counts as stopped.</summary>
    public async Task<EnvironmentHalt?> Line()
    {
        var line = await Look(state => state.Line);
        return IsQuarantined ? new EnvironmentHalt($"The events of environment {this.GetPrimaryKeyString()} cannot be read to their end; the node's alarms say why.", Clock.GetUtcNow(), "system") : line;
    }

    public Task<FlagClaim?> Holder(string flag) => Look(state => state.Claims.GetValueOrDefault(flag));

    public Task<string?> Flag(string key) => Look(state => state.Flags.GetValueOrDefault(key));

    public Task<string?> Salt(string plan) => Look(state => state.Salts.GetValueOrDefault(plan));

    private async Task<T?> Look<T>(Func<EnvironmentState, T?> at)
        where T : class
    {
        T? seen = null;
        await Run(Envelope.By(Actor.System), (state, _) =>
        {
            seen = at(state);
            return Decision<EnvironmentEvent>.Of();
        });
        return seen;
    }
}
