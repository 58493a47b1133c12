using System.Collections.Immutable;
using Orchestrator.Domain.Events;

namespace Orchestrator.Grains.World;

/// <summary>Fold of one family of streams into the world.</summary>
public interface IStreamFold
{
    /// <summary>Prefix of the streams' names, with the slash; the whole name where there is only one stream.</summary>
    string Prefix { get; }

    /// <summary>The world with the event folded in. Throws <see cref="UnknownEventException"/> for one that this build does not know.</summary>
    World Fold(World world, RecordedEvent recorded);

    /// <summary>
    /// The world with the restrictions of an event of a quarantined stream (such as a revoked key); most events have none.
    /// </summary>
    World Lessen(World world, RecordedEvent recorded) => world;
}

/// <summary>A family of streams, one state each, in a dictionary of the world by the name after the prefix.</summary>
public sealed class StreamFold<TState, TEvent>(
    string prefix, EventCatalog<TEvent> catalog,
    Func<World, ImmutableDictionary<string, Entry<TState>>> get, Func<World, ImmutableDictionary<string, Entry<TState>>, World> set,
    bool seesTheFirst = false) : IStreamFold
    where TState : IAggregateState<TState, TEvent>
    where TEvent : notnull
{
    public string Prefix => prefix;

    public World Fold(World world, RecordedEvent recorded)
    {
        var all = get(world);
        var name = recorded.Stream[prefix.Length..];
        var before = all.TryGetValue(name, out var entry) ? entry.State : TState.Initial;
        var after = before.Evolve(catalog.Replay(recorded));
        return set(world, all.SetItem(name, new Entry<TState>(recorded.Version, after)));
    }

    /// <summary>A stream that is broken from its first event on must still be visible where its existence moves users to legacy.</summary>
    public World Lessen(World world, RecordedEvent recorded) =>
        seesTheFirst && recorded.Version == 1 && !get(world).ContainsKey(recorded.Stream[prefix.Length..]) ? Fold(world, recorded) : world;
}
