namespace Orchestrator.Storage;

/// <summary>Wakes those who follow the log: at once after a commit of this process, and each second in case a signal was missed.</summary>
internal sealed class News(TimeProvider time, long head)
{
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private long head = head;
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Publish(long position)
    {
        long seen;
        do
        {
            seen = Volatile.Read(ref head);
            if (position <= seen)
            {
                return;
            }
        }
        while (Interlocked.CompareExchange(ref head, position, seen) != seen);

        Interlocked.Exchange(ref next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    public async Task WaitFor(long afterPosition, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();

        // The signal is taken before the look at the head: whatever is published in between completes it.
        var signal = Volatile.Read(ref next).Task;
        if (Volatile.Read(ref head) > afterPosition)
        {
            return;
        }

        // A poll that ran out is no error and need not be thrown.
        await signal.WaitAsync(Poll, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfCancellationRequested();
    }
}
