namespace Orchestrator.Client;

/// <summary>
/// Decides in this process which variant a user gets, from the environment's routing table. Thread-safe. It never blocks, never
/// throws and sends no request: without an answer the user is on legacy, and the result names the reason.
/// </summary>
public interface IRolloutRouter
{
    /// <summary>State of the routing table in this process, and how long it may be used.</summary>
    RouterStatus Status { get; }

    /// <summary>Keys of all flags of the environment; empty without a table.</summary>
    IReadOnlyCollection<string> Flags { get; }

    /// <summary>Routes one user. Allocates nothing after the first call for this user and table.</summary>
    /// <param name="flag">The flag's key, exactly.</param>
    /// <param name="user">The user.</param>
    RouteResult Route(string flag, RolloutUser user);

    /// <summary>Routes a user by the key alone, without attributes. Allocates nothing.</summary>
    /// <param name="flag">The flag's key, exactly.</param>
    /// <param name="userKey">The user's key; null for none.</param>
    RouteResult Route(string flag, string? userKey);

    /// <summary>
    /// One segment of a user, for a label that has room for one. Of the segments that the flag's rollout names and the user
    /// belongs to, the first: rolled-back ones before included ones before the others. Null for none.
    /// </summary>
    /// <param name="flag">The flag's key, exactly.</param>
    /// <param name="user">The user.</param>
    string? SegmentOf(string flag, RolloutUser user);

    /// <summary>
    /// All segments to which the flag's rollout counts a user, in the order of its plan and joined by commas, as
    /// <see cref="IRolloutMetrics.Request"/> takes them. These are the segments that a rule or a step of the plan names and the
    /// user belongs to, at most 32. Null for none. Allocates only for a combination of segments that is new.
    /// </summary>
    /// <param name="flag">The flag's key, exactly.</param>
    /// <param name="user">The user.</param>
    string? SegmentsOf(string flag, RolloutUser user) => SegmentOf(flag, user);

    /// <summary>
    /// Waits for the first table, a fresh one or the one of <see cref="OrchestratorOptions.CacheFile"/>. Returns false after
    /// <paramref name="limit"/>.
    /// </summary>
    /// <param name="limit">Longest wait.</param>
    /// <param name="stop">Ends the wait with <see cref="OperationCanceledException"/>.</param>
    Task<bool> WaitUntilReadyAsync(TimeSpan limit, CancellationToken stop = default);
}
