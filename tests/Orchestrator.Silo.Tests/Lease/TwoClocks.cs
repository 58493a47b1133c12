namespace Orchestrator.Silo.Tests.Lease;

/// <summary>A monotonic clock and a wall clock that a test moves, together or apart.</summary>
internal sealed class TwoClocks : TimeProvider
{
    private long _monotonic = 1_000_000;
    private long _wall = new DateTime(2026, 3, 2, 9, 0, 0, DateTimeKind.Utc).Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _monotonic);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _wall), TimeSpan.Zero);

    public void Advance(TimeSpan time)
    {
        Interlocked.Add(ref _monotonic, time.Ticks);
        Jump(time);
    }

    /// <summary>Moves the wall clock alone.</summary>
    public void Jump(TimeSpan time) => Interlocked.Add(ref _wall, time.Ticks);
}
