using Orchestrator.Domain.Leases;

namespace Orchestrator.Client.Table;

/// <summary>Answer of a node to the request for the table.</summary>
/// <param name="Timeline">Timeline of the node.</param>
/// <param name="Position">Position of the node.</param>
/// <param name="Granted">Time for which the table may be used, counted from before the request was sent; zero of a stale node.</param>
/// <param name="Age">Age of the reading of the log's head on which the grant rests.</param>
/// <param name="Tag">Entity tag of the node's table.</param>
/// <param name="Document">The table; null when it is the one that was known.</param>
/// <param name="Return">Progress of the node's own return after a stale time; null when all its users are back.</param>
/// <param name="Speed">Orchestrator seconds in a real one.</param>
/// <param name="People">Secret of the environment for hashes of counted users; 0 from a server that counts none.</param>
internal sealed record TableReply(
    long Timeline, long Position, TimeSpan Granted, TimeSpan Age, string Tag, ReadOnlyMemory<byte>? Document, NodeReturn? Return = null,
    double Speed = 1, ulong People = 0);

/// <summary>
/// The one place where the table of this process changes. A table is applied only if it is newer by (timeline, position).
/// </summary>
internal sealed class TableHolder(TimeProvider time, bool reports = false)
{
    private readonly Lock _gate = new();
    private readonly Ticker _ticker = new(time);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TableSnapshot _current = new(null, null, TimeSpan.MaxValue, null, time, new Ticker(time));
    private ClockReading _reached;
    private double _speed = 1;
    private ulong _people;

    /// <summary>One volatile read; each answer takes it once.</summary>
    public TableSnapshot Current => _current;

    /// <summary>Completes with the first table.</summary>
    public Task Ready => _ready.Task;

    public TimeProvider Time => time;

    /// <summary>Orchestrator seconds in a real one, as the node last reported; 1 before the first report.</summary>
    public double Speed => Volatile.Read(ref _speed);

    /// <summary>
    /// Secret for hashes of counted users; 0 while none are counted: the process reports nothing, or the server asks for none.
    /// </summary>
    public ulong People => Volatile.Read(ref _people);

    /// <summary>Reason why the last request failed; null when it succeeded.</summary>
    public volatile string? Failure;

    /// <summary>Uses the table of an earlier process, unless this process has one already.</summary>
    /// <param name="kept">The table.</param>
    /// <param name="past">Time since its grant ended; <see cref="TimeSpan.MaxValue"/> when unknown.</param>
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

    /// <summary>Applies an answer. Throws <see cref="FormatException"/> for a document that cannot be parsed, and then changes nothing.</summary>
    /// <param name="sent">Both clocks before the request was sent.</param>
    /// <param name="reply">The answer.</param>
    /// <returns>True when the table changed.</returns>
    public bool Accept(ClockReading sent, TableReply reply)
    {
        // Before the table, with which counting begins.
        Volatile.Write(ref _speed, reply.Speed);
        Volatile.Write(ref _people, reports ? reply.People : 0);
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

    /// <summary>Ends the grant now: the node refused this process's key. The table stays, as a stale one.</summary>
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
    /// A node that is behind this table has not read all of the log, unless it read the log's head after this table arrived: then the end
    /// of the log is lost, and with it an unknown number of changes.
    /// </summary>
    private bool IsCut(ClockReading sent, TableReply reply) =>
        reply.Granted > TimeSpan.Zero && LeaseBounds.ProveCut(_reached, sent, reply.Age);

    /// <summary>
    /// The first grant of a process is no return, because the process moved no user before. Where the node brings its users back step by
    /// step, they come back here at the same pace. Later the process relies on its own record: one that stayed fresh moved no user, and one
    /// that becomes fresh after its node brings them back later anyway.
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
