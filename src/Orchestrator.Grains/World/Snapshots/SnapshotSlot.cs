namespace Orchestrator.Grains.World.Snapshots;

/// <summary>Hands a world from the one that folds to the one that writes, when one is wanted. Never waits.</summary>
internal sealed class SnapshotSlot
{
    private readonly Lock _gate = new();
    private World? _newest;
    private (long Timeline, long From, TaskCompletionSource<World> Taker)? _wanted;

    /// <summary>The next world at or beyond a position, or of another timeline; the newest one where it is so already.</summary>
    public Task<World> Next(long timeline, long from)
    {
        lock (_gate)
        {
            var taker = new TaskCompletionSource<World>(TaskCreationOptions.RunContinuationsAsynchronously);
            _wanted = (timeline, from, taker);
            Give();
            return taker.Task;
        }
    }

    /// <summary>
    /// Offers the newest world. One with a changed stream is never taken: an operator may repair the log.
    /// </summary>
    /// <param name="world">The fold of the log alone; null while this node doubts a stream of it.</param>
    public void Offer(World? world)
    {
        lock (_gate)
        {
            _newest = world is { Broken.IsEmpty: true } ? world : null;
            Give();
        }
    }

    private void Give()
    {
        if (_newest is { } world && _wanted is var (timeline, from, taker) && (world.Position >= from || world.Timeline != timeline))
        {
            _wanted = null;
            taker.SetResult(world);
        }
    }
}
