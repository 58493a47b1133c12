using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Shared;

namespace Orchestrator.Storage.Sqlite;

/// <summary>The event log of the embedded store. One writer makes positions visible in the order in which it assigns them.</summary>
internal sealed class SqliteEventLog : IEventLog
{
    private readonly SqliteStore _store;
    private readonly AppendSignal _signal;

    private SqliteEventLog(SqliteStore store, AppendSignal signal)
    {
        _store = store;
        _signal = signal;
    }

    /// <param name="store">The open store.</param>
    /// <param name="time">Real time: a poll follows this machine, not the orchestrator's clock.</param>
    public static SqliteEventLog On(SqliteStore store, TimeProvider time)
    {
        // Reads run on the thread of the caller, so this waits for the disk only.
        var head = store.Read(EventRows.Head, CancellationToken.None).GetAwaiter().GetResult();
        return new SqliteEventLog(store, new AppendSignal(time, head));
    }

    public async Task<AppendOutcome> Append(
        string stream, long expectedVersion, IReadOnlyList<NewEvent> events, AppendMetadata metadata, CancellationToken stop = default)
    {
        var append = new ChainedAppend(stream, expectedVersion, events, metadata);
        try
        {
            return await _store.Write(session => Apply(append, session), Announce, stop).ConfigureAwait(false);
        }
        catch (CommitUncertainException e)
        {
            return new AppendOutcome.Unknown(e.Message);
        }
    }

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(
        string stream, long afterVersion = 0, int limit = int.MaxValue, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return _store.Read(session => EventRows.OfStream(session, stream, afterVersion, limit, stop), stop);
    }

    public Task<IReadOnlyList<RecordedEvent>> FindCommand(string stream, string commandId, CancellationToken stop = default) =>
        _store.Read(session => EventRows.OfCommand(session, stream, commandId, stop), stop);

    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int limit, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return _store.Read(session => EventRows.OfAll(session, afterPosition, limit, stop), stop);
    }

    public Task<long> Head(CancellationToken stop = default) => _store.Read(EventRows.Head, stop);

    public Task WaitForNews(long afterPosition, CancellationToken stop = default) => _signal.WaitFor(afterPosition, stop);

    private static AppendOutcome Apply(ChainedAppend append, Session session)
    {
        var (version, hash) = EventRows.Tip(session, append.Stream);
        return version == append.ExpectedVersion
            ? new AppendOutcome.Appended([.. append.After(hash).Select(e => EventRows.Insert(session, e))])
            : new AppendOutcome.Conflict(version);
    }

    private void Announce(AppendOutcome outcome)
    {
        if (outcome is AppendOutcome.Appended appended)
        {
            _signal.Publish(appended.Events[^1].Position);
        }
    }
}
