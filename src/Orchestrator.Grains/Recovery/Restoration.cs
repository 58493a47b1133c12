using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Recovery;

/// <summary>
/// Prepares a restored log before any node serves it: the chains are verified, and every rollout that would put users on new waits for
/// confirmation. No other process may have the log open.
/// </summary>
public static class Restoration
{
    private const int Batch = 1000;
    private static readonly Actor Restorer = new(ActorKind.System, "restore");

    /// <summary>
    /// The timeline that a restore begins: its time in seconds since 1970, so that two restores of one backup never share one, and in any
    /// case above every known timeline.
    /// </summary>
    public static long NextTimeline(DateTimeOffset now, params ReadOnlySpan<long> known)
    {
        var next = now.ToUnixTimeSeconds();
        foreach (var one in known)
        {
            next = Math.Max(next, one + 1);
        }

        return next;
    }

    /// <summary>
    /// Verifies the chains and stops the rollouts. Throws <see cref="InvalidDataException"/> when a chain is broken; then nothing was
    /// written.
    /// </summary>
    /// <param name="log">The restored log.</param>
    /// <param name="timeline">The timeline that begins.</param>
    /// <param name="now">Time of the restore.</param>
    /// <param name="checkpoint">The newest exported checkpoint; null when there is none.</param>
    /// <param name="stop">Cancels between two rollouts; a second run continues.</param>
    /// <param name="began">Origin of the log, as the begin of a sentence.</param>
    public static async Task<RestoreReport> Complete(
        IEventLog log, long timeline, DateTimeOffset now, Checkpoint? checkpoint, CancellationToken stop = default,
        string began = "A backup was restored")
    {
        var (world, last) = await Fold(log, stop);
        ImmutableArray<Missing> missing = checkpoint is null ? [] : (await Checkpoints.Checkpoints.Compare(log, checkpoint, stop)).Missing;
        var lost = missing.Select(one => one.Stream).ToHashSet();
        var held = ImmutableArray.CreateBuilder<string>();
        foreach (var (id, entry) in world.Rollouts.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            var reason = Reason(began, last, checkpoint,
                lost.Contains(RolloutEvents.Stream(id)) ? missing.First(one => one.Stream == RolloutEvents.Stream(id)) : null);
            if (RolloutDecider.Decide(entry.State, new RolloutCommand.Hold(timeline, reason), Restorer,
                now) is Decision<RolloutEvent>.Accepted { Events: { Length: > 0 } events })
            {
                var metadata = new AppendMetadata(Later(now, entry.State.LastAt), Restorer, $"restore-{timeline}");
                var appended = await log.Append(
                    RolloutEvents.Stream(id), entry.Version,
                    [.. events.Select(e => RolloutEvents.Catalog.Write(e, Guid.CreateVersion7(now)))], metadata, stop);
                held.Add(appended is AppendOutcome.Appended
                    ? id
                    : throw new IOException($"Rollout {id} could not be held ({appended}). The restore is not complete; run it again."));
            }
        }

        return new RestoreReport(
            timeline, world.Position, last, held.ToImmutable(), missing, [.. world.Quarantined.Keys.Order(StringComparer.Ordinal)]);
    }

    private static string Reason(string began, DateTimeOffset? last, Checkpoint? checkpoint, Missing? missing) =>
        $"{began} whose newest event is of {last:u}. "
        + (missing is not null ? $"At least {missing.Expected - missing.Found} later events of this rollout are lost."
            : checkpoint is not null ? $"Up to the checkpoint of {checkpoint.At:u} nothing of this rollout is missing."
            : "Without a checkpoint, events after that are unknown.");

    private static async Task<(World.World World, DateTimeOffset? Last)> Fold(IEventLog log, CancellationToken stop)
    {
        var world = World.World.Empty;
        DateTimeOffset? last = null;
        while (true)
        {
            var read = await log.ReadAll(world.Position, Batch, stop);
            foreach (var e in read)
            {
                last = e.At;
                world = WorldFolds.Fold(world, e);
            }

            if (world.Broken.Values.FirstOrDefault() is { } broken)
            {
                throw new InvalidDataException($"The backup is damaged: event {broken.Version} of {broken.Stream} does not fit the one before it. Nothing was changed.");
            }

            if (read.Count < Batch)
            {
                return (world, last);
            }
        }
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}

/// <summary>Result of a restore.</summary>
/// <param name="Timeline">The timeline that began.</param>
/// <param name="Position">Newest position of the backup.</param>
/// <param name="Newest">Time of its newest event; null for an empty log.</param>
/// <param name="Held">Rollouts that wait for confirmation.</param>
/// <param name="Missing">Entries of the checkpoint that the backup lacks.</param>
/// <param name="Unreadable">Streams with events unknown to this build.</param>
public sealed record RestoreReport(
    long Timeline, long Position, DateTimeOffset? Newest, ImmutableArray<string> Held, ImmutableArray<Missing> Missing,
    ImmutableArray<string> Unreadable);
