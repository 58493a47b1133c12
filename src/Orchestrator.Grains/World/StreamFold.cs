using System.Collections.Immutable;
using Orchestrator.Domain.Events;

namespace Orchestrator.Grains.World;

/// <summary>How events of one sort of stream change the world.</summary>
public interface IStreamFold
{
    /// <summary>What the stream's name starts with, up to and with the slash; the whole name where there is only one.</summary>
    string Prefix { get; }

    /// <summary>The world with the event folded in. Throws <see cref="UnknownEventException"/> for one that this build does not know.</summary>
    World Fold(World world, RecordedEvent recorded);

    /// <summary>The world with what an event of a broken stream takes away from somebody; most take nothing.</summary>
    World Lessen(World world, RecordedEvent recorded) => world;
}

/// <summary>A family of streams, one state each, in a dictionary of the world by what follows the prefix.</summary>
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

    /// <summary>A stream that is broken from its first event on must be seen all the same where its being there takes users to legacy.</summary>
    public World Lessen(World world, RecordedEvent recorded) =>
        seesTheFirst && recorded.Version == 1 && !get(world).ContainsKey(recorded.Stream[prefix.Length..]) ? Fold(world, recorded) : world;
}
