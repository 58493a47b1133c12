using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Streams;

/// <summary>
/// Wakes streams when this node's world or the set of unwatched rollouts changes. Registered behind the routing table's observer: a woken
/// stream finds the new table.
/// </summary>
internal sealed class TableChangeSignal : IWorldObserver, ITrustObserver
{
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next change. Take it before reading the table: a change in between completes it.</summary>
    public Task Next => _next.Task;

    public void Changed(World after, IReadOnlySet<string> streams) => Tell();

    public void TrustChanged() => Tell();

    public void Tell() =>
        Interlocked.Exchange(ref _next!, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
