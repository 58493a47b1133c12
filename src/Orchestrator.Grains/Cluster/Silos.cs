using Orleans.Runtime.Services;

namespace Orchestrator.Grains.Cluster;

/// <summary>The active silos, as this one sees them.</summary>
internal sealed class Silos(IServiceProvider services, ISiloStatusOracle statuses) : GrainServiceClient<INodeService>(services)
{
    /// <summary>Every active silo but this one.</summary>
    public IEnumerable<SiloAddress> Others => statuses.GetActiveSilos().Where(silo => !silo.Equals(statuses.SiloAddress));

    public INodeService Of(SiloAddress silo) => GetGrainService(silo);

    /// <summary>
    /// This silo's share of work that any silo could do, so that not every silo does all of it. While silos disagree on the membership,
    /// some work is done twice or later: no guarantee may rest on it.
    /// </summary>
    public Func<string, bool> Share()
    {
        var active = statuses.GetActiveSilos();
        Array.Sort(active, (one, other) => one.CompareTo(other));
        var mine = Array.IndexOf(active, statuses.SiloAddress);
        return active.Length < 2 || mine < 0 ? _ => true : id => Hash(id) % (uint)active.Length == mine;
    }

    /// <summary>The same on every silo.</summary>
    private static uint Hash(string id) => GrainId.Create("share", id).GetUniformHashCode();
}
