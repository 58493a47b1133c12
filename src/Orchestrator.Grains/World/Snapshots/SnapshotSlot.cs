namespace Orchestrator.Grains.World.Snapshots;

/// <summary>
/// Hands a world from the one that folds to the one that writes, when one is wanted. Never waits; holds no world that nobody asked for.
/// </summary>
internal sealed class SnapshotSlot
{
    private readonly Lock _gate = new();
    private long _timeline;
    private long _from = long.MaxValue;
    private TaskCompletionSource<World>? _wanted;

    /// <summary>The next world at or beyond a position, or of a later timeline.</summary>
    public Task<World> Next(long timeline, long from)
    {
        lock (_gate)
        {
            _wanted = new TaskCompletionSource<World>(TaskCreationOptions.RunContinuationsAsynchronously);
            _timeline = timeline;
            Volatile.Write(ref _from, from);
            return _wanted.Task;
        }
    }

    /// <summary>
    /// Offers a world that is the fold of the log alone. One with a changed stream is not taken: an operator may repair the log.
    /// </summary>
    public void Offer(World world)
    {
        if ((world.Position < Volatile.Read(ref _from) && world.Timeline == _timeline) || !world.Broken.IsEmpty)
        {
            return;
        }

        lock (_gate)
        {
            Volatile.Write(ref _from, long.MaxValue);
            _timeline = world.Timeline;
            _wanted?.TrySetResult(world);
            _wanted = null;
        }
    }
}
