using System.Runtime.CompilerServices;
using Orchestrator.Domain.Leases;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Client.Table;

/// <summary>
/// The table of a moment and how long it may be used, in one reference: whoever decides takes it once, decides, and then asks
/// <see cref="HoldsNow"/>, so that a pause in between cannot let an old answer out.
/// </summary>
internal sealed class Held(LocalTable? table, TableLease? grant, TimeSpan keptPast, ClockReading? cut, TimeProvider time, Ticker ticker)
{
    private long _verified = long.MinValue;

    public LocalTable? Table => table;

    public TableLease? Grant => grant;

    /// <summary>How long past its grant a table was that an earlier process left behind.</summary>
    public TimeSpan KeptPast => keptPast;

    /// <summary>Since when it is known that the server's log lost its end; null for not.</summary>
    public ClockReading? Cut => cut;

    /// <summary>Nothing but time can change an answer of this table.</summary>
    public bool IsPlain { get; } = table is { Unwatched.Count: 0 } && grant is { BackSince: null } && cut is null;

    /// <summary>Whether a plain answer that was decided on this may be given: asked after deciding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HoldsNow()
    {
        var tick = ticker.Now();
        return tick == Volatile.Read(ref _verified) || Verify(tick);
    }

    /// <summary>How sure this process is of its table.</summary>
    public Standing Standing()
    {
        var now = time.ReadClocks();
        var standing = grant is not null
            ? Domain.Routing.Standing.Of(grant, now, cut)
            : Domain.Routing.Standing.Stale(Longest(keptPast, cut?.Age(now) ?? TimeSpan.Zero));
        return table is null ? standing : standing.With(table.Unwatched);
    }

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => TimeSpan.FromTicks(Math.Max(1, Math.Max(one.Ticks, other.Ticks)));

    private bool Verify(long tick)
    {
        if (!grant!.IsValid(time.ReadClocks()))
        {
            return false;
        }

        Volatile.Write(ref _verified, tick);
        return true;
    }
}
