namespace Orchestrator.Domain.Leases;

/// <summary>
/// The lease on a routing table: for how long it may be used, counted from before the question was sent that confirmed it. A node and a
/// client of it count by this arithmetic, so that both fall to legacy and come back alike. <c>docs/lease</c> proves it.
/// </summary>
/// <param name="Since">Both clocks before the confirming question was sent: all that the log held then is in the table.</param>
/// <param name="For">The length of the lease.</param>
/// <param name="BackSince">The newest return after a stale time; null while there was none, or all users are back from it.</param>
/// <param name="WorstPast">Time past the lease when that return began.</param>
public sealed record TableLease(ClockReading Since, TimeSpan For, ClockReading? BackSince = null, TimeSpan WorstPast = default)
{
    /// <summary>
    /// The first lease of a process; null when it came too late to be of any use. It is no return, because no user was taken off new. A
    /// client of a node that brings its users back goes on where the node is.
    /// </summary>
    public static TableLease? First(ClockReading since, TimeSpan length, ClockReading now, NodeReturn? node = null)
    {
        var first = new TableLease(since, length);
        return !first.IsValid(now) ? null
            : node is null ? first
            : first with { BackSince = now.Before(node.For), WorstPast = node.Past };
    }

    /// <summary>True while the table may be used.</summary>
    public bool IsValid(ClockReading now) => Since.Age(now) <= For;

    /// <summary>The rest of the lease, which a node grants to a client; never less than zero.</summary>
    public TimeSpan Left(ClockReading now)
    {
        var left = For - Since.Age(now);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>
    /// Time past the lease; zero or less while it is valid. If it ends again while users are coming back, the earlier time counts, where
    /// it is longer: users who are still on legacy never came back.
    /// </summary>
    /// <param name="now">The moment.</param>
    /// <param name="cut">
    /// The moment at which the log was found to have lost its end; null for a log that has not. A table after it is never valid.
    /// </param>
    public TimeSpan Past(ClockReading now, ClockReading? cut = null)
    {
        var past = Since.Age(now) - For;
        if (cut is { } at)
        {
            var sinceCut = at.Age(now).Ticks;
            past = TimeSpan.FromTicks(Math.Max(Math.Max(1, past.Ticks), sinceCut));
        }

        return past > TimeSpan.Zero && WorstPast > past && !WereAllBack() ? WorstPast : past;
    }

    /// <summary>The lease after a further confirmation. One that ends no later than this lease changes nothing.</summary>
    /// <param name="since">Both clocks before the question was sent.</param>
    /// <param name="length">Granted time.</param>
    /// <param name="now">The moment at which the answer is taken.</param>
    /// <param name="cut">The cut that the answer ends; null for none.</param>
    public TableLease Renew(ClockReading since, TimeSpan length, ClockReading now, ClockReading? cut = null)
    {
        var next = new TableLease(since, length);
        var past = Past(now, cut);
        if (past > TimeSpan.Zero)
        {
            // A confirmation that came too late to be of any use brings no user back. After a cut it counts all the same: the lease from
            // before the cut, which may be valid by its age, must not come to life again.
            return cut is null && !next.IsValid(now) ? this : next with { BackSince = now, WorstPast = past };
        }

        if (Since.Elapsed(since) + length <= For)
        {
            return this;
        }

        var allBack = BackSince is not { } back || back.Elapsed(now) >= ReturnRamp.Length;
        return allBack ? next : this with { Since = since, For = length };
    }

    /// <summary>The lease, ended at this moment.</summary>
    public TableLease EndingNow(ClockReading now) => this with { For = Since.Age(now) - TimeSpan.FromTicks(1) };

    /// <summary>True when all users were back when the lease ran out.</summary>
    private bool WereAllBack() => BackSince is not { } back || back.Elapsed(Since) + For >= ReturnRamp.Length;
}
