using Orchestrator.Domain.Leases;

namespace Orchestrator.Client.Table;

/// <summary>Answer of a node to the request for the table.</summary>
/// <param name="Timeline">Where the node stands.</param>
/// <param name="Position">Where the node stands.</param>
/// <param name="Granted">How long the table may be used from before the question was sent; zero of a stale node.</param>
/// <param name="Age">How old the reading of the log's head is that the grant rests on.</param>
/// <param name="Tag">Entity tag of the node's table.</param>
/// <param name="Document">The table; null when it is the one that was known.</param>
/// <param name="Return">How far the node's own return after a stale time is; null when all its users are back.</param>
/// <param name="Speed">Orchestrator seconds in a real one.</param>
internal sealed record TableReply(
    long Timeline, long Position, TimeSpan Granted, TimeSpan Age, string Tag, ReadOnlyMemory<byte>? Document, NodeReturn? Return = null,
    double Speed = 1);

/// <summary>
/// The one place where the table of this process changes. A table is applied only if it is newer by (timeline, position).
/// </summary>
internal sealed class TableHolder(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Ticker _ticker = new(time);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TableSnapshot _current = new(null, null, TimeSpan.MaxValue, null, time, new Ticker(time));
    private ClockReading _reached;
    private double _speed = 1;

    /// <summary>One volatile read; whoever answers takes it once.</summary>
    public TableSnapshot Current => _current;

    /// <summary>Completes with the first table.</summary>
    public Task Ready => _ready.Task;

    public TimeProvider Time => time;

    /// <summary>Orchestrator seconds in a real one, as the node said last; 1 until it says.</summary>
    public double Speed => Volatile.Read(ref _speed);

    /// <summary>Why the last question had no use; null when it had.</summary>
    public volatile string? Failure;

    /// <summary>Takes what an earlier process left behind, unless there is something already.</summary>
    /// <param name="kept">The table.</param>
    /// <param name="past">How long ago its grant ran out; <see cref="TimeSpan.MaxValue"/> when nobody knows.</param>
    public void Keep(LocalTable kept, TimeSpan past)
    {
        lock (_gate)
        {
            if (_current.Table is null)
            {
                _reached = time.ReadClocks();
                Swap(kept, null, past, null);
            }
        }
    }

    /// <summary>Takes an answer. Throws <see cref="FormatException"/> for a document that cannot be read, and then has changed nothing.</summary>
    /// <param name="sent">Both clocks before the question was sent.</param>
    /// <param name="reply">The answer.</param>
    /// <returns>Whether there is another table now.</returns>
    public bool Accept(ClockReading sent, TableReply reply)
    {
        // Before the table, with which counting begins.
        Volatile.Write(ref _speed, reply.Speed);
        lock (_gate)
        {
            var (held, known) = (_current, _current.Table);
            var order = known is null ? 1 : (reply.Timeline, reply.Position).CompareTo((known.Timeline, known.Position));
            var table = order < 0 ? known! : Read(reply, known);
            var cut = reply.Timeline > known?.Timeline ? null : held.Cut;
            if (cut is null && order < 0 && reply.Timeline == known!.Timeline && IsCut(sent, reply))
            {
                cut = sent;
            }

            if (order > 0)
            {
                _reached = time.ReadClocks();
            }

            // A node of an earlier timeline confirms nothing of this one.
            var confirms = reply.Granted > Ticker.Longest && reply.Timeline >= table.Timeline && cut is null;
            Swap(table, confirms ? Renewed(held, sent, reply.Granted - Ticker.Longest, reply.Return) : held.Grant, held.KeptPast, cut);
            return !ReferenceEquals(table.Environment, known?.Environment);
        }
    }

    private static LocalTable Read(TableReply reply, LocalTable? known)
    {
        if (reply.Document is { } document)
        {
            return LocalTable.Read(document, reply.Timeline, reply.Position, reply.Tag, known);
        }

        return known is not null && known.Tag == reply.Tag
            ? known with { Timeline = reply.Timeline, Position = reply.Position }
            : throw new FormatException("the server says that its table is known, and it is not");
    }

    /// <summary>Ends the grant now: the node no longer opens for this process's key. The table stays, as a stale one.</summary>
    public void Withdraw()
    {
        lock (_gate)
        {
            if (_current is { Table: { } table, Grant: { } grant } held && grant.IsValid(time.ReadClocks()))
            {
                Swap(table, grant.EndingNow(time.ReadClocks()), held.KeptPast, held.Cut);
            }
        }
    }

    /// <summary>
    /// A node that is behind this table has not read all of the log, unless it read the log's head after this table was here: then the log
    /// has lost its end, and what else was in it nobody knows.
    /// </summary>
    private bool IsCut(ClockReading sent, TableReply reply) =>
        reply.Granted > TimeSpan.Zero && LeaseBounds.ProveCut(_reached, sent, reply.Age);

    /// <summary>
    /// The first grant of a process is no return, nobody was taken from anything; but where the node brings its users back by and by, they
    /// come back here as they do there. Later on this process knows best who fell: one that stayed fresh took nobody from anything, and one
    /// that is back later than its node is slower anyway.
    /// </summary>
    private TableLease? Renewed(TableSnapshot held, ClockReading sent, TimeSpan granted, NodeReturn? node)
    {
        var now = time.ReadClocks();
        return held.Grant is { } lease ? lease.Renew(sent, granted, now, held.Cut) : TableLease.First(sent, granted, now, node);
    }

    private void Swap(LocalTable table, TableLease? grant, TimeSpan keptPast, ClockReading? cut)
    {
        _current = new TableSnapshot(table, grant, keptPast, cut, time, _ticker);
        _ready.TrySetResult();
    }
}
