namespace Orchestrator.Grains.Routing;

/// <summary>Reading of both clocks of this machine.</summary>
/// <param name="Monotonic">Timestamp of the monotonic clock: no setting moves it, and it stops while the machine is suspended.</param>
/// <param name="Wall">UTC ticks of the wall clock, which also counts while the machine is suspended.</param>
public readonly record struct Moment(long Monotonic, long Wall)
{
    public static Moment Now(TimeProvider time) => new(time.GetTimestamp(), time.GetUtcNow().Ticks);

    /// <summary>
    /// The longer of the times by both clocks: a wall clock that jumps forward makes it older, one that jumps back does not make it
    /// younger.
    /// </summary>
    public TimeSpan Age(TimeProvider time) =>
        TimeSpan.FromTicks(Math.Max(ElapsedSince(time).Ticks, time.GetUtcNow().Ticks - Wall));

    /// <summary>By the monotonic clock alone.</summary>
    public TimeSpan ElapsedSince(TimeProvider time) => time.GetElapsedTime(Monotonic);
}
