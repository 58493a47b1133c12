namespace Orchestrator.Client;

/// <summary>
/// Tries the new path beside legacy. The caller gets legacy's result as soon as it is there; the new path runs afterwards in
/// the background. Its result is compared and counted as the rollout's shadow traffic (<c>requests</c>, <c>errors</c>,
/// <c>comparisons</c>, <c>mismatches</c>, <c>response_time</c>). Thread-safe.
/// </summary>
public interface IRolloutShadow
{
    /// <summary>Shadow runs that were skipped because <see cref="OrchestratorOptions.ShadowRuns"/> were under way.</summary>
    long Skipped { get; }

    /// <summary>
    /// Runs legacy and returns its result or throws its exception; then runs the new path in the background when shadow runs
    /// are on. No exception of the new path or of the comparison reaches the caller. The new path must have no side effects,
    /// and must not read objects that the caller goes on changing.
    /// </summary>
    /// <typeparam name="T">Type of both results.</typeparam>
    /// <param name="flag">Flag of the rollout.</param>
    /// <param name="legacy">The path whose result counts.</param>
    /// <param name="candidate">The path on trial; its token is cancelled after ten seconds.</param>
    /// <param name="same">Compares the two results; null takes the default comparer.</param>
    Task<T> RunAsync<T>(string flag, Func<Task<T>> legacy, Func<CancellationToken, Task<T>> candidate, Func<T, T, bool>? same = null);
}
