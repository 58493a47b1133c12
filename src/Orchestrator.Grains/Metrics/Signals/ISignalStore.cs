using Orchestrator.Domain.Metrics.Kept;

namespace Orchestrator.Grains.Metrics.Signals;

/// <summary>
/// Keeps the measurements of rollouts as blocks. No decision needs it: it may fail or be emptied at any time, and then questions about the
/// past have no answer. It is no part of a backup of the embedded store.
/// </summary>
public interface ISignalStore
{
    /// <summary>Adds a block behind those of a rollout.</summary>
    Task Append(string rollout, StoredBlock block, CancellationToken stop = default);

    /// <summary>
    /// Blocks that overlap a time, the oldest first, and at most some more on either side. Each piece has whole blocks behind each other;
    /// damaged ones may be among them.
    /// </summary>
    /// <param name="rollout">Id of the rollout.</param>
    /// <param name="from">Exclusive start, in Unix milliseconds.</param>
    /// <param name="to">Inclusive end, in Unix milliseconds.</param>
    /// <param name="stop">Ends it.</param>
    IAsyncEnumerable<ReadOnlyMemory<byte>> Read(string rollout, long from, long to, CancellationToken stop = default);

    /// <summary>Bytes of all blocks of a rollout.</summary>
    Task<long> Bytes(string rollout, CancellationToken stop = default);

    /// <summary>Deletes the oldest blocks of a rollout until so many bytes are left at most.</summary>
    Task Shrink(string rollout, long bytes, CancellationToken stop = default);

    /// <summary>Deletes blocks of a rollout that end after an instant, in Unix milliseconds: a clock that was ahead made them.</summary>
    Task Rewind(string rollout, long to, CancellationToken stop = default);

    /// <summary>Deletes blocks of all rollouts that ended before an instant, in Unix milliseconds.</summary>
    Task Forget(long before, CancellationToken stop = default);
}
