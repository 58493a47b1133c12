namespace Orchestrator.Grains.Log;

/// <summary>
/// What this node heard of the log's head, from the readings of its lease or from other nodes: wakes whoever follows the log. A wake-up,
/// not a promise: it renews nothing.
/// </summary>
public sealed class HeadNews
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<long> _timeline = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LogHead _newest;

    /// <summary>The newest head heard of; timeline 0 before the first.</summary>
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

    /// <summary>The timeline, as soon as any head was heard of.</summary>
    public Task<long> Timeline => _timeline.Task;

    /// <summary>Completes when a newer head is heard of. Take it before reading the log: what comes meanwhile completes it.</summary>
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

    /// <summary>Tells of a head; one that is not newer changes nothing.</summary>
    public void Hear(LogHead head)
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
