namespace Orchestrator.Grains.Log;

/// <summary>
/// Head of the log as its primary store reports it: the only reading that renews a node's lease. On a connection of its own, so that
/// no other work of the process can delay it.
/// </summary>
public interface ILogHead
{
    /// <summary>
    /// Reads timeline and newest visible position. Blocks the calling thread, which is one of its own, for at most <paramref name="limit"/> of
    /// real time. Throws when the store is unavailable.
    /// </summary>
    LogHead Read(TimeSpan limit);
}

/// <summary>Head of the log at a moment.</summary>
/// <param name="Timeline">1 from the start; each restore of a backup makes the next. Positions of different timelines cannot be compared.</param>
/// <param name="Position">Position of the newest visible event; 0 for an empty log.</param>
public readonly record struct LogHead(long Timeline, long Position);
