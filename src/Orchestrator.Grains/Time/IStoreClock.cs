namespace Orchestrator.Grains.Time;

/// <summary>The clock of a store that several nodes share: one that can contradict a node's own. A store inside the process has none.</summary>
public interface IStoreClock
{
    /// <summary>The store's wall clock. Throws when the store cannot be asked.</summary>
    Task<DateTimeOffset> Now(CancellationToken stop = default);
}
