namespace Orchestrator.Client;

/// <summary>State of the routing table in this process, and how long it may be used.</summary>
/// <param name="Ready">True with a table; without one every answer is legacy with <see cref="RouteError.NotReady"/>.</param>
/// <param name="Stale">True when the grant of the orchestrator has ended: flags answer as their phase's <c>onStale</c> says.</param>
/// <param name="Environment">Name of the environment; null before the first table.</param>
/// <param name="Timeline">Timeline of the table; it grows when the orchestrator's log is restored to an earlier state.</param>
/// <param name="Position">Position in the orchestrator's log that the table stands for.</param>
/// <param name="GrantLeft">Time for which the table may still be used; zero when stale.</param>
/// <param name="Problem">Problem for an operator to look at; null for none.</param>
public sealed record RouterStatus(
    bool Ready, bool Stale, string? Environment, long Timeline, long Position, TimeSpan GrantLeft, string? Problem);
