namespace Orchestrator.Grains.Routing;

/// <summary>Whoever has to know when answers change though the log did not.</summary>
public interface IStandingObserver
{
    /// <summary>Other rollouts than before are unwatched, and <see cref="INodeStanding"/> says so already. Must not throw or wait.</summary>
    void StandingChanged();
}
