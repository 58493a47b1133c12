namespace Orchestrator.Grains.Time;

/// <summary>
/// Real time that a jump of the wall clock does not move. It advances by the monotonic clock from a known moment, and follows the wall
/// clock only slowly; a wall clock farther away than <see cref="Tolerance"/> is in doubt, and is trusted once it was steady there for
/// <see cref="Confirmation"/> without a break. Monotonic and timers are those of the clocks below.
/// </summary>
public sealed class SteadyTime : TimeProvider
{
    /// <summary>
    /// Largest difference that counts as drift and is corrected gradually. Below the shortest lead that a sample may have on the
    /// orchestrator.
    /// </summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(10);

    /// <summary>Monotonic time after which a steady wall clock is trusted.</summary>
    public static readonly TimeSpan Confirmation = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Longest time between two readings: after a longer gap the wall clock in between is unknown, and the confirmation begins again.
    /// </summary>
    private static readonly TimeSpan LongestBlink = TimeSpan.FromMinutes(1);

    /// <summary>Drift is corrected by a tenth of the time that passes, so that time never stands still and never runs.</summary>
    private const int Slew = 10;

    private readonly TimeProvider _real;
    private readonly Lock _gate = new();
    private long _read;
    private long _doubted;
    private DateTimeOffset _now;
    private ClockDoubt? _doubt;
    private ClockJump? _jump;

    /// <param name="real">The clocks below.</param>
    /// <param name="start">The present moment, as far as it is known.</param>
    public SteadyTime(TimeProvider real, DateTimeOffset start)
    {
        (_real, _now, _read) = (real, start, real.GetTimestamp());
        Read();
    }

    /// <summary>Steady time that begins with the wall clock.</summary>
    public static SteadyTime On(TimeProvider real) => new(real, real.GetUtcNow());

    /// <summary>The wall clock's difference, while it is in doubt; null while it is trusted.</summary>
    public ClockDoubt? Doubt
    {
        get
        {
            lock (_gate)
            {
                Read();
                return _doubt;
            }
        }
    }

    /// <summary>The newest doubt that ended, and how; null before the first.</summary>
    public ClockJump? LastJump
    {
        get
        {
            lock (_gate)
            {
                return _jump;
            }
        }
    }

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => _real.LocalTimeZone;

    /// <inheritdoc />
    public override long TimestampFrequency => _real.TimestampFrequency;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return Read();
        }
    }

    /// <inheritdoc />
    public override long GetTimestamp() => _real.GetTimestamp();

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _real.CreateTimer(callback, state, dueTime, period);

    /// <summary>The present moment with the monotonic reading that belongs to it.</summary>
    public (DateTimeOffset Now, long Timestamp) Mark()
    {
        lock (_gate)
        {
            return (Read(), _read);
        }
    }

    /// <summary>Restarts the confirmation: another clock contradicts the wall clock, or cannot be read.</summary>
    public void Refute()
    {
        lock (_gate)
        {
            _doubted = _real.GetTimestamp();
        }
    }

    private DateTimeOffset Read()
    {
        var stamp = _real.GetTimestamp();
        var elapsed = _real.GetElapsedTime(_read, stamp);
        if (elapsed > TimeSpan.Zero)
        {
            (_now, _read) = (_now + elapsed, stamp);
        }

        var ahead = _real.GetUtcNow() - _now;
        if (ahead.Duration() <= Tolerance)
        {
            Settle(believed: false);
            var most = elapsed / Slew;
            _now += ahead > most ? most : ahead < -most ? -most : ahead;
        }
        else if (_doubt is not { } doubt || (ahead - doubt.Ahead).Duration() > Tolerance)
        {
            Settle(believed: false);
            (_doubt, _doubted) = (new ClockDoubt(ahead, _now), stamp);
        }
        else if (elapsed > LongestBlink)
        {
            _doubted = stamp;
        }
        else if (_real.GetElapsedTime(_doubted, stamp) >= Confirmation)
        {
            Settle(believed: true);
            _now += ahead;
        }

        return _now;
    }

    private void Settle(bool believed)
    {
        if (_doubt is { } doubt)
        {
            (_jump, _doubt) = (new ClockJump(doubt.Ahead, doubt.Since, _now, believed), null);
        }
    }
}
