using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.Log;

namespace Orchestrator.Grains.World.Snapshots;

/// <summary>
/// Worlds from snapshots. One that is damaged, of another build, of another timeline or of another log is passed over; without any, the
/// caller folds the log from its first event and gets the same.
/// </summary>
public sealed partial class WorldSnapshots(ISnapshotStore store, IEventLog log, ILogger<WorldSnapshots> logger)
{
    /// <summary>Most names of refused snapshots that are remembered, so that each is logged once.</summary>
    private const int MostRefused = 1000;

    private readonly HashSet<string> _refused = [];

    /// <summary>Position of the snapshot that this node started from; 0 for none, or before its start.</summary>
    public long StartedFrom { get; private set; }

    /// <summary>Names of parts that could not be read: who writes snapshots writes them again. At most as many as parts.</summary>
    internal ConcurrentDictionary<string, byte> Damaged { get; } = [];

    /// <summary>The newest whole world of a timeline; an empty one without a usable snapshot.</summary>
    public async Task<World> Newest(long timeline, CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            var names = await Names(stop);
            if (names.Count(name => name.Timeline == timeline && !name.IsOf(timeline)) is var others and > 0)
            {
                LogOthers(others);
            }

            foreach (var name in names.Where(name => name.IsOf(timeline)))
            {
                if (await Read(name, _ => true, stop) is { } world)
                {
                    StartedFrom = world.Position;
                    LogStarted(world.Position, (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                    return world;
                }
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogUnavailable(failure.Message);
        }

        return World.Empty with { Timeline = timeline };
    }

    /// <summary>The whole world at a position; null without a usable snapshot there.</summary>
    internal async Task<World?> At(long timeline, long position, CancellationToken stop) =>
        (await Names(stop)).Find(name => name.IsOf(timeline) && name.Position == position) is { } name
            ? await Read(name, _ => true, stop)
            : null;

    /// <summary>
    /// The newest world of a timeline without an event after a moment, beyond a position, as far as one environment needs it: its own
    /// streams, but not its rollouts that ended long before. Null without a usable snapshot.
    /// </summary>
    internal async Task<World?> Before(long timeline, DateTimeOffset at, long beyond, string environment, CancellationToken stop)
    {
        var group = PartGroups.OfEnvironment(environment);
        try
        {
            foreach (var name in (await Names(stop)).Where(name => name.IsOf(timeline) && name.Position > beyond && name.LatestAt <= at))
            {
                if (await Read(name, part => part.Group == group, stop) is { } world)
                {
                    return world;
                }
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogUnavailable(failure.Message);
        }

        return null;
    }

    /// <summary>Newest first.</summary>
    private async Task<List<SnapshotName>> Names(CancellationToken stop) =>
        [.. (await store.List(stop)).Select(SnapshotName.Read).OfType<SnapshotName>().OrderByDescending(name => name.Position)];

    private async Task<World?> Read(SnapshotName name, Func<PartRef, bool> wanted, CancellationToken stop)
    {
        try
        {
            return await Read(name, name.ToString(), wanted, stop);
        }
        catch (InvalidDataException wrong)
        {
            Refuse(name.ToString(), wrong.Message);
            return null;
        }
    }

    private async Task<World?> Read(SnapshotName name, string file, Func<PartRef, bool> wanted, CancellationToken stop)
    {
        if (await store.Read(file, stop) is not { } written)
        {
            // Deleted in between.
            return null;
        }

        var text = SnapshotText.Read(file, written);
        var last = await log.ReadAll(name.Position - 1, 1, stop);
        if (last is not [var there] || there.Position != name.Position || Convert.ToHexStringLower(there.Hash.Span) != text.Hash)
        {
            throw new InvalidDataException("the log has another event at its position, or none");
        }

        var chosen = text.Parts.Where(wanted).ToArray();
        var parts = new WorldPart[chosen.Length];
        await Parallel.ForAsync(0, chosen.Length, stop, async (i, end) => parts[i] = await Part(chosen[i].Name, end));
        var world = WorldPart.Join(
            World.Empty with { Timeline = name.Timeline, Position = name.Position, LatestAt = name.LatestAt }, parts);
        return chosen.Length < text.Parts.Length ? world
            : PartGroups.Streams(world).Count() == text.Streams ? await WithAccess(world, stop)
            : throw new InvalidDataException("it has too few streams");
    }

    private async Task<WorldPart> Part(string name, CancellationToken stop)
    {
        try
        {
            return PartBytes.Read(name, await store.Part(name, stop) ?? throw new InvalidDataException($"the part {name} is missing"));
        }
        catch (InvalidDataException)
        {
            Damaged.TryAdd(name, 0);
            throw;
        }
    }

    /// <summary>The world with its keys, folded from the log: no file beside the log decides who may do what.</summary>
    private async Task<World> WithAccess(World world, CancellationToken stop)
    {
        var keys = World.Empty;
        foreach (var one in await log.ReadStream(AccessEvents.Stream(), stop: stop))
        {
            keys = one.Position <= world.Position ? WorldFolds.Fold(keys, one) : keys;
        }

        return keys.Broken.IsEmpty
            ? world with
            {
                Access = keys.Access,
                Keys = keys.Keys,
                Ends = world.Ends.SetItems(keys.Ends),
                Quarantined = world.Quarantined.SetItems(keys.Quarantined),
            }
            : throw new InvalidDataException("the stream of keys was changed outside of the product");
    }

    private void Refuse(string name, string reason)
    {
        lock (_refused)
        {
            if (_refused.Count < MostRefused && _refused.Add(name))
            {
                LogRefused(name, reason);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "This node starts from the snapshot at position {Position}, read in {Milliseconds} ms; only later events are folded")]
    private partial void LogStarted(long position, long milliseconds);

    [LoggerMessage(LogLevel.Information, "{Count} snapshots are of another build and are not used")]
    private partial void LogOthers(int count);

    [LoggerMessage(LogLevel.Warning, "Snapshot {Name} is not used: {Reason}")]
    private partial void LogRefused(string name, string reason);

    [LoggerMessage(LogLevel.Warning, "Snapshots cannot be read, and none is used: {Reason}")]
    private partial void LogUnavailable(string reason);
}
