namespace Orchestrator.Grains.Log;

/// <summary>
/// The newest head of the log known to this node, from the readings of its lease or from other nodes. Wakes the followers of the log. A
/// wake-up, no guarantee: it renews no lease.
/// </summary>
public sealed class LogHeadSignal
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<long> _timeline = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LogHead _newest;

    /// <summary>The newest known head; timeline 0 before the first.</summary>
    public LogHead Newest
    {
        get
        {
            lock (_gate)
            {
                return _newest;
            }
        }
    }

    /// <summary>The timeline, as soon as any head is known.</summary>
    public Task<long> Timeline => _timeline.Task;

    /// <summary>Completes with a newer head. Take it before reading the log: a head that arrives in between completes it.</summary>
    public Task Next
    {
        get
        {
            lock (_gate)
            {
                return _next.Task;
            }
        }
    }

    /// <summary>Records a head; one that is not newer changes nothing.</summary>
    public void Notify(LogHead head)
    {
        lock (_gate)
        {
            if ((head.Timeline, head.Position).CompareTo((_newest.Timeline, _newest.Position)) <= 0)
            {
                return;
            }

            _newest = head;
            _timeline.TrySetResult(head.Timeline);
            _next.SetResult();
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
