namespace Orchestrator.Api.Client;

/// <summary>Nodes of the cluster.</summary>
public sealed partial class NodeApi
{
    private readonly Transport _transport;

    internal NodeApi(Transport transport) => _transport = transport;

    /// <summary>List the nodes, and the guard of each watched rollout.</summary>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/nodes", Answer = typeof(NodeList))]
    public Task<Answer<NodeList>> List(CancellationToken stop = default) =>
        _transport.Read("/api/v1/nodes", null, WireJson.Default.NodeList, stop);

    /// <summary>Get the node that answers.</summary>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/node", Answer = typeof(Node))]
    public Task<Answer<Node>> This(CancellationToken stop = default) =>
        _transport.Read("/api/v1/node", null, WireJson.Default.Node, stop);
}
