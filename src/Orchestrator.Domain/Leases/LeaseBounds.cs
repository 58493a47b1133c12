namespace Orchestrator.Domain.Leases;

/// <summary>The bounds that leases keep though clocks are not equally fast. <c>docs/lease</c> proves them.</summary>
public static class LeaseBounds
{
    /// <summary>Time that a clock falls behind during one lease, at most.</summary>
    public static readonly TimeSpan ClockError = TimeSpan.FromMilliseconds(500);

    /// <summary>The clock of a node may be slow, and after it the clock of its client.</summary>
    public static readonly TimeSpan Margin = 2 * ClockError;

    /// <summary>True when no process answers by a table any more whose lease rests on a reading from before an event.</summary>
    /// <param name="since">Time since the event was known to be in the log.</param>
    /// <param name="lease">The longest lease of any node.</param>
    public static bool HaveEnded(TimeSpan since, TimeSpan lease) => since >= lease + Margin;

    /// <summary>
    /// True when a node that is behind a table proves that the log lost its end: it read the log's head after that table was here.
    /// </summary>
    /// <param name="reached">The moment at which the table came.</param>
    /// <param name="sent">Before the node was asked.</param>
    /// <param name="age">Age of the node's reading of the head.</param>
    public static bool ProveCut(ClockReading reached, ClockReading sent, TimeSpan age) => reached.Elapsed(sent) > age + ClockError;
}
