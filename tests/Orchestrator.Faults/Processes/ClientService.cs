using System.Net;
using Orchestrator.Faults.Network;

namespace Orchestrator.Faults.Processes;

/// <summary>A service with the .NET client, and the proxy between it and its node.</summary>
internal sealed class ClientService : IAsyncDisposable
{
    private ClientService(Node node, TcpProxy way) => (Node, Way) = (node, way);

    /// <summary>The service, called as nodes are.</summary>
    public Node Node { get; }

    /// <summary>The only connection to its node.</summary>
    public TcpProxy Way { get; }

    /// <param name="name">Its name in the recording.</param>
    /// <param name="folder">Folder of its output.</param>
    /// <param name="to">The node of its table.</param>
    public static async Task<ClientService> Start(string name, string folder, Node to)
    {
        var way = TcpProxy.Start(IPAddress.Loopback, new IPEndPoint(IPAddress.Parse(to.Address.Host), to.Address.Port), opaque: true);
        var service = new ClientService(
            new Node(name, folder, IPAddress.Loopback, [$"--Node=http://{way.EndPoint}", $"--Key={Cluster.EvaluationKey}"]) { Program = ["Orchestrator.Faults.dll", "service"] }, way);
        try
        {
            await service.Node.Start();
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await Way.DisposeAsync();
    }
}
