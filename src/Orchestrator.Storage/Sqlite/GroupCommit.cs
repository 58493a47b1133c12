using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage.Sqlite;

/// <summary>
/// The one writer. Whatever queued up while the last commit waited for the disk shares the next one, so throughput grows with
/// the number of callers and a single caller waits for nobody. Each unit has a savepoint of its own: one that fails takes no other along.
/// </summary>
internal sealed partial class GroupCommit
{
    private const int BatchLimit = 256;

    private readonly Channel<PendingWrite> queue = Channel.CreateBounded<PendingWrite>(
        new BoundedChannelOptions(capacity: 4096) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string database;
    private readonly ILogger logger;
    private readonly Action<Session> commit;
    private Session? session;

    /// <param name="database">The file.</param>
    /// <param name="session">A writing session on it; ours from now on.</param>
    /// <param name="logger">Where lost commits are told.</param>
    /// <param name="commit">Makes the open transaction durable; tests put faults here.</param>
    public GroupCommit(string database, Session session, ILogger logger, Action<Session> commit)
    {
        this.database = database;
        this.session = session;
        this.logger = logger;
        this.commit = commit;

        // SQLite blocks while the disk syncs: that wait belongs on a thread of its own, not on one of the pool.
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
            await queue.Writer.WriteAsync(pending, stop).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(GroupCommit), "The store is closed.");
        }

        await using var registration = stop.UnsafeRegister(static (p, token) => ((PendingWrite)p!).Cancel(token), pending).ConfigureAwait(false);
        return await pending.Outcome.ConfigureAwait(false);
    }

    /// <summary>Takes no more work, finishes what is queued, moves the write-ahead log into the file and closes it.</summary>
    public Task Close()
    {
        queue.Writer.TryComplete();
        return ended.Task;
    }

    private void Run()
    {
        var batch = new List<PendingWrite>(BatchLimit);
        while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < BatchLimit && queue.Reader.TryRead(out var pending))
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
        ended.SetResult();
    }

    private void Commit(List<PendingWrite> batch)
    {
        try
        {
            Apply(batch);
        }
        catch (Exception e)
        {
            // Before the commit nothing of the batch can have become durable, so the cause itself is the whole truth.
            LogBatchLost(e, batch.Count);
            Reopen();
            Fail(batch, e);
            return;
        }

        try
        {
            commit(session!);
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
        session ??= Session.Writing(database);
        session.Execute("BEGIN IMMEDIATE");
        foreach (var pending in batch)
        {
            pending.Apply(session);
            if (!session.InTransaction)
            {
                throw new IOException("SQLite gave up the transaction; nothing of it was written.");
            }
        }
    }

    private void Reopen()
    {
        try
        {
            session?.Dispose();
            session = null;
            var fresh = Session.Writing(database);
            session = fresh;
            Schema.Fence(fresh);
        }
        catch (Exception e)
        {
            // The next batch tries again.
            LogReopenFailed(e);
        }
    }

    private void CloseSession()
    {
        try
        {
            session?.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            session?.Dispose();
        }
        catch (Exception e)
        {
            // Everything is durable in the write-ahead log; the next start moves it over.
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

/// <summary>A commit failed and nobody can tell yet whether it took place.</summary>
internal sealed class CommitUncertainException(Exception inner) : IOException($"The commit failed, and its outcome is unknown: {inner.Message}", inner);
