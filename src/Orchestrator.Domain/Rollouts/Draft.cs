using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.People;

namespace Orchestrator.Domain.Rollouts;

/// <summary>
/// A decision in the making: each event is folded as it is emitted, so that the next is decided on the new state.
/// Used only inside one call of the decider.
/// </summary>
internal sealed class Draft(RolloutState state, Actor actor, DateTimeOffset now)
{
    private readonly ImmutableArray<RolloutEvent>.Builder _events = ImmutableArray.CreateBuilder<RolloutEvent>();

    public RolloutState State { get; private set; } = state;

    /// <summary>Counts of users at hand; null for none. For events alone: nothing is decided by them.</summary>
    public PeopleTally? People { get; init; }

    public Actor Actor { get; } = actor;

    /// <summary>
    /// Never before the newest event, so that two clocks that differ a little do not reverse time; except for a correction of the clock
    /// itself.
    /// </summary>
    public DateTimeOffset Now { get; } = now > state.LastAt || ClockCorrection.Needed(state, now) ? now : state.LastAt;

    public void Emit(RolloutEvent happened)
    {
        _events.Add(happened);
        State = RolloutEvolution.Evolve(State, new Happened<RolloutEvent>(State.Version + 1, Now, Actor, happened));
    }

    public Decision<RolloutEvent> Done() => new Decision<RolloutEvent>.Accepted(_events.ToImmutable());
}
