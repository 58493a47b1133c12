namespace Orchestrator.Client;

/// <summary>
/// Tries the new path beside legacy: the caller gets legacy's result as soon as it is there, and the new path runs afterwards, by itself, compared and
/// counted as the rollout's shadow traffic (<c>requests</c>, <c>errors</c>, <c>comparisons</c>, <c>mismatches</c>, <c>response_time</c>). Thread-safe.
/// </summary>
public interface IShadow
{
    /// <summary>Shadow runs that were left out because as many as are allowed were under way.</summary>
    long Skipped { get; }

    /// <summary>
    /// Runs legacy and gives back what it gives, its exception included; then runs the new path in the background when shadowing is on. Nothing
    /// that the new path or the comparison does reaches the caller. The new path must change nothing that people see, and must not share what
    /// the caller goes on changing.
    /// </summary>
    /// <typeparam name="T">What both give.</typeparam>
    /// <param name="flag">Flag of the rollout.</param>
    /// <param name="legacy">The path that counts.</param>
    /// <param name="candidate">The path that is tried; its token ends it after ten seconds.</param>
    /// <param name="same">Whether two results are equal; null takes the default comparer.</param>
    Task<T> Run<T>(string flag, Func<Task<T>> legacy, Func<CancellationToken, Task<T>> candidate, Func<T, T, bool>? same = null);
}
