namespace Orchestrator.Storage.Sqlite;

/// <summary>One unit of work on its way through the writer. It may be cancelled until the writer takes it; from then on its outcome is awaited.</summary>
internal abstract class PendingWrite
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Cancelled = 2;

    private int state = Waiting;

    public bool Take() => Interlocked.CompareExchange(ref state, Taken, Waiting) == Waiting;

    public void Cancel(CancellationToken stop)
    {
        if (Interlocked.CompareExchange(ref state, Cancelled, Waiting) == Waiting)
        {
            OnCancelled(stop);
        }
    }

    /// <summary>Does the work inside the batch's transaction, all of it or, on an exception, nothing.</summary>
    public void Apply(Session session)
    {
        session.Execute("SAVEPOINT one");
        try
        {
            Work(session);
        }
        catch (Exception e)
        {
            OnFault(e);
            if (!session.InTransaction)
            {
                return;
            }

            session.Execute("ROLLBACK TO one");
        }

        session.Execute("RELEASE one");
    }

    /// <summary>The batch is durable: tell the waiter what its work came to.</summary>
    public abstract void Complete();

    /// <summary>The batch is not durable, or nobody knows.</summary>
    public abstract void Fail(Exception e);

    protected abstract void Work(Session session);

    protected abstract void OnFault(Exception e);

    protected abstract void OnCancelled(CancellationToken stop);
}

internal sealed class PendingWrite<T>(Func<Session, T> work, Action<T>? committed) : PendingWrite
{
    // The writer's thread must never run what a caller does next.
    private readonly TaskCompletionSource<T> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? fault;
    private T? result;

    public Task<T> Outcome => outcome.Task;

    public override void Complete()
    {
        if (fault is not null)
        {
            outcome.TrySetException(fault);
            return;
        }

        committed?.Invoke(result!);
        outcome.TrySetResult(result!);
    }

    public override void Fail(Exception e) => outcome.TrySetException(fault ?? e);

    protected override void Work(Session session) => result = work(session);

    protected override void OnFault(Exception e) => fault = e;

    protected override void OnCancelled(CancellationToken stop) => outcome.TrySetCanceled(stop);
}
