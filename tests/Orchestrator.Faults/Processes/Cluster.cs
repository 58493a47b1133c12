using System.Globalization;
using System.Net;
using Orchestrator.Faults.Network;
using Orchestrator.PostgreSql;

namespace Orchestrator.Faults.Processes;

/// <summary>PostgreSQL and the nodes on it, all real processes.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    public const string AdminKey = "faults-c64daa11ca0fbadd2897b2f7efb207e0";
    public const string EvaluationKey = "faults-0b6ab9dc37893efc783dd5576ced5aa9";

    private readonly List<Node> _nodes = [];
    private Namespaces? _network;

    private Cluster(Layout layout) => Layout = layout;

    public Layout Layout { get; }

    public PostgresServer? Postgres { get; private set; }

    public IReadOnlyList<Node> Nodes => _nodes;

    public IReadOnlyList<Node> Silos => [.. _nodes.Where(node => node.IsSilo)];

    public IReadOnlyList<Node> Evaluations => [.. _nodes.Where(node => !node.IsSilo)];

    /// <summary>Address of this process for nodes in namespaces.</summary>
    public IPAddress? Outside => _network?.Here;

    /// <param name="layout">Layout of the cluster.</param>
    /// <param name="folder">Folder of the nodes' output and data.</param>
    public static async Task<Cluster> Start(Layout layout, string folder)
    {
        var cluster = new Cluster(layout);
        try
        {
            await cluster.Prepare(folder);

            // The first silo creates the schema of the store.
            await cluster._nodes[0].Start();
            await Task.WhenAll(cluster._nodes.Skip(1).Select(node => node.Start()));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(node => node.DisposeAsync().AsTask()));
        if (_network is not null)
        {
            await _network.DisposeAsync();
        }

        if (Postgres is not null)
        {
            await Postgres.DisposeAsync();
        }
    }

    private async Task Prepare(string folder)
    {
        string[] common =
        [
            $"--ORCHESTRATOR_ADMIN_KEY={AdminKey}", $"--ORCHESTRATOR_EVALUATION_KEY={EvaluationKey}",
            string.Create(CultureInfo.InvariantCulture, $"--Orchestrator:Lease={(int)Layout.Lease.TotalSeconds}s"),
        ];
        if (Layout.IsEmbedded)
        {
            _nodes.Add(new Node("silo-1", folder, IPAddress.Loopback, [.. common, $"--Orchestrator:Data={Path.Combine(folder, "data")}"])
            {
                Clock = Layout.WallClocks ? await WallClock.Prepare(folder, "silo-1") : null,
            });
            return;
        }

        Postgres = await PostgresServer.StartAsync();
        await Postgres.CreateDatabase("orchestrator");
        _network = Layout.Namespaces ? await Namespaces.Create() : null;
        common = _network is null ? common : [.. common, $"--Orchestrator:Egress:Allow={_network.Here}"];
        var names = Enumerable.Range(1, Layout.Silos).Select(i => $"silo-{i}").Concat(Enumerable.Range(1, Layout.Evaluations).Select(i => $"eval-{i}"));
        foreach (var name in names)
        {
            _nodes.Add(await Add(name, folder, common));
        }
    }

    private async Task<Node> Add(string name, string folder, string[] common)
    {
        var place = _network is null ? null : await _network.Add();
        var address = place?.Address ?? IPAddress.Loopback;
        var proxy = TcpProxy.Start(_network?.Here ?? IPAddress.Loopback, new IPEndPoint(IPAddress.Loopback, Postgres!.Port));
        var connection = Postgres.ConnectionString("orchestrator")
            .Replace($"Host=127.0.0.1;Port={Postgres.Port}", $"Host={proxy.EndPoint.Address};Port={proxy.EndPoint.Port}", StringComparison.Ordinal);
        string[] role = name.StartsWith("silo", StringComparison.Ordinal)
            ? [$"--Orchestrator:Cluster:SiloPort={Node.FreePort()}", $"--Orchestrator:Cluster:GatewayPort={Node.FreePort()}",
                .. Layout.Push ? (string[])[] : ["--Orchestrator:Cluster:Push=false"],
                .. place is null ? (string[])[] : [$"--Orchestrator:Cluster:Address={address}"]]
            : ["--Orchestrator:Role=evaluation"];
        return new Node(
            name, folder, address,
            [.. common, "--Orchestrator:Storage=postgres", $"--ConnectionStrings:Orchestrator={connection}", $"--Orchestrator:Data={Path.Combine(folder, name)}", .. role])
        {
            Database = proxy,
            Namespace = place,
            Before = Layout.Before,
            Clock = Layout.WallClocks ? await WallClock.Prepare(folder, name) : null,
        };
    }
}
