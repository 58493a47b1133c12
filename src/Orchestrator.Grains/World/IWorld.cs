namespace Orchestrator.Grains.World;

/// <summary>This node's view of the log, kept up to date.</summary>
public interface IWorld
{
    /// <summary>The newest world: one volatile read.</summary>
    World Current { get; }

    /// <summary>True once the log's head at the start has been reached.</summary>
    bool CaughtUp { get; }

    /// <summary>
    /// Completes when <see cref="Current"/> has reached <paramref name="position"/>; false when that takes longer than
    /// <paramref name="limit"/> of real time.
    /// </summary>
    Task<bool> WaitFor(long position, TimeSpan limit, CancellationToken stop = default);
}

/// <summary>
/// Observer of every new world, called before those who wait for its position. Called one at a time; must be quick and must not throw.
/// </summary>
public interface IWorldObserver
{
    /// <param name="after">The new world; not yet the current one.</param>
    /// <param name="streams">Names of the streams that changed.</param>
    void Changed(World after, IReadOnlySet<string> streams);
}
