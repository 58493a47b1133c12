namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>
/// Start of watching without a break. A process that was down or suspended received nothing, which is not the same as absence of samples.
/// </summary>
/// <param name="Since">The first round after the newest break; null before the first.</param>
/// <param name="Round">The newest round; null before the first.</param>
public readonly record struct WatchTime(DateTimeOffset? Since, DateTimeOffset? Round)
{
    /// <summary>
    /// Adds a round at <paramref name="now"/>; one farther than <paramref name="longest"/> from the one before it, also by a clock that was
    /// set back, starts again.
    /// </summary>
    public WatchTime At(DateTimeOffset now, TimeSpan longest) =>
        new(Round is { } before && (now - before).Duration() <= longest ? Since : now, now);
}
