namespace Orchestrator.Grains.World.Snapshots;

/// <summary>Sizes of the cache of snapshots.</summary>
/// <param name="First">Events from which the first snapshot is worth its bytes, and least events between two.</param>
/// <param name="LogShare">Most bytes of all snapshots, as a share of the log's bytes.</param>
public sealed record SnapshotSettings(int First = 10_000, double LogShare = 0.1)
{
    /// <summary>Most snapshots that are kept.</summary>
    public const int Most = 128;

    /// <summary>Part of the log that may be new before the next snapshot: a start folds at most so much.</summary>
    private const int Parts = 100;

    /// <summary>Position from which a snapshot is due after one at this position.</summary>
    public long After(long position) => position + Math.Max(First, position / Parts);
}
