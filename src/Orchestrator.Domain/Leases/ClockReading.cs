namespace Orchestrator.Domain.Leases;

/// <summary>A reading of both clocks of one machine, at one moment.</summary>
/// <param name="Monotonic">Time that the monotonic clock has counted: no setting moves it, and a suspended machine stops it.</param>
/// <param name="Wall">UTC ticks of the wall clock, which also counts while the machine is suspended.</param>
public readonly record struct ClockReading(TimeSpan Monotonic, long Wall)
{
    private const long Nanoseconds = 1_000_000_000;

    /// <summary>A reading from raw values.</summary>
    /// <param name="timestamp">Timestamp of the monotonic clock.</param>
    /// <param name="frequency">Timestamps in a second.</param>
    /// <param name="wall">The wall clock, in UTC.</param>
    public static ClockReading Of(long timestamp, long frequency, DateTimeOffset wall)
    {
        var ticks = frequency switch
        {
            TimeSpan.TicksPerSecond => timestamp,
            Nanoseconds => timestamp / (Nanoseconds / TimeSpan.TicksPerSecond),
            _ => (long)((Int128)timestamp * TimeSpan.TicksPerSecond / frequency),
        };
        return new ClockReading(TimeSpan.FromTicks(ticks), wall.UtcTicks);
    }

    /// <summary>
    /// Age at a later reading: the longer of what both clocks say. A wall clock that jumps forward makes it older, one that jumps back
    /// does not make it younger.
    /// </summary>
    public TimeSpan Age(ClockReading now) => TimeSpan.FromTicks(Math.Max(Elapsed(now).Ticks, now.Wall - Wall));

    /// <summary>Time until a later reading, by the monotonic clock alone.</summary>
    public TimeSpan Elapsed(ClockReading now) => now.Monotonic - Monotonic;

    /// <summary>This reading minus a duration.</summary>
    public ClockReading Before(TimeSpan by) => new(Monotonic - by, Wall - by.Ticks);
}
