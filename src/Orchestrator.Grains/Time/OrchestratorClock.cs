namespace Orchestrator.Grains.Time;

/// <summary>
/// Orchestrator time. At speed 1 it is <see cref="SteadyTime"/>; at another speed it runs that many times faster from an anchor, and its
/// timers with it, so that the whole product can be tried out in seconds. A type of its own, so that no code gets it by accident
/// where real time is meant (leases, time-outs).
/// </summary>
public sealed class OrchestratorClock : TimeProvider
{
    private readonly TimeProvider _real;
    private readonly ClockAnchor _anchor;

    /// <summary>A clock at <paramref name="anchor"/>'s speed over <paramref name="real"/> time.</summary>
    public OrchestratorClock(TimeProvider real, ClockAnchor anchor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(anchor.Speed);
        (_real, _anchor) = (real, anchor);
    }

    /// <summary>Orchestrator seconds in a real second.</summary>
    public double Speed => _anchor.Speed;

    /// <summary>
    /// The wall clock's difference, while it is in doubt; null while it is trusted, and when the underlying time is not steady.
    /// </summary>
    public ClockDoubt? Doubt => Steady?.Doubt;

    /// <summary>
    /// Time by which the wall clock is ahead of this one, in orchestrator time: zero while it is trusted. Senders on the same wall clock
    /// are as far off.
    /// </summary>
    public TimeSpan WallAhead => Doubt is { } doubt ? doubt.Ahead * Speed : TimeSpan.Zero;

    /// <summary>The newest doubt that ended; null before the first.</summary>
    public ClockJump? LastJump => Steady?.LastJump;

    private SteadyTime? Steady => _real as SteadyTime;

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => Speed == 1
        ? _real.GetUtcNow()
        : _anchor.Orchestrator + ((_real.GetUtcNow() - _anchor.Real) * Speed);

    /// <inheritdoc />
    public override long GetTimestamp() => (long)(_real.GetElapsedTime(0).Ticks * Speed);

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        Speed == 1
            ? _real.CreateTimer(callback, state, dueTime, period)
            : new ScaledTimer(_real.CreateTimer(callback, state, Real(dueTime), Real(period)), this);

    private TimeSpan Real(TimeSpan orchestrator)
    {
        if (orchestrator == Timeout.InfiniteTimeSpan || orchestrator <= TimeSpan.Zero)
        {
            return orchestrator;
        }

        // A timer takes at least a millisecond: at high speed a short wait would otherwise become a busy loop.
        return TimeSpan.FromMilliseconds(Math.Max(1, (orchestrator / Speed).TotalMilliseconds));
    }

    private sealed class ScaledTimer(ITimer inner, OrchestratorClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(clock.Real(dueTime), clock.Real(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}

/// <summary>
/// Anchor of accelerated time: this real moment is that orchestrator moment. Kept with the data, so that a restart continues.
/// </summary>
public sealed record ClockAnchor(DateTimeOffset Real, DateTimeOffset Orchestrator, double Speed)
{
    /// <summary>Real time as it is.</summary>
    public static readonly ClockAnchor WallClock = new(default, default, 1);
}
