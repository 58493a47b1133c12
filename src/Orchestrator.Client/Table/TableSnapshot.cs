using System.Runtime.CompilerServices;
using Orchestrator.Domain.Leases;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Client.Table;

/// <summary>
/// A table and its grant in one reference. A caller reads the reference once, decides, and then asks <see cref="IsValidNow"/>,
/// so that a pause in between cannot let an old answer out.
/// </summary>
internal sealed class TableSnapshot(
    LocalTable? table, TableLease? grant, TimeSpan keptPast, ClockReading? cut, TimeProvider time, Ticker ticker)
{
    private long _verified = long.MinValue;

    public LocalTable? Table => table;

    public TableLease? Grant => grant;

    /// <summary>Time by which the cached table of an earlier process was past its grant.</summary>
    public TimeSpan KeptPast => keptPast;

    /// <summary>Time at which this process found that the server's log lost its end; null for never.</summary>
    public ClockReading? Cut => cut;

    /// <summary>True when only time can change an answer of this table.</summary>
    public bool IsPlain { get; } = table is { Unwatched.Count: 0 } && grant is { BackSince: null } && cut is null;

    /// <summary>True while a plain answer that was decided on this snapshot may be returned. Asked after deciding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsValidNow()
    {
        var tick = ticker.Now();
        return tick == Volatile.Read(ref _verified) || Verify(tick);
    }

    /// <summary>Trust in the table: fresh, returning or stale, and the rollouts that are not watched.</summary>
    public TableTrust Trust()
    {
        var now = time.ReadClocks();
        var trust = grant is not null
            ? Domain.Routing.TableTrust.Of(grant, now, cut)
            : Domain.Routing.TableTrust.Stale(Longest(keptPast, cut?.Age(now) ?? TimeSpan.Zero));
        return table is null ? trust : trust.With(table.Unwatched);
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
