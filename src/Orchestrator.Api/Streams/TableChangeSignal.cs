using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Streams;

/// <summary>
/// Wakes streams when this node's view of the log has changed, or which rollouts are watched. Registered behind the routing table's
/// observer: a stream that wakes finds the new table.
/// </summary>
internal sealed class TableChangeSignal : IWorldObserver, IStandingObserver
{
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next change. Take it before looking at the table: what comes in between completes it.</summary>
    public Task Next => _next.Task;

    public void Changed(World after, IReadOnlySet<string> streams) => Tell();

    public void StandingChanged() => Tell();

    public void Tell() => Interlocked.Exchange(ref _next!, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
