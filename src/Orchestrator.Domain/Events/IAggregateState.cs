namespace Orchestrator.Domain.Events;

/// <summary>
/// The state of an aggregate, folded from the events of its stream. Beside it stand, under the same names in each folder: <c>XEvent</c>,
/// the closed family; <c>XEvents</c> with <c>Prefix</c>, <c>Stream</c> and <c>Catalog</c>; <c>XCommand</c> and <c>XDecider</c>.
/// </summary>
/// <typeparam name="TSelf">The state itself.</typeparam>
/// <typeparam name="TEvent">The closed family of its events.</typeparam>
public interface IAggregateState<TSelf, TEvent>
    where TSelf : IAggregateState<TSelf, TEvent>
    where TEvent : notnull
{
    /// <summary>The state before the first event.</summary>
    static abstract TSelf Initial { get; }

    /// <summary>The state after an event. Total: an event of the family that has no fold throws.</summary>
    TSelf Evolve(Happened<TEvent> happened);
}
