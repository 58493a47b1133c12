namespace Orchestrator.Client.Table;

/// <summary>A moment on both clocks of this machine.</summary>
/// <param name="Monotonic">Timestamp of the monotonic clock, which no setting moves and a suspended machine stops.</param>
/// <param name="Wall">UTC ticks of the wall clock, which goes on meanwhile.</param>
internal readonly record struct Moment(long Monotonic, long Wall)
{
    public static Moment Now(TimeProvider time) => new(time.GetTimestamp(), time.GetUtcNow().Ticks);

    /// <summary>So long before this one.</summary>
    public Moment Before(TimeSpan by, TimeProvider time) => new(Monotonic - (by.Ticks * time.TimestampFrequency / TimeSpan.TicksPerSecond), Wall - by.Ticks);

    /// <summary>The longer of what both clocks say: a wall clock that jumps forward makes it older, one that jumps back does not make it younger.</summary>
    public TimeSpan Age(TimeProvider time) =>
        TimeSpan.FromTicks(Math.Max(time.GetElapsedTime(Monotonic).Ticks, time.GetUtcNow().Ticks - Wall));
}
