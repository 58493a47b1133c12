using Orchestrator.Domain.Events;

namespace Orchestrator.Grains.World;

/// <summary>
/// Corrections of this node's view of the log without an event. Each call returns when routing follows; none waits for the log.
/// Doubts only move users to legacy, and quarantine streams.
/// </summary>
public interface IEarlyWithdrawals
{
    /// <summary>
    /// Quarantines streams that were changed outside of the product, until the process ends. A stream with a known break keeps its first
    /// break. Routing follows a doubt about a rollout that is not in memory once its state was read.
    /// </summary>
    void Distrust(IEnumerable<ChainBreak> breaks);

    /// <summary>Takes users off new before the event is in the log.</summary>
    /// <param name="id">Id of the request; a second call under it changes nothing.</param>
    /// <param name="withdrawal">The users.</param>
    void Withdraw(string id, Withdrawal withdrawal);

    /// <summary>Ends a withdrawal: the event is in the log by now, or it was refused. An unknown id changes nothing.</summary>
    void Return(string id);
}
