namespace Orchestrator.Storage.Sqlite;

/// <summary>
/// One write in the queue of the writer. It can be cancelled until the writer takes it; from then on its caller waits for the outcome.
/// </summary>
internal abstract class PendingWrite
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Cancelled = 2;

    private int _state = Waiting;

    public bool Take() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    public void Cancel(CancellationToken stop)
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting)
        {
            OnCancelled(stop);
        }
    }

    /// <summary>Does the work inside the transaction of the batch: all of it, or nothing on an exception.</summary>
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

    /// <summary>Ends the wait of the caller with the result: the batch is durable.</summary>
    public abstract void Complete();

    /// <summary>Ends the wait of the caller with an error: the batch is not durable, or its outcome is unknown.</summary>
    public abstract void Fail(Exception e);

    protected abstract void Work(Session session);

    protected abstract void OnFault(Exception e);

    protected abstract void OnCancelled(CancellationToken stop);
}

internal sealed class PendingWrite<T>(Func<Session, T> work, Action<T>? committed) : PendingWrite
{
    // The thread of the writer must never run the continuation of a caller.
    private readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _fault;
    private T? _result;

    public Task<T> Outcome => _outcome.Task;

    public override void Complete()
    {
        if (_fault is not null)
        {
            _outcome.TrySetException(_fault);
            return;
        }

        committed?.Invoke(_result!);
        _outcome.TrySetResult(_result!);
    }

    public override void Fail(Exception e) => _outcome.TrySetException(_fault ?? e);

    protected override void Work(Session session) => _result = work(session);

    protected override void OnFault(Exception e) => _fault = e;

    protected override void OnCancelled(CancellationToken stop) => _outcome.TrySetCanceled(stop);
}
