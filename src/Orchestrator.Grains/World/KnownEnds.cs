using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Orchestrator.Domain.Events;

namespace Orchestrator.Grains.World;

/// <summary>
/// The computed ends of all streams that a world has read. Those of finished rollouts are made when they are asked for.
/// </summary>
internal sealed class KnownEnds(World world) : IReadOnlyDictionary<string, ChainEnd>
{
    public IEnumerable<string> Keys => this.Select(one => one.Key);

    public IEnumerable<ChainEnd> Values => this.Select(one => one.Value);

    public int Count => world.Ends.Count + world.Finished.Count;

    public ChainEnd this[string key] => world.EndOf(key) ?? throw new KeyNotFoundException(key);

    public bool ContainsKey(string key) => world.EndOf(key) is not null;

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out ChainEnd value) => (value = world.EndOf(key)) is not null;

    public IEnumerator<KeyValuePair<string, ChainEnd>> GetEnumerator() =>
        world.Ends.Concat(world.Finished.Select(entry => KeyValuePair.Create(entry.Stream, entry.End))).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
