using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Routing;

namespace Orchestrator.Grains.Cluster;

/// <summary>Answers of this node for a flag.</summary>
internal sealed class LocalServed(NodeIdentity node, IRoutingTables tables)
{
    public ServedHere Here(string environment, string flag)
    {
        var tally = tables.Current.Environment(environment)?.TryFind(flag, out var entry) == true ? entry.Served : null;
        return new ServedHere(node.Id, tally?.Of(RouteVariant.New) ?? 0, tally?.Of(RouteVariant.Legacy) ?? 0);
    }
}

/// <summary>Answers of all silos for a flag since the creation of this object. A silo that joins later counts from then on.</summary>
internal sealed class ServedCounts(Silos silos, LocalServed own, string environment, string flag)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);


    /// <summary>Silos that were active during one propagation.</summary>
    private readonly Dictionary<string, (ServedHere First, ServedHere Newest)> _nodes = [];

    public async Task<(long New, long Legacy)> Look(CancellationToken stop)
    {
        foreach (var here in (await Task.WhenAll(silos.Others.Select(silo => Ask(silo, stop)))).OfType<ServedHere>()
            .Append(own.Here(environment, flag)))
        {
            _nodes[here.Node] = (_nodes.TryGetValue(here.Node, out var known) ? known.First : here, here);
        }

        return (_nodes.Values.Sum(node => node.Newest.New - node.First.New),
            _nodes.Values.Sum(node => node.Newest.Legacy - node.First.Legacy));
    }

    private async Task<ServedHere?> Ask(SiloAddress silo, CancellationToken stop)
    {
        try
        {
            return await silos.Of(silo).Served(environment, flag).WaitAsync(Patience, stop);
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            // Its answers so far are known; the silo may be dead.
            return null;
        }
    }
}
