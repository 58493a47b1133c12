namespace Orchestrator.Grains.World.Snapshots;

/// <summary>
/// The parts of the newest snapshot by their first stream, with the ends of streams that each was made of. The end of a stream is a new
/// instance with each of its events, and so is the entry of a finished rollout: a run of the same instances is the same part, and is not
/// made again.
/// </summary>
internal sealed class RunCache
{
    private readonly Dictionary<string, (object?[] Ends, PartRef Part)> _runs = new(StringComparer.Ordinal);

    public PartRef? Find(World world, IReadOnlyList<string> streams) =>
        _runs.TryGetValue(streams[0], out var run) && run.Ends.SequenceEqual(Ends(world, streams), ReferenceEqualityComparer.Instance)
            ? run.Part
            : null;

    public void Add(World world, IReadOnlyList<string> streams, PartRef part) => _runs[streams[0]] = ([.. Ends(world, streams)], part);

    private static IEnumerable<object?> Ends(World world, IReadOnlyList<string> streams) =>
        streams.Select(object? (stream) => world.Ends.GetValueOrDefault(stream) ?? (object?)world.Finished.OfStream(stream));
}
