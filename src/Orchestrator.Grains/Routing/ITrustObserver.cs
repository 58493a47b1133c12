namespace Orchestrator.Grains.Routing;

/// <summary>Notified when answers change without a new event (changes of the lease or of guards).</summary>
public interface ITrustObserver
{
    /// <summary>
    /// The set of unwatched rollouts has changed, and <see cref="ITableTrust"/> has the new one already. Must not throw or wait.
    /// </summary>
    void TrustChanged();
}
