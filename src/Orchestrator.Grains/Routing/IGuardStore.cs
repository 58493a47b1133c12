namespace Orchestrator.Grains.Routing;

/// <summary>
/// The guards of running rollouts, visible to every node: each completed round renews the guard of its rollout. Ages are counted by the
/// store's own clock. Guards are not events: losing them costs a wake-up.
/// </summary>
public interface IGuardStore
{
    /// <summary>Renews the guards of these rollouts, as of now.</summary>
    Task Renew(IReadOnlyCollection<string> rollouts, CancellationToken stop = default);

    /// <summary>Age of each guard since its renewal; a rollout that never had one is absent.</summary>
    Task<IReadOnlyDictionary<string, TimeSpan>> Ages(CancellationToken stop = default);
}
