using Orchestrator.Domain.Events;

namespace Orchestrator.Grains.World;

/// <summary>
/// What this node knows against its own view of the log, with no event that says so. Each call returns when routing follows; none waits for the log.
/// Doubts only take users to legacy, and hold streams.
/// </summary>
public interface IDoubts
{
    /// <summary>Holds streams that were changed outside of the product, until the process ends. A stream that is known to be broken keeps its first break.</summary>
    void Distrust(IEnumerable<ChainBreak> breaks);

    /// <summary>Takes users off new, before the log can say so.</summary>
    /// <param name="id">Of what asks for it; a second call under it changes nothing.</param>
    /// <param name="withdrawal">Who.</param>
    void Withdraw(string id, Withdrawal withdrawal);

    /// <summary>Ends a withdrawal: the log says it by now, or it was refused. An unknown id changes nothing.</summary>
    void Return(string id);
}
