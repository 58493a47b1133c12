namespace Orchestrator.Client;

/// <summary>
/// Which variant a user gets, decided in this process from the environment's table. Thread-safe. Never waits, throws or asks the network:
/// what has no answer is legacy, with the reason as a value.
/// </summary>
public interface IRouter
{
    /// <summary>What this process knows and how sure it is of it.</summary>
    TableStatus Status { get; }

    /// <summary>Keys of all flags of the environment; empty without a table.</summary>
    IReadOnlyCollection<string> Flags { get; }

    /// <summary>The answer for one user. Allocates nothing after the user's first question of a table.</summary>
    /// <param name="flag">The flag's key, exactly.</param>
    /// <param name="user">Who asks.</param>
    RouteResult Route(string flag, User user);

    /// <summary>The answer for a user of whom nothing but the key is known. Allocates nothing.</summary>
    /// <param name="flag">The flag's key, exactly.</param>
    /// <param name="userKey">The user's key; null for none.</param>
    RouteResult Route(string flag, string? userKey);

    /// <summary>
    /// One segment of a user, for what can have only one, such as a label: of those that the flag's rollout names, the first that the user belongs to (taken
    /// back before included before the others); null for none.
    /// </summary>
    /// <param name="flag">The flag's key, exactly.</param>
    /// <param name="user">Who asks.</param>
    string? SegmentOf(string flag, User user);

    /// <summary>
    /// The segments to which the flag's rollout counts a user, in the order of its plan and joined by commas, as <see cref="IRolloutMetrics.Request"/> takes
    /// them: all that a rule or a step of the plan names and that the user belongs to, at most 32. Null for none. Allocates nothing for segments that
    /// were told before.
    /// </summary>
    /// <param name="flag">The flag's key, exactly.</param>
    /// <param name="user">Who asks.</param>
    string? SegmentsOf(string flag, User user) => SegmentOf(flag, user);

    /// <summary>Completes when there is a table, fresh or kept from an earlier start; false when that takes longer than <paramref name="limit"/>.</summary>
    /// <param name="limit">How long to wait at most.</param>
    /// <param name="stop">Ends the wait with <see cref="OperationCanceledException"/>.</param>
    Task<bool> WaitUntilReady(TimeSpan limit, CancellationToken stop = default);
}

/// <summary>What this process knows and how sure it is of it.</summary>
/// <param name="Ready">There is a table; without one every answer is legacy with <see cref="RouteError.NotReady"/>.</param>
/// <param name="Stale">The table may not be used as a fresh one: what the orchestrator granted has run out.</param>
/// <param name="Environment">Name of the environment; null before the first table.</param>
/// <param name="Timeline">Grows when the orchestrator's log is restored to an earlier state.</param>
/// <param name="Position">Position of the log that the table stands for.</param>
/// <param name="GrantLeft">How long the table may still be used; zero when stale.</param>
/// <param name="Problem">What people should look at; null for nothing.</param>
public sealed record TableStatus(bool Ready, bool Stale, string? Environment, long Timeline, long Position, TimeSpan GrantLeft, string? Problem);
