using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Sqlite;

namespace Orchestrator.Storage.Tests.Sqlite;

/// <summary>Appends that share a commit, also when the commit is slow or fails.</summary>
public sealed class GroupCommitTests : IAsyncDisposable
{
    private readonly Folder _folder = new();
    private readonly SqliteStore _store;
    private readonly SqliteEventLog _log;
    private Action<Session> _commit = Commit;
    private int _commits;

    public GroupCommitTests()
    {
        _store = SqliteStore.Open(_folder.Path, NullLogger.Instance, session =>
        {
            Interlocked.Increment(ref _commits);
            _commit(session);
        });
        _log = SqliteEventLog.On(_store, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Appends_queued_during_a_commit_share_the_next_and_a_conflict_takes_none_along()
    {
        using var writer = new HeldCommit(this);
        var first = _log.Append("rollout/first", 0, Some.Events(1), Some.Metadata());
        await writer.Reached;

        var queued = Enumerable.Range(0, 20).Select(i => _log.Append($"rollout/{i / 2}", 0, Some.Events(2), Some.Metadata())).ToArray();
        writer.LetGo();
        await first;
        var outcomes = await Task.WhenAll(queued).WaitAsync(Some.Patience);

        Assert.Equal(2, _commits);
        Assert.All(outcomes.Where((_, i) => i % 2 == 0), o => Assert.IsType<AppendOutcome.Appended>(o));
        Assert.All(outcomes.Where((_, i) => i % 2 == 1), o => Assert.Equal(new AppendOutcome.Conflict(2), o));
    }

    [Fact]
    public async Task An_append_is_neither_acknowledged_nor_visible_before_its_commit_returned()
    {
        using var writer = new HeldCommit(this);
        var append = _log.Append("rollout/slow", 0, Some.Events(1), Some.Metadata());
        await writer.Reached;

        Assert.False(append.IsCompleted);
        Assert.Empty(await _log.ReadStream("rollout/slow"));
        Assert.Equal(0, await _log.Head());

        writer.LetGo();
        Assert.IsType<AppendOutcome.Appended>(await append.WaitAsync(Some.Patience));
        Assert.Single(await _log.ReadStream("rollout/slow"));
    }

    [Fact]
    public async Task An_append_that_still_queues_can_be_cancelled_and_one_that_is_under_way_cannot()
    {
        using var stop = new CancellationTokenSource();
        using var writer = new HeldCommit(this);
        var underWay = _log.Append("rollout/under-way", 0, Some.Events(1), Some.Metadata(), stop.Token);
        await writer.Reached;
        var queued = _log.Append("rollout/queued", 0, Some.Events(1), Some.Metadata(), stop.Token);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued.WaitAsync(Some.Patience));
        Assert.False(underWay.IsCompleted);

        writer.LetGo();
        Assert.IsType<AppendOutcome.Appended>(await underWay.WaitAsync(Some.Patience));
        Assert.Empty(await _log.ReadStream("rollout/queued"));
    }

    [Fact]
    public async Task A_unit_that_throws_leaves_nothing_and_takes_none_along()
    {
        using var writer = new HeldCommit(this);
        var first = _log.Append("rollout/first", 0, Some.Events(1), Some.Metadata());
        await writer.Reached;

        var before = _log.Append("rollout/before", 0, Some.Events(1), Some.Metadata());
        var broken = _store.Write<int>(session =>
        {
            SqliteInstallationFacts.Set(session, "half", "done");
            throw new InvalidOperationException("broken");
        });
        var after = _log.Append("rollout/after", 0, Some.Events(1), Some.Metadata());
        writer.LetGo();

        await Assert.ThrowsAsync<InvalidOperationException>(() => broken.WaitAsync(Some.Patience));
        Assert.IsType<AppendOutcome.Appended>(await before);
        Assert.IsType<AppendOutcome.Appended>(await after);
        Assert.Null(await new SqliteInstallationFacts(_store).Get("half"));
        await first;
    }

    [Fact]
    public async Task A_commit_that_failed_is_unknown_FindCommand_resolves_it_and_the_log_goes_on()
    {
        _commit = _ => throw new IOException("the disk went away");
        var lost = await _log.Append("rollout/a", 0, Some.Events(2), Some.Metadata("lost"));
        _commit = Commit;

        Assert.Contains("the disk went away", Assert.IsType<AppendOutcome.Unknown>(lost).Reason, StringComparison.Ordinal);
        Assert.Empty(await _log.FindCommand("rollout/a", "lost"));
        Assert.Equal(1, (await _log.Appended("rollout/a", 0, Some.Events(1)))[0].Version);
    }

    [Fact]
    public async Task A_commit_that_took_place_but_said_otherwise_is_unknown_and_FindCommand_finds_it()
    {
        _commit = session =>
        {
            Commit(session);
            throw new IOException("the answer was lost");
        };
        var unknown = await _log.Append("rollout/a", 0, Some.Events(2), Some.Metadata("kept"));
        _commit = Commit;

        Assert.IsType<AppendOutcome.Unknown>(unknown);
        Assert.Equal([1, 2], (await _log.FindCommand("rollout/a", "kept")).Select(e => e.Version));
        Assert.Equal(3, (await _log.Appended("rollout/a", 2, Some.Events(1)))[0].Version);
    }

    [Fact]
    public async Task A_transaction_that_sqlite_gave_up_fails_as_not_written_and_the_log_goes_on()
    {
        using var writer = new HeldCommit(this);
        var first = _log.Append("rollout/first", 0, Some.Events(1), Some.Metadata());
        await writer.Reached;

        var innocent = _log.Append("rollout/innocent", 0, Some.Events(1), Some.Metadata());
        var fatal = _store.Write<int>(session =>
        {
            session.Execute("ROLLBACK");
            throw new IOException("disk I/O error");
        });
        writer.LetGo();
        await first;

        await Assert.ThrowsAsync<IOException>(() => innocent.WaitAsync(Some.Patience));
        await Assert.ThrowsAsync<IOException>(() => fatal.WaitAsync(Some.Patience));
        Assert.Empty(await _log.ReadStream("rollout/innocent"));
        await _log.Appended("rollout/innocent", 0, Some.Events(1));
    }

    [Fact]
    public async Task A_full_disk_refuses_what_does_not_fit_and_the_log_goes_on_when_there_is_room()
    {
        // SQLite's own limit of pages gives the very error of a full disk.
        await _log.Appended("rollout/a", 0, Some.Events(1));
        await _store.Write(session => session.Scalar($"PRAGMA max_page_count = {session.Scalar("PRAGMA page_count")}"));

        var full =
            await Assert.ThrowsAsync<SqliteException>(() => _log.Append("rollout/a", 1, [Some.Event(new string('x', 100_000))], Some.Metadata()));
        Assert.Equal(13, full.SqliteErrorCode);
        Assert.Single(await _log.ReadStream("rollout/a"));

        await _store.Write(session => session.Scalar("PRAGMA max_page_count = 1000000"));
        await _log.Appended("rollout/a", 1, Some.Event(new string('x', 100_000)));
    }

    [Fact]
    public async Task Closing_finishes_what_is_queued_and_refuses_the_rest()
    {
        using var writer = new HeldCommit(this);
        var first = _log.Append("rollout/a", 0, Some.Events(1), Some.Metadata());
        await writer.Reached;
        var queued = _log.Append("rollout/a", 1, Some.Events(1), Some.Metadata());

        var closing = _store.DisposeAsync().AsTask();
        writer.LetGo();
        await closing.WaitAsync(Some.Patience);

        Assert.IsType<AppendOutcome.Appended>(await first);
        Assert.IsType<AppendOutcome.Appended>(await queued);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _log.Append("rollout/a", 2, Some.Events(1), Some.Metadata()));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _log.ReadStream("rollout/a"));
    }

    private static void Commit(Session session) => session.Execute("COMMIT");

    /// <summary>Holds the writer in its next commit.</summary>
    private sealed class HeldCommit : IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _release = new();

        public HeldCommit(GroupCommitTests tests) => tests._commit = session =>
        {
            _reached.TrySetResult();
            _release.Wait(Some.Patience);
            Commit(session);
        };

        public Task Reached => _reached.Task.WaitAsync(Some.Patience);

        public void LetGo() => _release.Set();

        public void Dispose() => _release.Set();
    }
}
