using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage.Sqlite;

/// <summary>
/// The only writer. All writes that queue up while a commit waits for the disk share the next commit, so throughput grows with the number
/// of callers, and a single caller never waits for others. Each write has a savepoint of its own: a write that fails undoes no other.
/// </summary>
internal sealed partial class GroupCommit
{
    private const int BatchLimit = 256;

    private readonly Channel<PendingWrite> _queue = Channel.CreateBounded<PendingWrite>(
        new BoundedChannelOptions(capacity: 4096) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _database;
    private readonly ILogger _logger;
    private readonly Action<Session> _commit;
    private Session? _session;

    /// <param name="database">The file.</param>
    /// <param name="session">A writing session on it; the writer closes it.</param>
    /// <param name="logger">Gets failed transactions and commits.</param>
    /// <param name="commit">Makes the open transaction durable; tests put faults here.</param>
    public GroupCommit(string database, Session session, ILogger logger, Action<Session> commit)
    {
        _database = database;
        _session = session;
        _logger = logger;
        _commit = commit;

        // SQLite blocks while the disk syncs, so the writer has a thread of its own, outside the pool.
        new Thread(Run) { IsBackground = true, Name = "orchestrator store writer" }.Start();
    }

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction and returns its result once that is durable. <paramref name="committed"/>
    /// runs on the writer's thread between the commit and the return.
    /// </summary>
    /// <exception cref="CommitUncertainException">The commit failed in a way that leaves its outcome open.</exception>
    public async Task<T> Write<T>(Func<Session, T> work, Action<T>? committed, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var pending = new PendingWrite<T>(work, committed);
        try
        {
            await _queue.Writer.WriteAsync(pending, stop).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(GroupCommit), "The store is closed.");
        }

        await using var registration = stop.UnsafeRegister(static (p, token) => ((PendingWrite)p!).Cancel(token), pending)
            .ConfigureAwait(false);
        return await pending.Outcome.ConfigureAwait(false);
    }

    /// <summary>Accepts no more writes, finishes the queued ones, moves the write-ahead log into the file and closes it.</summary>
    public Task Close()
    {
        _queue.Writer.TryComplete();
        return _ended.Task;
    }

    private void Run()
    {
        var batch = new List<PendingWrite>(BatchLimit);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < BatchLimit && _queue.Reader.TryRead(out var pending))
            {
                if (pending.Take())
                {
                    batch.Add(pending);
                }
            }

            if (batch.Count > 0)
            {
                Commit(batch);
                batch.Clear();
            }
        }

        CloseSession();
        _ended.SetResult();
    }

    private void Commit(List<PendingWrite> batch)
    {
        try
        {
            Apply(batch);
        }
        catch (Exception e)
        {
            // Before the commit no write of the batch can be durable, so the callers get the cause itself.
            LogBatchLost(e, batch.Count);
            Reopen();
            Fail(batch, e);
            return;
        }

        try
        {
            _commit(_session!);
        }
        catch (Exception e)
        {
            LogCommitFailed(e, batch.Count);
            Reopen();
            Fail(batch, new CommitUncertainException(e));
            return;
        }

        foreach (var pending in batch)
        {
            pending.Complete();
        }
    }

    private void Apply(List<PendingWrite> batch)
    {
        _session ??= Session.Writing(_database);
        _session.Execute("BEGIN IMMEDIATE");
        foreach (var pending in batch)
        {
            pending.Apply(_session);
            if (!_session.InTransaction)
            {
                throw new IOException("SQLite rolled the transaction back; nothing of it was written.");
            }
        }
    }

    private void Reopen()
    {
        try
        {
            _session?.Dispose();
            _session = null;
            var fresh = Session.Writing(_database);
            _session = fresh;
            Schema.Fence(fresh);
        }
        catch (Exception e)
        {
            // The next batch retries it.
            LogReopenFailed(e);
        }
    }

    private void CloseSession()
    {
        try
        {
            _session?.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            _session?.Dispose();
        }
        catch (Exception e)
        {
            // All writes are durable in the write-ahead log; the next start moves them into the file.
            LogCheckpointFailed(e);
        }
    }

    private static void Fail(List<PendingWrite> batch, Exception e)
    {
        foreach (var pending in batch)
        {
            pending.Fail(e);
        }
    }
}

/// <summary>A commit failed, and its outcome is not known yet.</summary>
internal sealed class CommitUncertainException(Exception inner)
    : IOException($"The commit failed, and its outcome is unknown: {inner.Message}", inner);
