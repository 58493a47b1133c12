namespace Orchestrator.Storage.Shared;

/// <summary>
/// Wakes the followers of the log: at once after an append that this process knows of, and each second in case a signal was missed.
/// </summary>
internal sealed class AppendSignal(TimeProvider time, long head)
{
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private long _head = head;
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Publish(long position)
    {
        long seen;
        do
        {
            seen = Volatile.Read(ref _head);
            if (position <= seen)
            {
                return;
            }
        }
        while (Interlocked.CompareExchange(ref _head, position, seen) != seen);

        Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    public async Task WaitFor(long afterPosition, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();

        // The signal is taken before the head is read: an append that is published in between completes it.
        var signal = Volatile.Read(ref _next).Task;
        if (Volatile.Read(ref _head) > afterPosition)
        {
            return;
        }

        // The end of a poll is no error, so nothing is thrown.
        await signal.WaitAsync(Poll, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfCancellationRequested();
    }
}
