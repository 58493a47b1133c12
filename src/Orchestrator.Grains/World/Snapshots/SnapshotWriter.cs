using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World.Finished;

namespace Orchestrator.Grains.World.Snapshots;

/// <summary>
/// Writes snapshots in the background, one at a time and at most a part of the time. In a cluster the node that is first writes, and the
/// others find that none is due. Too many are thinned out; those of other timelines are deleted. While none is due, gaps of the past are
/// filled: a start that folds the whole log leaves them.
/// </summary>
internal sealed partial class SnapshotWriter(
    ISnapshotStore store, WorldSnapshots snapshots, FinishedStates finished, SnapshotSlot slot, IEventLog log, LogHeadSignal signal,
    SnapshotSettings settings,
    ILogger<SnapshotWriter> logger)
    : BackgroundService
{
    /// <summary>Time of rest after work, as a multiple of it: other work has the processor meanwhile.</summary>
    private const int Rest = 3;

    /// <summary>Most rollouts of a world that is folded again to fill a gap: beside the present one it takes as much memory.</summary>
    private const int MostRollouts = 20_000;
    private const int Batch = 500;

    private readonly Dictionary<string, SnapshotText> _texts = [];
    private RunCache _runs = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var timeline = await signal.Timeline.WaitAsync(stoppingToken);
        var due = settings.After(0);
        while (true)
        {
            var next = slot.Next(timeline, due);
            if (due > settings.After(0))
            {
                await FillUntil(next, timeline, stoppingToken);
            }

            var world = await next.WaitAsync(stoppingToken);
            (timeline, due) = (world.Timeline, settings.After(world.Position));
            try
            {
                due = await Keep(world, stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(world.Position, failure.Message);
            }
        }
    }

    /// <summary>Writes snapshots of the past until none is missing, or the next one of the present is due.</summary>
    private async Task FillUntil(Task due, long timeline, CancellationToken stop)
    {
        try
        {
            // Only while gaps are filled a second world is in memory.
            for (var past = World.Empty; !due.IsCompleted && await Fill(past, timeline, stop) is { } filled; past = filled)
            {
            }
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            LogNotFilled(failure.Message);
        }
    }

    /// <summary>Writes a snapshot in the first gap; null when there is none.</summary>
    /// <param name="past">The one that was written last; an empty world for none.</param>
    /// <param name="timeline">Timeline of the log.</param>
    /// <param name="stop">Ends it.</param>
    internal async Task<World?> Fill(World past, long timeline, CancellationToken stop)
    {
        var positions = (await Own(timeline, stop)).Select(name => name.Position).ToArray();
        if (SnapshotLadder.Gap(positions, settings) is not var (from, at))
        {
            return null;
        }

        if (past.Position != from || past.Timeline != timeline)
        {
            past = await snapshots.At(timeline, from, stop) ?? World.Empty with { Timeline = timeline };
        }

        while (past.Position < at && past.Rollouts.Count <= MostRollouts
            && await log.ReadAll(past.Position, (int)Math.Min(Batch, at - past.Position), stop) is { Count: > 0 } events)
        {
            var began = Stopwatch.GetTimestamp();
            past = await finished.Fold(past, events, new HashSet<string>(), stop);
            await Task.Delay(Rest * Stopwatch.GetElapsedTime(began), stop);
        }

        if (past.Position < at)
        {
            return null;
        }

        await Keep(past, stop);
        return (await Own(timeline, stop)).Exists(name => name.Position == past.Position) ? past : null;
    }

    /// <summary>Writes a snapshot when one is due; returns the position from which the next one is.</summary>
    internal async Task<long> Keep(World world, CancellationToken stop)
    {
        var own = await Own(world.Timeline, stop);
        var newest = own.LastOrDefault(name => name.Position <= world.Position)?.Position ?? 0;
        if (!world.Broken.IsEmpty || world.Position < settings.After(newest) || own.Exists(name => name.Position == world.Position))
        {
            return settings.After(newest);
        }

        // The state of a stream that was changed outside of the product while the node folded it is not kept.
        if (await log.ReadAll(world.Position - 1, 1, stop) is not [var last] || last.Position != world.Position
            || world.EndOf(last.Stream)?.Hash.Span.SequenceEqual(last.Hash.Span) != true)
        {
            return settings.After(world.Position);
        }

        await using var turn = await store.Turn(stop);
        if (turn is null)
        {
            return settings.After(world.Position);
        }

        var began = Stopwatch.GetTimestamp();
        var parts = await Parts(world, turn, stop);
        var text = new SnapshotText(Convert.ToHexStringLower(last.Hash.Span), PartGroups.Streams(world).Count(), parts);
        var name = SnapshotName.Of(world).ToString();
        await turn.Commit(name, text.Write(name), stop);
        _texts[name] = text;
        var kept = await Thin(turn, world.Timeline, stop);
        if (!kept.Contains(name))
        {
            LogTooLarge(world.Position, parts.Sum(part => part.Bytes), settings.LogShare);
            return 2 * world.Position;
        }

        LogWritten(world.Position, parts.Length, parts.Sum(part => part.Bytes), (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        return settings.After(world.Position);
    }

    private async Task<ImmutableArray<PartRef>> Parts(World world, ISnapshotTurn turn, CancellationToken stop)
    {
        var there = (await turn.Parts(stop)).Keys.Where(name => !snapshots.Damaged.ContainsKey(name)).ToHashSet();
        var (parts, runs) = (ImmutableArray.CreateBuilder<PartRef>(), new RunCache());
        foreach (var (group, streams) in await Task.Run(() => PartGroups.Of(world).ToArray(), stop))
        {
            var began = Stopwatch.GetTimestamp();
            if (_runs.Find(world, streams) is { } before && there.Contains(before.Name))
            {
                parts.Add(before with { Group = group });
            }
            else
            {
                var bytes = await Task.Run(() => PartBytes.Write(WorldPart.Of(world, streams)), stop);
                var part = new PartRef(group, PartBytes.NameOf(bytes), bytes.Length);
                if (there.Add(part.Name))
                {
                    await turn.Put(part.Name, bytes, stop);
                    snapshots.Damaged.TryRemove(part.Name, out _);
                }

                parts.Add(part);
                await Task.Delay(Rest * Stopwatch.GetElapsedTime(began), stop);
            }

            runs.Add(world, streams, parts[^1]);
        }

        _runs = runs;
        return parts.ToImmutable();
    }

    /// <summary>Deletes what is too much, and all parts that no snapshot has; returns the names of those that stay.</summary>
    private async Task<HashSet<string>> Thin(ISnapshotTurn turn, long timeline, CancellationToken stop)
    {
        var most = (long)(await store.LogBytes(stop) * settings.LogShare);
        var names = await store.List(stop);
        var known = new List<SnapshotName>();
        foreach (var name in names.Select(SnapshotName.Read).OfType<SnapshotName>().Where(name => name.Timeline == timeline))
        {
            if (await Text(name.ToString(), stop) is not null)
            {
                known.Add(name);
            }
        }

        // Snapshots of other builds go first; in an upgrade both builds run for a while.
        var others = known.Where(name => !name.IsOf(timeline)).OrderBy(name => name.Position).ToList();
        var own = known.Where(name => name.IsOf(timeline)).OrderBy(name => name.Position).ToList();
        while (own.Count + others.Count > SnapshotSettings.Most || Bytes(others.Concat(own)) > most)
        {
            if (others.Count > 0)
            {
                others.RemoveAt(0);
            }
            else if (own.Count > 1)
            {
                own.RemoveAt(SnapshotLadder.Victim([.. own.Select(name => name.Position)]));
            }
            else
            {
                own.Clear();
                break;
            }
        }

        var kept = others.Concat(own).Select(name => name.ToString()).ToHashSet();
        await turn.Remove([.. names.Where(name => !kept.Contains(name))], stop);
        var used = kept.SelectMany(name => _texts[name].Parts).Select(part => part.Name).ToHashSet();
        await turn.Sweep([.. (await turn.Parts(stop)).Keys.Where(part => !used.Contains(part))], stop);
        foreach (var gone in _texts.Keys.Where(name => !kept.Contains(name)).ToArray())
        {
            _texts.Remove(gone);
        }

        return kept;
    }

    private long Bytes(IEnumerable<SnapshotName> names) => names.Select(name => _texts[name.ToString()]).SelectMany(text => text.Parts)
        .DistinctBy(part => part.Name).Sum(part => part.Bytes);

    /// <summary>The text of a snapshot; null for a damaged one, which is then deleted.</summary>
    private async Task<SnapshotText?> Text(string name, CancellationToken stop)
    {
        if (!_texts.TryGetValue(name, out var text) && await store.Read(name, stop) is { } written)
        {
            try
            {
                _texts[name] = text = SnapshotText.Read(name, written);
            }
            catch (InvalidDataException)
            {
                return null;
            }
        }

        return text;
    }

    /// <summary>Snapshots that this build can use, ascending.</summary>
    private async Task<List<SnapshotName>> Own(long timeline, CancellationToken stop) =>
    [
        .. (await store.List(stop)).Select(SnapshotName.Read).OfType<SnapshotName>().Where(name => name.IsOf(timeline))
            .OrderBy(name => name.Position),
    ];

    [LoggerMessage(LogLevel.Information, "Snapshot at position {Position} written: {Parts} parts of {Bytes} bytes together, in {Milliseconds} ms")]
    private partial void LogWritten(long position, int parts, long bytes, long milliseconds);

    [LoggerMessage(LogLevel.Information, "The snapshot at position {Position} ({Bytes} bytes) takes more than {Share:P0} of the log and is not kept")]
    private partial void LogTooLarge(long position, long bytes, double share);

    [LoggerMessage(LogLevel.Warning, "Snapshots of the past could not be written: {Reason}")]
    private partial void LogNotFilled(string reason);

    [LoggerMessage(LogLevel.Warning, "The snapshot at position {Position} could not be written: {Reason}")]
    private partial void LogFailed(long position, string reason);
}
