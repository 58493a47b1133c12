namespace Orchestrator.Domain.Rollouts;

/// <summary>Since when somebody watches without a break. A process that was down or asleep heard nothing, which is not the same as silence.</summary>
/// <param name="Since">The first round after the newest break; null before the first.</param>
/// <param name="Round">The newest round; null before the first.</param>
public readonly record struct WatchTime(DateTimeOffset? Since, DateTimeOffset? Round)
{
    /// <summary>With a round at <paramref name="now"/>; one farther than <paramref name="longest"/> from the one before it, also by a clock that was set back, begins anew.</summary>
    public WatchTime At(DateTimeOffset now, TimeSpan longest) => new(Round is { } before && (now - before).Duration() <= longest ? Since : now, now);
}
