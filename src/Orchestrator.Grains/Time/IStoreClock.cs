namespace Orchestrator.Grains.Time;

/// <summary>
/// The clock of a store that several nodes share: it can contradict a node's own clock. A store inside the process has none.
/// </summary>
public interface IStoreClock
{
    /// <summary>The store's wall clock. Throws when the store is unavailable.</summary>
    Task<DateTimeOffset> Now(CancellationToken stop = default);
}
