namespace Orchestrator.Grains.Cluster;

/// <summary>
/// The guards of running rollouts, where every node can see them: each completed round renews its rollout's. Ages are counted by the store's
/// own clock. They are no events: losing them costs a wake-up.
/// </summary>
public interface IGuardStore
{
    /// <summary>Renews the guards of these rollouts, as of now.</summary>
    Task Renew(IReadOnlyCollection<string> rollouts, CancellationToken stop = default);

    /// <summary>How long ago each guard was renewed; a rollout that never had one is absent.</summary>
    Task<IReadOnlyDictionary<string, TimeSpan>> Ages(CancellationToken stop = default);
}
