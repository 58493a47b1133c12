using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Leases;

/// <summary>The way back of users who had fallen to legacy while a table was stale: evenly over a fixed time.</summary>
public static class ReturnRamp
{
    /// <summary>Time after which all users are back.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    /// <summary>Share of the users that is back, so long after the table became fresh again.</summary>
    public static Share Returned(TimeSpan since) => Share.Of(since.Ticks, Length.Ticks);

    /// <summary>Time after which a share of the users is back.</summary>
    public static TimeSpan Until(Share returned) => Length / Share.All.Thousandths * returned.Thousandths;
}
